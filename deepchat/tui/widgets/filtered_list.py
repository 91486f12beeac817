"""A list with a line above it to type into; the cursor moves while the typing goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from deepchat.tui.widgets.arrangement import NOWHERE, Table
from deepchat.tui.widgets.columns import Item
from deepchat.tui.widgets.hinted import HintedInput
from deepchat.tui.widgets.table_list import TableList

_SORT_KEYS: Final = 6
_SORT_SHOWN: Final = f"f6 alt+1…{_SORT_KEYS}"


class FilteredList(Vertical, Generic[Item]):
    """What is typed decides which rows are seen; arrows, pages and Enter mean the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", id="filter.up", show=False),
        Binding("down", "move(1)", "Down", id="filter.down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="filter.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="filter.page_down", show=False),
        Binding("ctrl+home", "go(0)", "First", id="filter.first", show=False),
        Binding("ctrl+end", "go(-1)", "Last", id="filter.last", show=False),
        *(
            Binding(f"alt+{n}", f"sort({n - 1})", f"Sort by column {n}", id=f"filter.sort_{n}", show=False)
            for n in range(1, _SORT_KEYS + 1)
        ),
        Binding("f6", "sort_next", "sort", id="filter.sort", key_display=_SORT_SHOWN),
    ]
    DEFAULT_CSS = """
    FilteredList {
        height: 1fr;
        & > Input.-textual-compact { margin: 0 0 1 0; padding: 0 1; }
    }
    """

    @dataclass
    class Typed(Message):
        """The words above the list are others; the list has followed them already, if it filters."""

        words: str

    def __init__(
        self,
        table: Table[Item],
        *,
        placeholder: str,
        words: str = "",
        filters: bool = True,
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        """`words` are typed to begin with. A list that does not filter leaves it to others to find rows."""
        super().__init__(id=id)
        self._filters = filters
        self._filled_for = ""
        """The words for which others found the rows."""
        self._chooses_then = False
        """Enter was pressed before they had."""
        self._table: TableList[Item] = TableList(table)
        self._table.find(words)
        self._first_words = words
        self._line = HintedInput(placeholder, select_on_focus=False)
        self._line.cursor_blink = False

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._table

    def on_mount(self) -> None:
        self._line.value = self._first_words

    @property
    def table(self) -> TableList[Item]:
        """The rows."""
        return self._table

    @property
    def line(self) -> Input:
        """What is typed into."""
        return self._line

    @property
    def words(self) -> str:
        """What is typed, without the blanks around it."""
        return self._line.value.strip()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Rows without an order of their own are not sorted."""
        if action in ("sort", "sort_next"):
            return any(column.order for column in self._table.rows.table.columns)
        return super().check_action(action, parameters)

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        event.stop()
        self._chooses_then = False
        if self._filters:
            self._table.find(self.words)
        self.post_message(self.Typed(self.words))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._filters or self._filled_for == self.words:
            self._table.action_choose()
        else:  # what is seen was found for other words
            self._chooses_then = True

    def action_move(self, by: int) -> None:
        """Move the cursor of the rows."""
        self._table.action_move(by)

    def action_page(self, pages: int) -> None:
        """Move the cursor of the rows by windows."""
        self._table.action_page(pages)

    def action_go(self, to: int) -> None:
        """Move the cursor to the first row, or with -1 to the last."""
        self._table.action_go(to)

    def action_sort(self, number: int) -> None:
        """Sort by one of the columns that are seen; see TableList.sort_by."""
        columns = self._table.sortable
        if number < len(columns):
            self._table.sort_by(columns[number])

    def action_sort_next(self) -> None:
        """Sort by the next column, and after the last by none."""
        columns = [*self._table.sortable, NOWHERE]
        by = self._table.rows.sorted_by
        self._table.sort_by(columns[(columns.index(by) + 1) % len(columns)] if by in columns else NOWHERE)

    def fill(self, items: Sequence[Item], *, at: str = "") -> None:
        """Show these items; the cursor, the words and the order stay, unless the cursor is sent to a key."""
        self._table.put(items, at=at)
        self._filled_for = self.words
        if self._chooses_then:
            self._chooses_then = False
            self._table.action_choose()
