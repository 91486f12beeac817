"""Several answers to one question, side by side or one above the other, until one of them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen

from deepchat.conversation.events import StreamEvent
from deepchat.conversation.in_words import cost_words
from deepchat.conversation.usage import Cost
from deepchat.safe_text import one_line
from deepchat.tui.compositor import ThriftyScreen
from deepchat.tui.entries import Entry
from deepchat.tui.pace import Figures
from deepchat.tui.screens.rivals import MOST_RIVALS
from deepchat.tui.screens.waiting import Waiting, hear
from deepchat.tui.widgets.answer_column import AnswerColumn
from deepchat.tui.widgets.bar import Bar
from deepchat.tui.widgets.ink import Ink
from deepchat.tui.widgets.key_line import KeyLine

NARROWEST: Final = 38
"""Columns that an answer needs to be read in; with less for each they stand one above the other."""
LOWEST: Final = 7
"""Lines of such a one."""


class Compare(ModalScreen[None], ThriftyScreen[None]):
    """Shows what it is given; what the user wants of it goes up as messages."""

    CSS_PATH = "compare.tcss"
    AUTO_FOCUS = "Transcript"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(at + 1), f"keep({at})", f"Keep answer {at + 1}", show=False) for at in range(MOST_RIVALS)),
        Binding("enter", "keep_this", "keep this one", id="compare.keep"),
        Binding("tab", "app.focus_next", "next", id="compare.next", priority=True),
        Binding("right", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab,left", "app.focus_previous", "the one before", show=False, priority=True),
        Binding("ctrl+t", "fold", "thoughts", id="compare.thoughts"),
        Binding("escape", "stop", "stop, leave", id="compare.stop"),
    ]

    @dataclass
    class KeepWanted(Message):
        """The conversation shall go on from this answer."""

        at: int

    @dataclass
    class StopWanted(Message):
        """No more of any of them; or, when none streams, away from here."""

    def __init__(self, question: str, coming: Sequence[tuple[str, Entry]], ink: Ink) -> None:
        """`coming` are who is asked, and the answers as they are before their first word."""
        super().__init__()
        self._top = Bar()
        self._top.left = Content(one_line(question))
        self._waiting = [Waiting() for _ in coming]
        self._columns = [AnswerColumn(f"{at} · {name}", entry, ink) for at, (name, entry) in enumerate(coming, 1)]

    def compose(self) -> ComposeResult:
        yield self._top
        with Container():
            yield from self._columns
        yield KeyLine((f"1…{len(self._columns)}", "keep"))

    @property
    def can_hear(self) -> bool:
        """Every answer has its place: what came before would be lost."""
        return all(one.is_mounted for one in self._columns)

    @on(events.Resize)
    def _fit(self, event: events.Resize) -> None:
        number = len(self._columns)
        is_stacked = event.size.width < NARROWEST * number
        self.set_class(is_stacked, "-stacked")
        for one in self._columns:
            one.styles.height = max(LOWEST, (event.size.height - 2) // number) if is_stacked else "1fr"

    def action_keep(self, at: int) -> None:
        """Ask for that answer to be kept."""
        if at < len(self._columns):
            self.post_message(self.KeepWanted(at))

    def action_keep_this(self) -> None:
        """Ask for the answer that has the focus to be kept."""
        self.action_keep(next((at for at, one in enumerate(self._columns) if one.transcript.has_focus), 0))

    def action_stop(self) -> None:
        """Ask for all of them to stop."""
        self.post_message(self.StopWanted())

    def action_fold(self) -> None:
        """Show all thoughts, or none."""
        for one in self._columns:
            one.transcript.fold_all()

    def hear(self, at: int, heard: Iterable[StreamEvent], figures: Figures, now: float) -> None:
        """What came of one of them."""
        hear(self._columns[at].transcript, self._waiting[at], heard, now)
        self._columns[at].figures = figures

    def end(self, at: int, entry: Entry | None, ending: str) -> None:
        """One of them is over: whole, or with these words of how it ended."""
        transcript = self._columns[at].transcript
        if entry and not ending:
            transcript.put((entry,))
        elif live := transcript.live:
            settled = live.settled
            live.tell([ending])
            transcript.grown(settled)

    def tell_cost(self, cost: Cost) -> None:
        """What all of them cost together so far."""
        self._top.right = Content.assemble(("together ", "$text-muted"), cost_words(cost))

    def mark_kept(self, at: int, *, waits: bool) -> None:
        """The conversation goes on from this one, perhaps when it is whole."""
        self._columns[at].mark_kept(waits=waits)
