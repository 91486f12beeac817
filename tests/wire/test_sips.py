from __future__ import annotations

import asyncio
from typing import cast

from deepchat.wire.sips import GULP, SIP_S, Stream, sip


class Socket:
    """Has as many bytes at each reading as it is told."""

    def __init__(self, *sizes: int) -> None:
        self._sizes = list(sizes)
        self.read_at: list[float] = []

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
        self.read_at.append(asyncio.get_running_loop().time())
        return b"x" * min(self._sizes.pop(0), max_bytes)


async def pauses(*sizes: int) -> list[float]:
    """Between one reading and the next."""
    socket, began = Socket(*sizes), asyncio.get_running_loop().time()
    for _ in range(2):
        sip(cast("Stream", socket))
    for size in sizes:
        assert len(await socket.read(GULP)) == size
    return [after - before for before, after in zip([began, *socket.read_at], socket.read_at, strict=False)]


async def test_after_a_few_bytes_the_next_are_read_a_little_later_and_only_once_so() -> None:
    first, second, third = await pauses(100, 100, 100)
    assert first < SIP_S
    assert second + 1e-3 >= SIP_S
    assert third + 1e-3 >= SIP_S


async def test_where_much_waits_it_is_read_at_once() -> None:
    assert sum(await pauses(*[GULP] * 20)) < 20 * SIP_S
