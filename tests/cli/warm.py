"""A process with the imports done that forks for each run: a run is as alone as any process, and starts at once."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Final

HEAD_BYTES: Final = 8
END_LIMIT_S: Final = 5
_RUNS: Final = count(1)
LOADED: Final = (
    "deepchat.__main__", "deepchat.cli.ask", "deepchat.cli.models", "deepchat.cli.usage", "deepchat.cli.export",
    "deepchat.cli.import_", "deepchat.cli.search", "deepchat.cli.image", "deepchat.cli.embed", "deepchat.cli.doctor",
    "deepchat.workspace.workspace", "deepchat.wire.http", "jsonschema",
)  # fmt: skip
"""What most runs need."""


class WarmRun:
    """One run of `deepchat` that has begun; the next begins when it has ended. A terminal can be made its own."""

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str], files: Sequence[int], *, on_terminal: bool = False
    ) -> None:
        self._parent, self._status, self._run = _parent(), None, next(_RUNS)
        body = json.dumps([self._run, arguments, {**env}, str(Path.cwd()), on_terminal]).encode()
        try:
            socket.send_fds(self._parent, [len(body).to_bytes(HEAD_BYTES, "big")], files)
            self._parent.sendall(body)
            self.pid = self._told()
        except (OSError, EOFError):
            _parent.cache_clear()  # it is gone: the next run has another
            raise
        assert self.pid > 1, "to kill it must mean it alone"

    def wait(self, limit_s: float | None = None) -> int:
        """How it ended; with a minus, the signal that killed it. Raises TimeoutError."""
        if self._status is None:
            self._parent.settimeout(limit_s)
            try:
                self._status = self._told()
            finally:
                self._parent.settimeout(None)
        return self._status

    def kill(self) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def _told(self) -> int:
        """What is said next of this run; of an earlier one that nobody waited for, something may stand before it."""
        while _number(self._parent) != self._run:
            _number(self._parent)
        return _number(self._parent)


def run_warm(
    arguments: Sequence[str], stdin: bytes, env: Mapping[str, str], limit_s: float
) -> tuple[int, bytes, bytes]:
    """The status, stdout and stderr of one run with pipes; raises TimeoutError when it does not end."""
    (their_in, our_in), (our_out, their_out), (our_err, their_err) = os.pipe(), os.pipe(), os.pipe()
    theirs = their_in, their_out, their_err
    run = WarmRun(arguments, env, theirs)
    for each in theirs:
        os.close(each)
    with ThreadPoolExecutor(3) as pool:
        pool.submit(_write, our_in, stdin)
        said, told = pool.submit(_read, our_out), pool.submit(_read, our_err)
        try:
            return run.wait(limit_s), said.result(), told.result()
        finally:
            run.kill()


@cache
def _parent() -> socket.socket:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        try:
            process.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:  # it waits for a run that nobody ended
            process.kill()
            process.wait()

    atexit.register(end)
    return ours


def _read(pipe: int) -> bytes:
    with open(pipe, "rb") as file:  # it is a descriptor
        return file.read()


def _write(pipe: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(pipe, "wb") as file:
        file.write(text)


def _tell(connection: socket.socket, *numbers: int) -> None:
    connection.sendall(b"".join(number.to_bytes(HEAD_BYTES, "big", signed=True) for number in numbers))


def _number(connection: socket.socket) -> int:
    return int.from_bytes(_exactly(connection, HEAD_BYTES), "big", signed=True)


def _exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = connection.recv(count - len(got))
        if not piece:
            raise EOFError
        got += piece
    return got


def _serve(connection: socket.socket) -> int:
    """Fork for each that is asked for, one after the other; in the child, its exit status."""
    while True:
        head, files, _, _ = socket.recv_fds(connection, HEAD_BYTES, 3)
        if not head:
            return 0
        run, arguments, env, folder, on_terminal = json.loads(_exactly(connection, int.from_bytes(head, "big")))
        pid = os.fork()
        if not pid:
            connection.close()
            return _run(arguments, env, folder, files, on_terminal=on_terminal)
        for file in files:
            os.close(file)
        _tell(connection, run, pid)
        _tell(connection, run, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _run(arguments: list[str], env: dict[str, str], folder: str, files: Sequence[int], *, on_terminal: bool) -> int:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if on_terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", 1, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["deepchat", *arguments]
    from deepchat.__main__ import main

    return main()


if __name__ == "__main__":
    for name in LOADED:
        import_module(name)
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
