"""Tokens that come one by one are read a few times a second: what comes meanwhile waits in the socket.

A server sends every token by itself, and to read one of them costs as much as to read thirty: on its way through TLS,
HTTP and the event loop a token that is read alone costs some 0.3 ms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

SIP_S: Final = 1 / 25
"""Nobody sees that a word came later by so little."""
WAITED_S: Final = 0.002
"""What lies there already is read sooner, unless this machine is busy."""
WAITS: Final = 3
"""So many readings in a row have to wait before it is sure that nothing lies there: of a TLS connection no reading
gives more than one record, which may be one token, and who pauses before all are read falls ever further behind."""


Clock = Callable[[], float]


class Read(Protocol):
    """How httpcore reads from a connection."""

    def __call__(self, max_bytes: int, timeout: float | None = None) -> Awaitable[bytes]: ...


class Stream(Protocol):
    """A connection, as httpcore has it."""

    read: Read


class Sips:
    """Reads all that is there, and each time that it has come to the end of it, pauses."""

    def __init__(
        self, read: Read, clock: Clock = time.monotonic, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._read = read
        self._clock = clock
        self._pause = pause
        self._waits = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
        if self._waits >= WAITS:
            self._waits = 0
            await self._pause(SIP_S)
        asked = self._clock()
        came = await self._read(max_bytes, timeout=timeout)
        self._waits = self._waits + 1 if self._clock() - asked >= WAITED_S else 0
        return came


def sip(stream: Stream) -> None:
    """Read from this connection in sips from now on."""
    if not isinstance(getattr(stream.read, "__self__", None), Sips):
        stream.read = Sips(stream.read).read
