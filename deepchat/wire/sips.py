"""Few bytes at a time are read a few times a second: what comes meanwhile waits in the socket.

A server sends every token by itself, and to read one of them costs as much as to read thirty: on its way through TLS,
HTTP and the event loop a token that is read alone costs some 0.3 ms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, Protocol

SIP_S: Final = 1 / 25
"""Nobody sees that a word came later by so little."""
GULP: Final = 16 * 1024
"""Bytes; where so many were, there are more, and they are not waited for."""


class Read(Protocol):
    """How httpcore reads from a connection."""

    def __call__(self, max_bytes: int, timeout: float | None = None) -> Awaitable[bytes]: ...


class Stream(Protocol):
    """A connection, as httpcore has it."""

    read: Read


class Sips:
    """Reads at once what comes first, or after a silence, and then a little later."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._not_before = 0.0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(self._not_before - clock())
        came = await self._read(max_bytes, timeout=timeout)
        self._not_before = clock() + SIP_S if len(came) < GULP else 0.0
        return came


def sip(stream: Stream) -> None:
    """Read from this connection in sips from now on."""
    if not isinstance(getattr(stream.read, "__self__", None), Sips):
        stream.read = Sips(stream.read).read
