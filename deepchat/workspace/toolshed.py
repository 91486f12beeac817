"""All tools that there are in this run: what each may do, and the box of those that are turned on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepchat.config.fields import did_you_mean
from deepchat.errors import UsageError

if TYPE_CHECKING:  # what is not needed in a run is not loaded in it
    from deepchat.config.paths import Paths
    from deepchat.config.settings import Settings
    from deepchat.conversation.permission import MayRun
    from deepchat.tools.tool import Tool, Toolbox
    from deepchat.workspace.servers import Servers, ServerTold


@dataclass(frozen=True, slots=True)
class ToolTold:
    """A tool as people are told of it."""

    name: str
    may: str
    """What it may do."""
    whose: str = ""
    """The server that has it; empty when it is built in."""
    is_unasked: bool = False
    """It runs without a question."""
    missing: str = ""
    """What has to be done before it can be turned on."""


class Toolshed:
    """Knows the tools that are built in, and those of servers."""

    def __init__(self, settings: Settings, paths: Paths, servers: Servers) -> None:
        self._settings = settings.tools
        self._paths = paths
        self._servers = servers

    def told(self) -> tuple[ToolTold, ...]:
        """All of them, those too that can't be turned on yet; a server that told nothing yet stands for its tools."""
        unasked = self._settings.unasked
        told = [
            ToolTold(tool.name, tool.may, is_unasked=tool.only_reads and tool.name in unasked)
            for tool in self._tools().values()
        ]
        if self._settings.folder is None:
            missing = "name the folder first: deepchat config set tools.folder FOLDER"
            told.append(ToolTold("read_file", "reads texts in one folder", missing=missing))
            told.append(ToolTold("list_folder", "lists names in one folder", missing=missing))
        for server in self._servers.told():
            told += _of(server)
        return tuple(told)

    def usual(self) -> tuple[str, ...]:
        """Those that new conversations begin with, as far as they can be turned on."""
        return self.still_there(self._settings.on)

    def still_there(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of them that can be turned on, as far as that is known: no server is asked for it."""
        tools = self._tools()
        return tuple(name for name in names if name in tools or self._may_have(name))

    def unheard(self, names: Collection[str]) -> list[str]:
        """The servers that have to be connected before these can be used."""
        tools, servers = self._tools(), self._servers
        whose = dict.fromkeys(name.partition("__")[0] for name in names if name not in tools)
        return [server for server in whose if server in servers.names and servers.listing(server) is None]

    def spelled_out(self, names: Collection[str]) -> tuple[str, ...]:
        """The same, with its tools for a server that told them."""
        found, built_in = list[str](), self._tools()
        for name in names:
            listing = None if name in built_in else self._servers.listing(name)
            found += [tool.name for tool in listing.tools] if listing else [name]
        return tuple(dict.fromkeys(found))

    async def meant(self, names: Collection[str]) -> tuple[str, ...]:
        """The tools that these are, a server being all of its own; those that were never asked are connected.

        Raises UsageError for a name that can't be turned on, ToolFailed for a server that can't be had.
        """
        tools = self._tools()
        for name in names:
            server = "" if name in tools else self._servers.whose(name)
            if not server:
                self._check(name)
                continue
            listing = self._servers.listing(server) or await self._servers.open(server)
            own = [tool.name for tool in listing.tools]
            if name not in (server, *own):
                hint = f"it has: {', '.join(own) or 'none'}"
                raise UsageError(f"{name} is no tool of the server {server}{did_you_mean(name, own)}", hint)
        return self.spelled_out(names)

    async def toolbox(self, names: Collection[str], may_run: MayRun) -> Toolbox | None:
        """Those that are turned on, None when that is none; raises what `meant` does."""
        from deepchat.tools.tool import Toolbox

        meant = await self.meant(names)
        tools = self._tools()
        for server in self._servers.names:
            tools.update((tool.name, tool) for tool in self._servers.tools(server))
        if gone := [name for name in meant if name not in tools]:
            raise UsageError(f"{gone[0]} is gone: its server was changed meanwhile", "/tools tells what there is")
        found = [tools[name] for name in meant]
        return Toolbox(found, may_run, self._settings.unasked, self._settings.limit_s) if found else None

    def asks(self, names: Collection[str]) -> bool:
        """Whether one of these wants a yes of the user's before it runs."""
        quiet = {one.name for one in self.told() if one.is_unasked}
        return not quiet.issuperset(names)

    def _may_have(self, name: str) -> bool:
        """Whether a server has this tool, or is called so, or did not tell yet what it has."""
        server = name.partition("__")[0]
        listing = self._servers.listing(server)
        if listing is None or name == server:
            return server in self._servers.names
        return name in [tool.name for tool in listing.tools]

    def _check(self, name: str) -> None:
        tools = self._tools()
        if name not in tools:
            told = next((one for one in self.told() if one.name == name), None)
            hint = told.missing if told else f"there are: {', '.join(one.name for one in self.told())}"
            what = "can't be used yet" if told else f"is no tool{did_you_mean(name, tools)}"
            raise UsageError(f"{name} {what}", hint)

    def _tools(self) -> dict[str, Tool]:
        from deepchat.tools.builtin import file_tools, plain_tools
        from deepchat.tools.files import Jail

        found = list(plain_tools())
        if folder := self._settings.folder:
            paths = self._paths
            jail = Jail(folder, (paths.config, paths.data, paths.state, paths.cache, paths.log))
            found += file_tools(jail, str(folder))
        return {tool.name: tool for tool in found}


def _of(server: ServerTold) -> list[ToolTold]:
    whose = f"MCP server {server.name}"
    if server.tools:
        return [ToolTold(name, f"says: {about}" if about else "does not say", whose) for name, about in server.tools]
    if server.is_broken:
        return [ToolTold(server.name, "all tools of this server", whose, missing=server.state)]
    return [ToolTold(server.name, "all its tools; turning this on connects it", whose)]
