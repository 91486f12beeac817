"""The MCP servers of this run: none is started before somebody wants it, and all have ended when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, assert_never

from deepchat.config.known import Known
from deepchat.config.readers import command_shown
from deepchat.config.servers import with_variables
from deepchat.errors import KeyMissing, ToolFailed, UsageError

if TYPE_CHECKING:  # most runs connect none
    from deepchat.config.servers import Server
    from deepchat.config.settings import Settings
    from deepchat.tools.foreign import ForeignTool, Listing
    from deepchat.tools.link import Link
    from deepchat.tools.place import Place
    from deepchat.tools.tool import Arguments, Run, Tool

_PASSED_ON: Final = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""What a server gets of our environment: API keys are none of its business."""
_LONGEST_CLAIM: Final = 160
_NO_QUOTES: Final = str.maketrans("“”", "''")
"""So that a claim can't seem to end where it does not."""


@dataclass(frozen=True, slots=True)
class ServerTold:
    """A server as people are told of it; all of it may be a stranger's words."""

    name: str
    where: str
    """The program or the address."""
    state: str
    is_wanted: bool
    """It is connected, or about to be."""
    is_broken: bool
    tools: tuple[tuple[str, str], ...]
    """Its tools, by the names that models call them, with what it says of them."""
    refused: tuple[str, ...]
    """Those that can't be used, and why."""


class Servers:
    """All that the settings name; an async context manager, in whose task connections are held."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: Known[Server] = Known({}, {})
        self._ca_bundle = ""
        self._links: dict[str, Link] = {}
        self._group = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What ended the run is not the group's: it would wrap it up."""
        try:
            if self._links:
                await asyncio.gather(*(link.close() for link in self._links.values()))
        finally:
            await self._group.__aexit__(None, None, None)

    def heed(self, settings: Settings) -> None:
        """These are the servers from now on; a connection whose server is another one by now ends."""
        was, self._known = self._known.usable, settings.known_servers
        trusted, self._ca_bundle = self._ca_bundle, str(settings.ca_bundle or "")
        for name, link in self._links.items():
            server = self._known.usable.get(name)
            is_reached_otherwise = server is not None and server.url and trusted != self._ca_bundle
            if server != was.get(name) or is_reached_otherwise:
                link.forget()

    @property
    def names(self) -> tuple[str, ...]:
        """Those that can be used."""
        return tuple(self._known.usable)

    def told(self) -> list[ServerTold]:
        """How each of them is; nothing is started for it."""
        told = [self._told(server) for server in self._known.usable.values()]
        broken = self._known.unusable.items()
        return told + [
            ServerTold(name, "config.toml", f"can't be used: {why}", False, True, (), ()) for name, why in broken
        ]

    def whose(self, tool: str) -> str:
        """The server that this is a tool of, or the name of; empty when there is none. UsageError: it can't be used."""
        name = tool.partition("__")[0]
        if name in self._known.unusable:
            raise UsageError(
                f"the server {name} can't be used: {self._known.unusable[name]}", "correct it in config.toml"
            )
        return name if name in self._known.usable else ""

    def listing(self, name: str) -> Listing | None:
        """What this server told of its tools; None before it was ever connected."""
        link = self._links.get(name)
        return link.listing if link else None

    async def open(self, name: str) -> Listing:
        """The same, once it is connected; raises UsageError when there is none of that name, or ToolFailed."""
        return await self._link(name).open()

    async def close(self, name: str) -> None:
        """End it; harmless when it is not connected."""
        if link := self._links.get(name):
            await link.close()

    def tools(self, name: str) -> list[Tool]:
        """What models may call of it, as far as it was ever connected."""
        from deepchat.tools.tool import Tool

        listing, server = self.listing(name), self._known.usable.get(name)
        if listing is None or server is None:
            return []
        return [
            Tool(
                tool.name,
                tool.about,
                _claim(server, tool),
                tool.parameters,
                self._runner(server, tool),
                limit_s=server.limit_s,
            )
            for tool in listing.tools
        ]

    def _link(self, name: str) -> Link:
        from deepchat.tools.link import Link

        if not self.whose(name) or "__" in name:
            known = ", ".join(self.names)
            raise UsageError(
                f"there is no MCP server {name}", f"there are: {known}" if known else "/mcp tells how to name one"
            )
        if name not in self._links:
            self._links[name] = Link(name, lambda: self._place(name), self._group)
        return self._links[name]

    def _runner(self, server: Server, tool: ForeignTool) -> Run:
        async def run(arguments: Arguments) -> str:
            if self._known.usable.get(server.name) != server:
                raise ToolFailed(
                    f"the server {server.name} is another one by now, or none: it was changed in config.toml"
                )
            return await self._link(server.name).call(tool.called, arguments)

        return run

    def _told(self, server: Server) -> ServerTold:
        from deepchat.tools.link import Broken, Connected, Connecting, Idle

        link = self._links.get(server.name)
        state = link.state if link else Idle()
        listing = link.listing if link else None
        number = len(listing.tools) if listing else 0
        match state:
            case Idle():
                words = "not started"
            case Connecting():
                words = "connecting …"
            case Connected():
                words = f"{number} tool{'' if number == 1 else 's'}"
            case Broken(why):
                words = f"failed: {why}"
            case _:
                assert_never(state)
        tools = tuple((tool.name, tool.about) for tool in listing.tools) if listing else ()
        refused = listing.refused if listing else ()
        is_wanted = isinstance(state, Connecting | Connected)
        return ServerTold(server.name, where(server), words, is_wanted, isinstance(state, Broken), tools, refused)

    def _place(self, name: str) -> Place:
        """Raises ConfigError or KeyMissing when a variable that it needs is not set."""
        from deepchat.config.keys import key_in_environment
        from deepchat.tools.place import Address, Command, Place

        server = self._known.usable[name]
        environ, whose = self._environ, f"mcp.{name}"
        if server.command:
            passed = {one: environ[one] for one in _PASSED_ON if one in environ}
            own = with_variables(server.env, environ, f"{whose}.env")
            way: Command | Address = Command(server.command, {**passed, **own}, Path.home())
        else:
            headers = with_variables(server.headers, environ, f"{whose}.headers")
            if server.key_env:
                key = key_in_environment(server.key_env, environ)
                if key is None:
                    raise KeyMissing(
                        f"{whose}.key_env names {server.key_env[0]}, which is not set", "set it, then start again"
                    )
                headers["Authorization"] = f"Bearer {key.secret.reveal()}"
            way = Address(server.url, headers, self._ca_bundle)
        return Place(name, way, server.tools, server.connect_s, server.limit_s)


def where(server: Server) -> str:
    """The program or the address."""
    return server.url or command_shown(server.command)


def _claim(server: Server, tool: ForeignTool) -> str:
    """What it may do, in words for the user: nobody but its server knows."""
    from deepchat.safe_text import one_line
    from deepchat.secret import scrub

    said = one_line(tool.about, _LONGEST_CLAIM).translate(_NO_QUOTES)
    claim = f"; it says: “{said}”" if said else ""
    called, place = one_line(tool.called, 80), one_line(scrub(where(server)), 120)
    return f"is {called} of the MCP server {server.name} ({place}){claim}"
