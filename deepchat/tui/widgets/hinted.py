"""A line to type into that says what for: as much of it as there is room for."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from deepchat.tui.widgets.cut import shortened


class HintedInput(Input):
    """What it is for ends with an ellipsis where it is cut; Textual breaks it like prose."""

    def __init__(self, hint: str, *, password: bool = False, select_on_focus: bool = True) -> None:
        super().__init__(compact=True, password=password, select_on_focus=select_on_focus)
        self._hint = hint

    @on(events.Resize)
    def _fit(self) -> None:
        self.placeholder = shortened(self._hint, self.scrollable_content_region.width)
