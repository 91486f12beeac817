"""Finds words in everything that was ever said."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.safe_text import one_line
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MATCH_STYLE, MUTED_STYLE, Column
from deepchat.tui.widgets.conversation_list import UNTITLED, now_ms
from deepchat.tui.widgets.days import Days
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList

MARKS: Final = ("\ue000", "\ue001")
"""They stand around what was found in a snippet; no font has a sign for them."""
_ASK_EVERY_S: Final = 0.08
_HOW: Final = 'all of the words · "in this order" · -without'
_WHO: Final = {"user": "you", "assistant": "answer"}
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Hit:
    conversation: str
    message: str
    title: str
    role: str
    snippet: str
    """The words around what was found, which stands between the marks."""
    created_ms: int

    @property
    def key(self) -> str:
        """What it is known by in a list."""
        return f"{self.conversation}\n{self.message}"


@dataclass(frozen=True, slots=True)
class Found:
    conversation: str
    message: str


class Search(Dialog[Found | None]):
    """What was found while typing; gives back the message to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", id="search.close")]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "search.tcss"]
    TITLE_OF_BOX = "Search everything"

    @dataclass
    class Asked(Message):
        """Messages with these words are wanted; never more often than every 80 ms."""

        words: str

    def __init__(self, *, now: Callable[[], int] = now_ms) -> None:
        """`now` gives the moment, in milliseconds since 1970, by which days are told."""
        super().__init__()
        self._days = Days.around(now())
        self._asked = ""
        self._asked_at = 0.0
        self._waiting: Timer | None = None
        table = Table(
            self._columns(),
            key=lambda hit: hit.key,
            words=lambda hit: hit.snippet,
            group=lambda hit: one_line(hit.title, _LONGEST_TITLE) or UNTITLED,
            has_heads=False,
        )
        self._list = FilteredList(table, placeholder=_HOW, filters=False)
        self._number_told = Content("")
        self._foot = Static(classes="foot")

    def parts(self) -> ComposeResult:
        yield self._list
        yield self._foot
        yield KeyLine(("⏎", "go there"))

    @on(FilteredList.Typed)
    def _ask_soon(self, event: FilteredList.Typed) -> None:
        event.stop()
        if not event.words:
            self.put_hits("", [])
        elif self._waiting is None:
            wait = self._asked_at + _ASK_EVERY_S - time.monotonic()
            if wait <= 0:
                self._ask()
            else:
                self._waiting = self.set_timer(wait, self._ask)

    @on(TableList.Moved)
    def _show_whole(self, event: TableList.Moved) -> None:
        event.stop()
        self._tell()

    @on(TableList.Chosen)
    def _go(self, event: TableList.Chosen) -> None:
        event.stop()
        hit = self._list.table.rows.item(event.key)
        if hit is not None:
            self.dismiss(Found(hit.conversation, hit.message))

    def put_hits(self, words: str, hits: Sequence[Hit]) -> None:
        """Show what was found for these words, unless other ones stand there by now."""
        if words != self._list.words:
            return
        places: dict[str, int] = {}
        for hit in hits:
            places.setdefault(hit.conversation, len(places))
        together = sorted(hits, key=lambda hit: places[hit.conversation])
        self._list.fill(together, at=together[0].key if together else "")
        self._number_told = Content.styled(_counted(len(hits), len(places)) if words else "", MUTED_STYLE)
        self._tell()

    def _ask(self) -> None:
        self._waiting = None
        words = self._list.words
        if words:
            self._asked_at = time.monotonic()
            self.post_message(self.Asked(words))

    def _tell(self) -> None:
        """How much there is, and all of the words around the hit under the cursor."""
        hit = self._list.table.current
        whole = [] if hit is None else [_highlighted(hit.snippet)]
        self._foot.update(Content("\n").join([self._number_told, *whole]), layout=False)

    def _columns(self) -> Sequence[Column[Hit]]:
        return (
            Column("", lambda hit: Content.styled(one_line(_WHO.get(hit.role, hit.role), 20), MUTED_STYLE), 6, rank=1),
            Column("", lambda hit: _highlighted(hit.snippet), 16, share=1),
            Column(
                "", lambda hit: Content.styled(self._days.short(hit.created_ms), MUTED_STYLE), 10, rank=2, right=True
            ),
        )


def _highlighted(snippet: str) -> Content:
    """The snippet on one line, without the marks; what stood between them stands out."""
    begin, end = MARKS
    parts: list[str | tuple[str, str]] = []
    for number, piece in enumerate(one_line(snippet).split(begin)):
        match, ended, rest = piece.partition(end) if number else ("", "", piece)
        parts += [(match, MATCH_STYLE), rest.replace(end, "")] if ended or not number else [match]
    return Content.assemble(*(part for part in parts if part))


def _counted(hits: int, conversations: int) -> str:
    if not hits:
        return "Nobody ever said that here."
    in_all = f"in {conversations:,} conversation{'' if conversations == 1 else 's'}"
    return f"{hits:,} message{'' if hits == 1 else 's'} {in_all}"
