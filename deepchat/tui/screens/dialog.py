"""A list that opens over a conversation: a box with a title, as large as the terminal lets it be."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final, cast

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from deepchat.tui.compositor import ThriftyScreen

WIDTHS: Final = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]
HEIGHTS: Final = [(0, "-short"), (18, "-tall")]
"""From which size of the terminal on which class is the screen's."""


class Dialog(ModalScreen[ScreenResultType], ThriftyScreen[ScreenResultType]):
    """Shows its parts in a box; gives back what was chosen, or None."""

    AUTO_FOCUS = "Input"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    TITLE_OF_BOX: ClassVar[str] = ""

    @abstractmethod
    def parts(self) -> ComposeResult:
        """What is in the box, from top to bottom."""

    def compose(self) -> ComposeResult:
        # Textual would find the classes of its size after the first frame, and draw a second one.
        size = cast("App[object]", self.app).size
        for length, steps in ((size.width, WIDTHS), (size.height, HEIGHTS)):
            self.set_class(True, max(step for step in steps if length >= step[0])[1])
        with Vertical(classes="dialog") as box:
            box.border_title = self.TITLE_OF_BOX
            yield from self.parts()

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
