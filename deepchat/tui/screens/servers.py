"""MCP servers: how each is, what tools it has, and a key that connects it or ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.errors import DeepChatError
from deepchat.safe_text import SafeText, one_line
from deepchat.secret import scrub
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList
from deepchat.workspace.servers import ServerTold

_LOOK_EVERY_S: Final = 0.2
_LONGEST: Final = 400
_EXAMPLE: Final = """\
[mcp.files]
command = ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/home/me/notes"]

[mcp.tickets]
url = "https://mcp.example.com/mcp"
key_env = "TICKETS_TOKEN"
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """A server, or something of it beneath."""

    key: str
    server: str
    name: str
    told: str
    where: str = ""
    """The program or the address of a server."""
    is_server: bool = False
    is_bad: bool = False


class Servers(Dialog[None]):
    """All that the settings name; nothing is started before Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", id="servers.close")]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "servers.tcss"]
    TITLE_OF_BOX = "MCP servers"

    def __init__(
        self, told: Callable[[], Sequence[ServerTold]], switch: Callable[[str], Awaitable[None]], config_file: str
    ) -> None:
        """`told` says how they are now; `switch` connects one, or ends it, and raises our errors."""
        super().__init__()
        self._told, self._switch_server, self._config_file = told, switch, config_file
        self._rows: list[_Row] = []
        table: Table[_Row] = Table(
            [
                Column("server and tools", _name, 14, share=1, is_searched=True),
                Column("", _told, 16, share=3),
            ],
            key=lambda row: row.key,
            words=lambda row: f"{row.server} {row.name} {row.told}",
            group=lambda _: "",
            nothing="Nothing has these letters.",
        )
        self._list = FilteredList(table, placeholder="filter servers and tools")
        self._foot = Static(classes="foot")
        self._look()

    def parts(self) -> ComposeResult:
        if self._rows:
            yield self._list
            yield self._foot
            yield KeyLine(("⏎", "connect or end"))
            return
        how = f"No server is named yet. In {one_line(self._config_file, _LONGEST)}, for example:\n\n{_EXAMPLE}\n"
        how += "Nothing is started before you want it, and each call of a tool is asked for."
        yield Static(Content(how), classes="how")
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_interval(_LOOK_EVERY_S, self._look)

    @on(TableList.Chosen)
    def _switch(self, event: TableList.Chosen) -> None:
        event.stop()
        row = self._list.table.rows.item(event.key)
        if row is not None:
            self.run_worker(self._switched(row.server))

    @on(TableList.Moved)
    def _show_whole(self, event: TableList.Moved) -> None:
        event.stop()
        self._tell()

    async def _switched(self, name: str) -> None:
        with suppress(DeepChatError):  # its row says it
            await self._switch_server(name)

    def _look(self) -> None:
        rows = [row for server in self._told() for row in _rows(server)]
        if rows != self._rows:
            self._rows = rows
            self._list.fill(rows)
            self._tell()

    def _tell(self) -> None:
        """All that is known of the row under the cursor."""
        row = self._list.table.current
        lines = (row.told, row.where) if row else ()
        self._foot.update(Content("\n").join(Content(_safe(line)) for line in lines if line), layout=False)


def _rows(server: ServerTold) -> Iterator[_Row]:
    name = server.name
    yield _Row(name, name, name, server.state, server.where, is_server=True, is_bad=server.is_broken)
    for tool, about in server.tools:
        yield _Row(f"{name}\n{tool}", name, tool, about or "it says nothing of itself")
    for number, why in enumerate(server.refused):
        yield _Row(f"{name}\n{number}", name, "not used", why, is_bad=True)


def _name(row: _Row) -> Content:
    return Content(one_line(row.name, 80)) if row.is_server else Content(f"  {one_line(row.name, 80)}")


def _told(row: _Row) -> Content:
    return Content(_safe(row.told)).stylize("$text-error" if row.is_bad else "" if row.is_server else MUTED_STYLE)


def _safe(words: str) -> SafeText:
    return one_line(scrub(words), _LONGEST)
