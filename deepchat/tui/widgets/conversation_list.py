"""The conversations by date, with what is open, what is being answered and what is pinned."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from deepchat.conversation.conversation import Summary
from deepchat.safe_text import one_line
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.days import Days
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.money import money
from deepchat.tui.widgets.table_list import TableList

UNTITLED: Final = "untitled"
_PINNED: Final = "Pinned"
_LONGEST: Final = 200
_MARKS: Final = {(True, False): "●", (False, True): "◌", (True, True): "◉"}
"""What stands before a conversation that is open, that is being answered, or both."""
_NO_MARK: Final = Content("")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class ConversationList(FilteredList[Summary]):
    """Titles under their days, and as much of the rest as there is room for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask_rename", "rename", id="conversations.rename"),
        Binding("t", "ask_tag", "tags", id="conversations.tag"),
        Binding("p", "ask_pin", "pin", id="conversations.pin"),
        Binding("d,delete", "ask_delete", "delete", id="conversations.delete"),
        Binding("u", "ask_undo", "undo", id="conversations.undo"),
        Binding("slash", "filter", "filter", id="conversations.filter"),
        Binding("escape", "leave_filter", "all", id="conversations.all", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """This conversation is to be opened."""

        id: str

    @dataclass
    class RenameWanted(Message):
        """This conversation is to have another title."""

        id: str

    @dataclass
    class TagWanted(Message):
        """This conversation is to have other tags."""

        id: str

    @dataclass
    class PinToggled(Message):
        """This conversation is to be pinned, or no longer."""

        id: str

    @dataclass
    class DeleteWanted(Message):
        """This conversation is to go to the trash."""

        id: str

    class UndoWanted(Message):
        """What went to the trash last is to come back."""

    def __init__(
        self,
        *,
        has_heads: bool = False,
        words: str = "",
        now: Callable[[], int] = now_ms,
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        """`words` are in the filter to begin with; days are told by `now`, in milliseconds since 1970."""
        table = Table(
            self._columns(),
            key=lambda one: one.id,
            words=lambda one: " ".join((one.title or UNTITLED, *one.tags, *one.models)),
            group=lambda one: _PINNED if one.pinned else self._days.heading(one.updated_ms),
            has_heads=has_heads,
            waiting="Looking …",
            empty="Nothing said yet.",
            nothing="None has these words.",
        )
        super().__init__(table, placeholder="/ filter…", words=words, id=id)
        self._now = now
        self._days = Days.around(now())
        self._open_id = ""
        self._streaming: Collection[str] = ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a conversation under the cursor there is none to rename; Esc means the words while there are any."""
        match action:
            case "ask_rename" | "ask_tag" | "ask_pin" | "ask_delete":
                return self.table.current is not None
            case "filter":
                return not self.line.has_focus
            case "leave_filter":
                return bool(self.words) or self.line.has_focus
            case _:
                return super().check_action(action, parameters)

    @on(TableList.Chosen)
    def _choose(self, event: TableList.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.key))

    def action_ask_rename(self) -> None:
        """Ask for another title."""
        self._ask(self.RenameWanted)

    def action_ask_tag(self) -> None:
        """Ask for other tags."""
        self._ask(self.TagWanted)

    def action_ask_pin(self) -> None:
        """Ask to pin it, or to pin it no longer."""
        self._ask(self.PinToggled)

    def action_ask_delete(self) -> None:
        """Ask to put it in the trash."""
        self._ask(self.DeleteWanted)

    def action_ask_undo(self) -> None:
        """Ask for what was deleted last."""
        self.post_message(self.UndoWanted())

    def action_filter(self) -> None:
        """Type words to look for."""
        self.line.focus()

    def action_leave_filter(self) -> None:
        """Show all conversations again."""
        self.line.value = ""
        self.table.focus()

    def put(self, summaries: Sequence[Summary], open_id: str, streaming: Collection[str]) -> None:
        """Show these, the pinned ones first, then the last used; the cursor and the words stay."""
        self._days = Days.around(self._now())
        self._open_id, self._streaming = open_id, streaming
        is_first = not self.table.rows.items
        newest_first = sorted(summaries, key=lambda one: (not one.pinned, -one.updated_ms))
        self.fill(newest_first, at=open_id if is_first else "")

    def _ask(self, what: Callable[[str], Message]) -> None:
        if (current := self.table.current) is not None:
            self.post_message(what(current.id))

    def _columns(self) -> Sequence[Column[Summary]]:
        return (
            Column("", self._mark, 1),
            *_COLUMNS,
            Column(
                "updated",
                lambda one: Content(self._days.short(one.updated_ms)),
                10,
                rank=1,
                right=True,
                order=lambda one: (one.updated_ms, ""),
                largest_first=True,
            ),
        )

    def _mark(self, one: Summary) -> Content:
        mark = _MARKS.get((one.id == self._open_id, one.id in self._streaming))
        return Content.styled(mark, "$text-accent") if mark else _NO_MARK


def _muted(words: str) -> Content:
    return Content.styled(one_line(words, _LONGEST), MUTED_STYLE)


_COLUMNS: Final[Sequence[Column[Summary]]] = (
    Column(
        "title",
        lambda one: Content(one_line(one.title, _LONGEST)) if one.title else Content.styled(UNTITLED, "italic"),
        12,
        share=4,
        gap=1,
        order=lambda one: (0, one.title.casefold()),
        is_searched=True,
    ),
    Column("", lambda one: Content.styled("★", "$text-warning") if one.pinned else _NO_MARK, 1, gap=1),
    Column(
        "tags",
        lambda one: _muted(" ".join(f"#{tag}" for tag in one.tags)),
        14,
        share=1,
        rank=4,
        is_searched=True,
    ),
    Column(
        "models",
        lambda one: _muted(" ".join(name.rpartition("/")[2] for name in one.models)),
        18,
        share=1,
        rank=3,
        is_searched=True,
    ),
    Column(
        "messages",
        lambda one: Content(f"{one.messages:,}"),
        8,
        rank=5,
        right=True,
        order=lambda one: (one.messages, ""),
        largest_first=True,
    ),
    Column(
        "cost",
        lambda one: Content(money(one.cost)),
        10,
        rank=2,
        right=True,
        order=lambda one: None if one.cost.nano is None else (one.cost.nano, ""),
        largest_first=True,
    ),
)
