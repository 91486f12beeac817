"""Servers of a few lines on loopback, for what the simulator is too polite to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

LIMIT_S = 60
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
HELLO = STREAM + b'data: {"choices":[{"delta":{"content":"hello"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


class Listener:
    """Says the same to everybody.

    It listens to the request's head first, unless it `interrupts`; with `holds`, it stays until the client goes.
    """

    def __init__(
        self,
        answer: bytes = HELLO,
        *,
        interrupts: bool = False,
        holds: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self.heard = asyncio.Event()
        self.quiet = asyncio.Event()
        self.port = 0
        self._answer = answer
        self._interrupts = interrupts
        self._holds = holds
        self._tls = tls
        self._open = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        async with asyncio.timeout(LIMIT_S):
            await self._server.wait_closed()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        self.heard.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open += 1
        self.quiet.clear()
        try:
            self.heard.set() if self._interrupts else await self._listen(reader)
            writer.write(self._answer)
            await writer.drain()
            while self._holds and await reader.read(65536):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open -= 1
            if not self._open:
                self.quiet.set()
            writer.close()


@contextmanager
def busy_line() -> Generator[str]:
    """The address of a server that never takes another call: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        callers = [socket.socket() for _ in range(8)]
        try:
            for caller in callers:
                caller.setblocking(False)
                caller.connect_ex(listening.getsockname())
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            for caller in callers:
                caller.close()


@contextmanager
def closed_door() -> Generator[str]:
    """The address of a port that is taken but refuses every call."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


async def nothing_left() -> None:
    """Return once no task but this one is alive."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _, pending = await asyncio.wait(others, timeout=LIMIT_S)
        assert not pending, f"left behind: {pending}"
