"""Other colours, put on while one looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.types import CSSPathType

from deepchat.safe_text import one_line
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import Column
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList


class Themes(Dialog[str | None]):
    """Every theme there is; gives back the one chosen, or None: then the old one was asked for again before."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "as before", id="themes.close")]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "theme.tcss"]
    TITLE_OF_BOX = "Themes"

    @dataclass
    class Previewed(Message):
        """The app is to be seen in this theme; nothing is chosen yet."""

        name: str

    def __init__(self, names: Sequence[str], current: str) -> None:
        super().__init__()
        self._current = self._worn = current
        table: Table[str] = Table(
            [
                Column("", lambda name: Content("●" if name == current else ""), 1),
                Column("", lambda name: Content(one_line(name)), 8, share=1, gap=1, is_searched=True),
            ],
            key=str,
            words=str,
            group=lambda name: "",
            has_heads=False,
            nothing="No theme has these letters.",
        )
        self._list = FilteredList(table, placeholder="filter themes")
        self._list.fill(names, at=current)

    def parts(self) -> ComposeResult:
        yield self._list
        yield KeyLine(("⏎", "choose"))

    @on(TableList.Moved)
    def _preview(self, event: TableList.Moved) -> None:
        event.stop()
        if (name := self._list.table.current) is not None:
            self._wear(name)

    @on(TableList.Chosen)
    def _choose(self, event: TableList.Chosen) -> None:
        event.stop()
        self.dismiss(event.key)

    def action_leave(self) -> None:
        """Go back to the old one."""
        self._wear(self._current)
        self.dismiss(None)

    def _wear(self, name: str) -> None:
        if name != self._worn:
            self._worn = name
            self.post_message(self.Previewed(name))
