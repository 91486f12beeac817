"""A question that is stopped, at each place where it may be waiting: nothing stays behind."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from deepchat.conversation.events import Asked, Retrying, StreamEvent, TextDelta
from deepchat.simulator.running import SimulatorThread
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider
from deepchat.wire.retry import Attempts
from deepchat.wire.stream import Asking, stream_answer
from tests.wire.asking import CALM, at, provider, question
from tests.wire.listening import LIMIT_S, STREAM, Listener, busy_line, nothing_left

BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
WORDS = STREAM + b'data: {"choices":[{"delta":{"content":"hello"}}]}\n\n'


class Asker:
    """Asks in a task of its own, which can be stopped once something was heard."""

    def __init__(self, asked: Provider, until: type[StreamEvent]) -> None:
        self.heard = asyncio.Event()
        self._until = until
        self._exchange = Exchange(CALM)
        self._answer = stream_answer(self._exchange, Asking([asked]), question("m"), Attempts())
        self._task = asyncio.create_task(self._ask(self._answer))

    async def stop(self) -> None:
        self._task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._task
        await self._exchange.aclose()

    async def _ask(self, answer: AsyncGenerator[StreamEvent, None]) -> None:
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, self._until):
                    self.heard.set()


async def stop_once(asked: Provider, until: type[StreamEvent], *waits: asyncio.Event) -> None:
    """Ask, wait for this event and then for these, stop, and see that nothing stays behind."""
    asker = Asker(asked, until)
    async with asyncio.timeout(LIMIT_S):
        for wait in (asker.heard, *waits):
            await wait.wait()
        await asker.stop()


async def test_while_the_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, looking, found = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def slowly(*_args: object, **_options: object) -> list[object]:
        loop.call_soon_threadsafe(looking.set)
        found.wait(LIMIT_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    try:
        await stop_once(provider("https://api.example.test/v1"), Asked, looking)
    finally:
        found.set()
    await nothing_left()


async def test_while_the_connection_is_made() -> None:
    with busy_line() as url:
        asker = Asker(provider(url), Asked)
        await asker.heard.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        await asker.stop()
    await nothing_left()


async def test_during_the_tls_handshake() -> None:
    async with Listener(b"", interrupts=True, holds=True) as server:
        await stop_once(provider(server.url.replace("http:", "https:")), Asked, server.heard)
        await server.quiet.wait()
    await nothing_left()


async def test_while_the_headers_are_awaited() -> None:
    async with Listener(b"", holds=True) as server:
        await stop_once(provider(server.url), Asked, server.heard)
        await server.quiet.wait()
        assert server.connections == 1
    await nothing_left()


async def test_amid_the_answer() -> None:
    async with Listener(WORDS, holds=True) as server:
        await stop_once(provider(server.url), TextDelta)
        await server.quiet.wait()
        assert server.connections == 1
    await nothing_left()


async def test_while_an_errors_body_is_awaited() -> None:
    async with Listener(b"HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\nhalf", holds=True) as server:
        await stop_once(provider(server.url), Asked, server.heard)
        await server.quiet.wait()
    await nothing_left()


async def test_while_waiting_to_ask_again() -> None:
    async with Listener(BUSY) as server:
        await stop_once(provider(server.url), Retrying)
        await server.quiet.wait()
        assert server.connections == 1
    await nothing_left()


async def test_by_leaving_the_answer_in_the_middle() -> None:
    async with Listener(WORDS, holds=True) as server:
        exchange = Exchange(CALM)
        answer = stream_answer(exchange, Asking([provider(server.url)]), question("m"), Attempts())
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        await exchange.aclose()
        await server.quiet.wait()
    await nothing_left()


async def test_closing_the_exchange_leaves_no_kept_connection() -> None:
    with SimulatorThread() as simulator:
        exchange = Exchange(CALM)
        async with aclosing(
            stream_answer(exchange, Asking([at(simulator.url)]), question("sim/plain"), Attempts())
        ) as events:
            heard = [event async for event in events]
        assert heard
        assert simulator.open_connections == 1, "the connection is kept for the next question"
        await exchange.aclose()
        assert simulator.wait_quiet(LIMIT_S)
    await nothing_left()
