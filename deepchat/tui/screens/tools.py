"""What the model may call in this conversation: each tool with what it may do, turned on and off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType

from deepchat.safe_text import one_line
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList
from deepchat.workspace.toolshed import ToolTold


class Tools(Dialog[tuple[str, ...]]):
    """All there are; gives back the names of those that are on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "done", id="tools.close")]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "servers.tcss"]
    TITLE_OF_BOX = "Tools that the model may call here"

    def __init__(self, tools: Sequence[ToolTold], are_on: Sequence[str]) -> None:
        super().__init__()
        self._tools = {tool.name: tool for tool in tools}
        self._on = list(are_on)
        table: Table[ToolTold] = Table(
            [
                Column("", lambda tool: Content("●" if tool.name in self._on else ""), 1),
                Column("tool", lambda tool: Content(one_line(tool.name, 80)), 12, gap=1, share=1, is_searched=True),
                Column("what it may do", _may, 20, share=3),
                Column("", _asks, 12, rank=1),
            ],
            key=lambda tool: tool.name,
            words=lambda tool: f"{tool.name} {tool.may}",
            group=lambda tool: tool.whose or "built in",
            nothing="No tool has these letters.",
        )
        self._list = FilteredList(table, placeholder="filter tools")
        self._list.fill(tools)

    def parts(self) -> ComposeResult:
        yield self._list
        yield KeyLine(("⏎", "on or off"))

    @on(TableList.Chosen)
    def _switch(self, event: TableList.Chosen) -> None:
        event.stop()
        if self._tools[event.key].missing:
            return  # the row itself says what has to be done first
        if event.key in self._on:
            self._on.remove(event.key)
        else:
            self._on.append(event.key)
        self._list.fill(list(self._tools.values()), at=event.key)

    def action_leave(self) -> None:
        """Let it be so."""
        self.dismiss(tuple(self._on))


def _may(tool: ToolTold) -> Content:
    return Content(one_line(tool.missing or tool.may, 200)).stylize(MUTED_STYLE if tool.missing else "")


def _asks(tool: ToolTold) -> Content:
    if tool.missing:
        return Content("")
    return Content("runs unasked" if tool.is_unasked else "asks first").stylize(MUTED_STYLE)
