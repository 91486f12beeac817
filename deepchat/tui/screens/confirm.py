"""Asks before something is done that can't be taken back, so that only a person can say yes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.errors import NoWidget
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Button, Static

from deepchat.safe_text import make_safe, one_line
from deepchat.tui.compositor import ThriftyScreen
from deepchat.tui.screens.dialog import HEIGHTS, WIDTHS

QUIET_S: Final = 0.3
"""Yes counts only after so long without another key: a reply of the terminal, or words typed on, come in a row."""
_READ_ON: Final = "▾ pgdn reads on"
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
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(
        self,
        question: str,
        what_happens: str,
        *,
        exactly: str = "",
        careful: str = "",
        yes: str = "Yes",
        no: str = "No",
        also: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`yes` and `no` name what is done, such as `Delete` and `Keep`; `also`, a yes that goes further, if any.

        `exactly` is what is agreed to, word for word: a yes counts once its end was in sight. `careful` stands out: it
        is why a yes may be a mistake. The clock counts seconds.
        """
        super().__init__()
        self._exactly = Static(Content(make_safe(exactly, code=True)), classes="exactly")
        self._more = Static(Content(_READ_ON), classes="more")
        self._more.visible = False  # its row is there from the start: nothing moves when it is told
        self._is_read = not exactly
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
            with VerticalScroll(classes="what-happens", can_focus=False) as frame:
                if not self._is_read:
                    frame.add_class("-has-more")
                    yield self._exactly
                yield Static(Content(make_safe(self._what_happens)))
            if not self._is_read:
                yield self._more
            with Horizontal(classes="answers"):
                for id_, words, key in self._answers:
                    button = Button(Content(f"{one_line(words)} ({key})"), id=id_, compact=True)
                    # While it shows that it was pressed, a button takes no other press.
                    button.active_effect_duration = 0
                    yield button

    def on_mount(self) -> None:
        # What is long is read from its beginning, although the answers have the focus.
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_home, animate=False)
        for box in self.query(VerticalScroll):
            self.watch(box, "scroll_y", self._look_soon, init=False)

    def on_resize(self) -> None:
        self._look_soon()

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
        with suppress(NoWidget):
            rows = self.find_widget(box).visible_region.height  # the box around it may show only a part of it
            box.scroll_relative(y=pages * max(1, rows - 1), animate=False)

    def _look_soon(self) -> None:
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Whether all that is agreed to has been in sight."""
        if not self._is_read:
            with suppress(NoWidget):  # nothing is in sight yet
                there = self.find_widget(self._exactly)
                seen = there.visible_region  # empty when it is scrolled past
                self._is_read = seen.height > 0 and there.region.bottom <= seen.bottom
        self._more.visible = not self._is_read

    def _say_yes(self, how: str) -> None:
        self._look()
        if not self._is_read:
            self.action_page(1)
            return
        self.goes_further = how == "also"
        self.dismiss(True)

    def _is_quiet(self) -> bool:
        return self._clock() - self._last_key_at >= QUIET_S
