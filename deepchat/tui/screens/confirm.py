"""Asks before something is done that can't be taken back, so that only a person can say yes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Button, Static

from deepchat.safe_text import make_safe, one_line
from deepchat.tui.compositor import ThriftyScreen
from deepchat.tui.screens.dialog import WIDTHS

QUIET_S: Final = 0.3
"""Yes counts only after so long without another key: a reply of the terminal, or words typed on, come in a row."""
_YES_KEY: Final = "y"
_ALSO_KEY: Final = "a"


class Confirm(ModalScreen[bool], ThriftyScreen[bool]):
    """A question with a safe answer, which is the one that Enter and Esc give; gives back whether it was yes."""

    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", "Other answer", id="confirm.left", show=False),
        Binding("right", "app.focus_next", "Other answer", id="confirm.right", show=False),
        Binding("escape,n", "no", "No", id="confirm.no", show=False),
        Binding("pageup", "page(-1)", "Page up", id="confirm.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="confirm.page_down", show=False),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = "confirm.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS

    def __init__(
        self,
        question: str,
        what_happens: str,
        *,
        careful: str = "",
        yes: str = "Yes",
        no: str = "No",
        also: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`yes` and `no` name what is done, such as `Delete` and `Keep`; `also`, a yes that goes further, if any.

        `careful` stands out: it is why a yes may be a mistake. The clock counts seconds.
        """
        super().__init__()
        self._question, self._what_happens, self._careful = question, what_happens, careful
        self.goes_further = False
        """The yes was the one that goes further."""
        self._answers = [("no", no, "esc"), ("yes", yes, _YES_KEY), *([("also", also, _ALSO_KEY)] if also else [])]
        self._clock = clock
        self._last_key_at = clock()
        self._is_deliberate = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="question-box", can_focus=False):
            yield Static(Content(one_line(self._question)), classes="question")
            if self._careful:
                yield Static(Content(make_safe(self._careful)), classes="careful")
            # What is long moves within its own frame: the question and its answers stay in sight.
            with VerticalScroll(classes="what-happens", can_focus=False):
                yield Static(Content(make_safe(self._what_happens)))
            with Horizontal(classes="answers"):
                for id_, words, key in self._answers:
                    button = Button(Content(f"{one_line(words)} ({key})"), id=id_, compact=True)
                    # While it shows that it was pressed, a button takes no other press.
                    button.active_effect_duration = 0
                    yield button

    def on_mount(self) -> None:
        # What is long is read from its beginning, although the answers have the focus.
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_home, animate=False)

    def on_key(self, event: events.Key) -> None:
        # Keys come by here before they press a button.
        self._is_deliberate = self._is_quiet()
        self._last_key_at = self._clock()
        meant = next((id_ for id_, _, key in self._answers if key == event.key), "")
        if meant and self._is_deliberate:
            event.stop()
            self._say_yes(meant)

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "no":
            self.dismiss(False)
        elif self._is_deliberate or self._is_quiet():
            self._say_yes(event.button.id or "")

    def action_no(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_page(self, pages: int) -> None:
        """Read on, or back."""
        boxes = self.query(VerticalScroll)
        for box in boxes if pages > 0 else reversed(boxes):
            if box.scroll_y < box.max_scroll_y if pages > 0 else box.scroll_y > 0:
                break
        else:
            return
        box.scroll_relative(y=pages * max(1, box.size.height - 2), animate=False)

    def _say_yes(self, how: str) -> None:
        self.goes_further = how == "also"
        self.dismiss(True)

    def _is_quiet(self) -> bool:
        return self._clock() - self._last_key_at >= QUIET_S
