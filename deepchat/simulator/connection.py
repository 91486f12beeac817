"""One client's connection: requests are heard on it and answers are told, one after the other."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from http import HTTPStatus
from typing import assert_never

from deepchat.simulator.answers import Answer, Headers, Refusal, Reply, Script, Stream
from deepchat.simulator.http1 import MOST_HEAD_BYTES, Heard, hear
from deepchat.simulator.scene import KEY_PLACE, Close, Hang, Reset, Send, Speak, Step, Wait

LINGER_S = 1.0
"""After a refusal in mid-request the rest of it is still swallowed, or the client would never read the refusal."""


class _ClientGoneError(Exception):
    """The client closed its side."""


class _Ears(asyncio.StreamReader):
    """A reader that says when the client has gone, even while nobody reads."""

    def __init__(self) -> None:
        super().__init__(limit=MOST_HEAD_BYTES)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.gone.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.gone.set()


class _Line(asyncio.StreamReaderProtocol):
    """A protocol that knows when its connection is over."""

    over = False

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.over = True


class Connection:
    """Serves one client until it goes away, an answer ends the connection, or the task is cancelled."""

    def __init__(self, reader: _Ears, writer: asyncio.StreamWriter, line: _Line) -> None:
        self._reader = reader
        self._writer = writer
        self._line = line
        self._open = True

    @classmethod
    async def accepted(cls, client: socket.socket) -> Connection:
        """The connection on a socket that was just accepted."""
        loop = asyncio.get_running_loop()
        reader = _Ears()
        line = _Line(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: line, client)
        return cls(reader, asyncio.StreamWriter(transport, line, reader, loop), line)

    async def serve(self, reply: Callable[[Heard], tuple[Reply, Headers]]) -> None:
        """Answer every request with what `reply` makes of it and the headers it adds; the socket is closed then."""
        try:
            while self._open and await self._serve_one(reply):
                pass
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:  # the client is gone: nobody is left to tell
            pass
        finally:
            self._tear()

    async def _serve_one(self, reply: Callable[[Heard], tuple[Reply, Headers]]) -> bool:
        try:
            heard = await hear(self._reader, self._writer)
        except Refusal as refused:
            await self._tell(refused.answer, (), keep=False)
            await self._swallow_the_rest()
            return False
        if heard is None:
            return False
        work, headers = reply(heard)
        return await self._while_the_client_stays(self._perform(work, headers, heard)) and heard.keeps_alive

    async def _while_the_client_stays(self, work: Coroutine[None, None, None]) -> bool:
        async def watch() -> None:
            await self._reader.gone.wait()
            raise _ClientGoneError

        stayed = True
        try:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(watch())
                await work
                watcher.cancel()
        except* _ClientGoneError:
            stayed = False
        except* OSError:
            stayed = False
        return stayed

    async def _perform(self, reply: Reply, headers: Headers, heard: Heard) -> None:
        match reply:
            case Answer():
                await self._tell(reply, headers, keep=heard.keeps_alive)
            case Stream():
                await self._stream(reply, headers, heard)
            case Script():
                try:
                    with reply.seat:
                        for step in reply.steps:
                            await self._take(step, reply, headers, heard)
                except Refusal as refused:
                    await self._tell(refused.answer, headers, keep=heard.keeps_alive)
            case _:
                assert_never(reply)

    async def _take(self, step: Step, script: Script, headers: Headers, heard: Heard) -> None:
        match step:
            case Send():
                self._writer.write(step.data.replace(KEY_PLACE, heard.key.encode("latin-1", "replace")))
                await self._writer.drain()
            case Wait():
                await asyncio.sleep(step.seconds)
            case Hang():
                await self._reader.gone.wait()
            case Reset():
                self._reset()
            case Close():
                self._open = False
            case Speak():
                said = script.speak(step.manners)
                if isinstance(said, Answer):
                    await asyncio.sleep(step.manners.first_token_s)
                await self._perform(said, headers, heard)
            case _:
                assert_never(step)

    async def _tell(self, answer: Answer, headers: Headers, *, keep: bool) -> None:
        framing = (("Content-Type", "application/json"), ("Content-Length", str(len(answer.body))))
        self._writer.write(_head(answer.status, (*framing, *answer.headers, *headers), keep=keep) + answer.body)
        await self._writer.drain()

    async def _stream(self, stream: Stream, headers: Headers, heard: Heard) -> None:
        chunked = heard.version == "HTTP/1.1"
        framing = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"))
        framing += (("Transfer-Encoding", "chunked"),) if chunked else ()
        self._writer.write(_head(200, (*framing, *headers), keep=heard.keeps_alive))
        async with aclosing(stream.events) as events:
            async for events_now in events:
                self._writer.write(b"%x\r\n%b\r\n" % (len(events_now), events_now) if chunked else events_now)
                await self._writer.drain()
        if stream.torn:
            self._open = False
            return
        self._writer.write(b"0\r\n\r\n" if chunked else b"")
        await self._writer.drain()

    async def _swallow_the_rest(self) -> None:
        self._writer.write_eof()
        try:
            async with asyncio.timeout(LINGER_S):
                while await self._reader.read(MOST_HEAD_BYTES):
                    pass
        except TimeoutError:
            pass

    def _reset(self) -> None:
        client: socket.socket = self._writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._tear()
        self._open = False

    def _tear(self) -> None:
        # A transport that sends its last bytes after it was closed forgets its loop, and can't be aborted any more.
        if not self._line.over:
            self._writer.transport.abort()


def _head(status: int, headers: Headers, *, keep: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Server: deepchat-simulator"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [] if keep else ["Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
