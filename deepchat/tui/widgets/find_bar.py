"""A line in which words are looked for in the conversation that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from deepchat.tui.widgets.hinted import HintedInput

_ROOM: Final = 40
"""Columns: with less, the words that are looked for are hardly seen."""
_KEYS: Final = ((71, "enter next · up previous · esc closes"), (_ROOM, "esc closes"), (0, ""))
"""From which width on which are told: all of them where what the line is for is not cut."""


class FindBar(Horizontal):
    """Enter and Down go to the next place, Up to the one before, Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down", "next", show=False),
        Binding("up", "next(True)", show=False),
    ]
    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar Input { height: 1; border: none; width: 1fr; background: $panel; }
    FindBar Static { width: auto; padding: 0 1; }
    """

    found: reactive[tuple[int, int] | None] = reactive(None)
    """Which message it is of those that say the words, and how many these are; None when nothing is looked for."""

    @dataclass
    class Wanted(Message):
        """The next place where these words stand; it is told to the bar which one that is."""

        bar: FindBar
        words: str
        backwards: bool = False

    class Closed(Message):
        """Nothing is looked for any more."""

    def compose(self) -> ComposeResult:
        yield Static(Content.styled("find", "$accent"))
        yield HintedInput("words in this conversation")
        yield Static("", id="find-told", markup=False)

    def watch_found(self) -> None:
        if self.is_mounted:
            self._tell()

    @on(events.Resize)
    def _tell(self) -> None:
        width, (nth, of) = self.size.width, self.found or (0, 0)
        if not width:  # with what is told before a layout and after it, Textual keeps the width of the first
            return
        about, nowhere = ("message ", "not said here") if width >= _ROOM else ("", "none")
        keys = next(words for room, words in _KEYS if width >= room)
        told = f"{about}{nth:,} of {of:,}" if of else nowhere if self.found else keys
        is_lacking = self.found is not None and not of
        self.query_one("#find-told", Static).update(Content.styled(told, "$warning" if is_lacking else "$text-muted"))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(self.Wanted(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_next()

    def action_next(self, backwards: bool = False) -> None:
        """Go on looking."""
        self.post_message(self.Wanted(self, self.query_one(Input).value, backwards))

    def action_close(self) -> None:
        """Look for nothing."""
        self.display = False
        self.query_one(Input).value = ""
        self.post_message(self.Closed())

    def open(self) -> None:
        """Let words be typed."""
        self.display = True
        self.found = None
        self._tell()
        self.query_one(Input).focus()
