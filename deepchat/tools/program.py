"""A program that is spoken to line by line: what it says is bounded, and nothing of it is left running."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, SubprocessStreamProtocol
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, cast

from deepchat.errors import ToolFailed

LONGEST_LINE: Final = 8 * 2**20
LEAVING_S: Final = 1.0
"""How long it may take to end by itself, once nobody speaks to it any more; then it is asked to, and then made to."""
_MOST_LAST_WORDS: Final = 2_000
_LAST_LINES: Final = 2
_PIECE: Final = 65_536
_PAUSE_S: Final = 0.01
"""After a full piece of complaints, so that one who writes nothing else costs little."""


class _Streams(SubprocessStreamProtocol):
    """Its pipes, and whether it has ended: a child of its own may hold the pipes longer than that."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=LONGEST_LINE, loop=loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class Program:
    """A running one; `started` makes it."""

    def __init__(self, transport: asyncio.SubprocessTransport, streams: _Streams, errors: int) -> None:
        self._transport = transport
        self._exited = streams.exited
        self._in = cast("asyncio.StreamWriter", streams.stdin)
        self._out = cast("asyncio.StreamReader", streams.stdout)
        self._errors = errors
        os.set_blocking(errors, False)
        self._said_last = b""
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._listen()

    async def lines(self) -> AsyncGenerator[bytes, None]:
        """What it says, until it has ended; raises ToolFailed for a line that nobody can want."""
        while True:
            try:
                line = await self._out.readline()
            except ValueError:
                raise ToolFailed(f"it wrote a line of more than {LONGEST_LINE // 2**20} MiB") from None
            if not line:
                return
            yield line

    async def say(self, line: bytes) -> None:
        """Write a line to it; raises OSError when it does not listen."""
        self._in.write(line)
        await self._in.drain()

    @property
    def last_words(self) -> str:
        """The end of what it complained of; any text at all."""
        lines = [line.strip() for line in self._said_last.decode(errors="replace").splitlines()]
        return " / ".join([line for line in lines if line][-_LAST_LINES:])

    async def end(self) -> None:
        """It is gone when this returns, and so is all that it started in its group; takes about two seconds at most."""
        try:
            self._in.close()
            if not await self._is_gone():
                self._signal(signal.SIGTERM)
                await self._is_gone()
        finally:
            self._signal(signal.SIGKILL)
            self._close()
        await self._is_gone()

    def _listen(self) -> None:
        self._loop.add_reader(self._errors, self._hear_errors)

    def _hear_errors(self) -> None:
        size = self._read_errors()
        if size in (0, _PIECE):
            self._loop.remove_reader(self._errors)
        if size == _PIECE:
            self._pause = self._loop.call_later(_PAUSE_S, self._listen)

    def _read_errors(self) -> int:
        heard = os.read(self._errors, _PIECE)
        self._said_last = (self._said_last + heard)[-_MOST_LAST_WORDS:]
        return len(heard)

    async def _is_gone(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_S):
                await self._exited.wait()
        return self._exited.is_set()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._transport.get_pid(), number)

    def _close(self) -> None:
        with suppress(BlockingIOError):  # where it left no last words
            self._read_errors()
        if self._pause:
            self._pause.cancel()
        self._loop.remove_reader(self._errors)
        os.close(self._errors)
        with suppress(PermissionError):  # a program of another user can't be killed
            self._transport.close()


@asynccontextmanager
async def started(argv: Sequence[str], environ: Mapping[str, str], folder: Path) -> AsyncGenerator[Program, None]:
    """Run it with this environment alone, in a group of its own; raises ToolFailed when it can't be started."""
    loop = asyncio.get_running_loop()
    errors, theirs = os.pipe()
    try:
        transport, streams = await loop.subprocess_exec(
            lambda: _Streams(loop),
            *argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=theirs,
            env=dict(environ),
            cwd=folder,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        os.close(errors)
        why = getattr(error, "strerror", None) or "its name or its arguments are none"
        raise ToolFailed(f"{argv[0]} can't be started: {why}", "see whether it is installed") from None
    except asyncio.CancelledError:
        os.close(errors)
        raise
    finally:
        os.close(theirs)
    program = Program(transport, streams, errors)
    try:
        yield program
    finally:
        await program.end()
