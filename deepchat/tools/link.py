"""One server's line: opened when it is first wanted, opened again when it broke, and closed in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from deepchat.errors import DeepChatError, ToolFailed
from deepchat.safe_text import one_line
from deepchat.secret import scrub

if TYPE_CHECKING:
    from deepchat.tools.foreign import Listing
    from deepchat.tools.mcp import Connection
    from deepchat.tools.place import Place
    from deepchat.tools.tool import Arguments

    Connect = Callable[[Place], AbstractAsyncContextManager[Connection]]
    _Wanted = asyncio.Future[Connection | DeepChatError]

_GONE_WITHIN_S: Final = 4.0
"""A program is given a second to end, and another when it was asked to; what takes longer is cut off."""
_LONGEST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody has wanted it yet, or any more."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """It is started, or reached."""


@dataclass(frozen=True, slots=True)
class Connected:
    """It listens."""


@dataclass(frozen=True, slots=True)
class Broken:
    """It can't be had, or has ended; the next who wants it tries again."""

    why: str


State = Idle | Connecting | Connected | Broken


class Link:
    """The life of a connection is one task's alone, since the SDK's contexts are left where they were entered."""

    def __init__(self, name: str, place: Callable[[], Place], group: asyncio.TaskGroup) -> None:
        """`place` tells where the server is when it is wanted, and raises our errors when that can't be told."""
        self.name = name
        self.state: State = Idle()
        self.listing: Listing | None = None
        """What it told of its tools when it was last connected."""
        self._place = place
        self._group = group
        self._wanted: _Wanted | None = None
        self._connection: Connection | None = None
        self._task: asyncio.Task[DeepChatError | None] | None = None

    async def open(self) -> Listing:
        """What it tells of its tools, as soon as it is connected; raises ToolFailed."""
        return (await self._connected()).listing

    async def call(self, tool: str, arguments: Arguments) -> str:
        """What that tool gives back; raises ToolFailed."""
        return await (await self._connected()).call(tool, arguments)

    def drop(self) -> None:
        """It is not wanted any more, and ends soon."""
        if self._connection:
            self._connection.over.set()
        elif self._task:
            self._task.cancel()
        self.state = Idle()

    def forget(self) -> None:
        """The same; and where it was is another server from now on, which is begun once the old one has ended."""
        self.drop()
        self.listing = None

    async def close(self) -> None:
        """It is not wanted any more, and has ended when this returns."""
        task = self._task
        self.drop()
        if task:
            with suppress(TimeoutError):
                async with asyncio.timeout(_GONE_WITHIN_S):
                    await asyncio.wait([task])
            task.cancel()

    async def _connected(self) -> Connection:
        while self._task and self._is_ending:
            await asyncio.wait([self._task])  # a server may not bear a second copy beside the first
        if self._wanted is None:
            self._wanted = asyncio.get_running_loop().create_future()
            self._task = self._group.create_task(self._live(self._wanted))
            self._task.add_done_callback(partial(self._ended, self._wanted))
            self.state = Connecting()
        found = await asyncio.shield(self._wanted)
        if isinstance(found, DeepChatError):
            hint = found.hint or "mend it in config.toml, or go on without its tools"
            raise ToolFailed(f"the server {self.name} can't be used: {found.message}", hint)
        return found

    @property
    def _is_ending(self) -> bool:
        return self.state == Idle() or (self._connection is not None and self._connection.over.is_set())

    async def _live(self, wanted: _Wanted) -> DeepChatError | None:
        """Why it can't be had; nothing, once it was had."""
        try:
            place = self._place()
            connect = await asyncio.to_thread(_load)
            async with connect(place) as connection:
                self._connection, self.listing, self.state = connection, connection.listing, Connected()
                wanted.set_result(connection)
                await connection.over.wait()
            if self.state == Connected():
                words = connection.last_words
                self.state = Broken(f"it ended{f'; it complained: {words}' if words else ''}")
            return None
        except Exception as error:  # noqa: BLE001  # whatever one server costs, it does not cost the others, or the app
            failure = error if isinstance(error, DeepChatError) else _unforeseen(error)
            self.state = Broken(": ".join(filter(None, (failure.message, failure.hint))))
            return failure

    def _ended(self, wanted: _Wanted, task: asyncio.Task[DeepChatError | None]) -> None:
        """The task has, also one that was cancelled before it began."""
        self._wanted = self._task = self._connection = None
        failure = None if task.cancelled() else task.result()
        if not isinstance(self.state, Broken):
            self.state = Idle()
        if not wanted.done():
            wanted.set_result(failure or ToolFailed("it was stopped"))


def _load() -> Connect:
    """In a thread of its own: it takes half a second."""
    try:
        from deepchat.tools.mcp import connected
    except ImportError as error:
        is_absent = isinstance(error, ModuleNotFoundError) and "." not in (error.name or "")
        why = (
            "MCP needs the package mcp, which is not installed"
            if is_absent
            else "this version of mcp is not understood"
        )
        raise ToolFailed(why, "Install it: pip install 'deepchat[mcp]'") from None
    return connected


def _unforeseen(error: Exception) -> ToolFailed:
    words = one_line(scrub(str(error)), _LONGEST_WORDS)
    return ToolFailed(f"DeepChat has a fault there: {type(error).__name__}{f': {words}' if words else ''}")
