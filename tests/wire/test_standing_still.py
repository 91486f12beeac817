"""A program that was stopped, by Ctrl-Z say: what the server sent meanwhile is no silence of the server."""

from __future__ import annotations

import asyncio
import selectors
import socket
import time
from collections.abc import Callable
from threading import Event, Thread

from deepchat.wire.http import Exchange, Patience
from tests.wire.asking import Outcome, ask, at, question
from tests.wire.listening import LIMIT_S, STREAM

IDLE_S = 1.0
WORD = b'data: {"choices":[{"delta":{"content":"%s"},"finish_reason":%s}]}\n\n'
END = b"data: [DONE]\n\n"
PATIENT = Patience(headers_s=IDLE_S, first_event_s=IDLE_S, idle_s=IDLE_S)


class Stoppable(selectors.DefaultSelector):
    """Where Python waits for sockets: once it was stopped, it finds that its time is over before it looks at them."""

    def __init__(self) -> None:
        super().__init__()
        self.stop: Callable[[], None] | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        stop, self.stop = self.stop, None
        if stop is None:
            return super().select(timeout)
        stop()
        return []


def ask_and_stand_still(before: bytes, after: bytes) -> Outcome:
    """The server says the second part while the program stands still, for longer than any silence may last."""
    waiting = Stoppable()
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(waiting)) as runner,
    ):
        serve = _serving(door, waiting, runner.get_loop(), (before, after))
        server = Thread(target=serve)
        server.start()
        try:
            return runner.run(_ask(f"http://127.0.0.1:{door.getsockname()[1]}"))
        finally:
            server.join(LIMIT_S)


def _serving(
    door: socket.socket, waiting: Stoppable, loop: asyncio.AbstractEventLoop, says: tuple[bytes, bytes]
) -> Callable[[], None]:
    still, said = Event(), Event()

    def stand_still() -> None:
        still.set()
        said.wait(LIMIT_S)
        time.sleep(2 * IDLE_S + 0.5)

    def stop() -> None:
        waiting.stop = stand_still

    def serve() -> None:
        caller, _ = door.accept()
        with caller:
            caller.settimeout(LIMIT_S)
            caller.recv(65536)
            caller.sendall(says[0])
            # A little later, so that what comes before is read and a wait has begun.
            loop.call_soon_threadsafe(loop.call_later, IDLE_S / 4, stop)
            still.wait(LIMIT_S)
            caller.sendall(says[1])
            said.set()

    return serve


async def _ask(url: str) -> Outcome:
    exchange = Exchange(PATIENT)
    try:
        return await ask(exchange, [at(url)], question("m"))
    finally:
        await exchange.aclose()


def test_a_piece_that_came_meanwhile_is_read() -> None:
    outcome = ask_and_stand_still(STREAM + WORD % (b"good", b"null"), WORD % (b"bye", b'"stop"') + END)
    assert outcome.error is None
    assert outcome.draft.text == "goodbye"


def test_the_beginning_of_an_answer_that_came_meanwhile_is_read() -> None:
    outcome = ask_and_stand_still(b"", STREAM + WORD % (b"hello", b'"stop"') + END)
    assert (outcome.error, outcome.retries) == (None, [])
    assert outcome.draft.text == "hello"
