"""Runs `deepchat` as people do: a process of its own, with pipes or on a terminal, against real sockets."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepchat.simulator import SimulatorThread
from tests.cli.warm import WarmRun, run_warm

KEY = "sentinel-key-5d1f0c9e7a31"
"""Must never be seen on stdout or stderr."""
COMMAND = (sys.executable, "-m", "deepchat")
LIMIT_S = 60
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "deepchat", *sys.argv[1:]])
"""


@dataclass(frozen=True, slots=True)
class Said:
    """How a run ended."""

    status: int
    bytes_out: bytes
    err: str

    @property
    def out(self) -> str:
        return self.bytes_out.decode()

    @property
    def object(self) -> Any:
        """stdout as one JSON value."""
        return json.loads(self.bytes_out)


def run(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Said:
    """One run with pipes; no run may show the key or a traceback."""
    status, out, err = run_warm(arguments, stdin, {**os.environ, **(env or {})}, LIMIT_S)
    return checked(status, out, err.decode())


def run_anew(*arguments: str) -> Said:
    """One run in a process that has nothing loaded, as a person's."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, timeout=LIMIT_S, check=False)
    return checked(done.returncode, done.stdout, done.stderr.decode())


def checked(status: int, out: bytes, err: str) -> Said:
    assert KEY.encode() not in out
    assert KEY not in err
    assert "Traceback" not in err
    return Said(status, out, err)


def at(sim: SimulatorThread, key: str = KEY) -> dict[str, str]:
    """The environment that makes the simulator the provider."""
    return {"LLM_BASE_URL": f"{sim.url}/v1/openai", "LLM_API_KEY": key}


def configure(text: str, name: str = "config.toml") -> Path:
    """Write a file of the user's."""
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def body(sim: SimulatorThread, at: int = -1) -> Any:
    """What the simulator was asked."""
    return json.loads(sim.heard[at].body)


def on_terminal(
    *arguments: str, talk: Sequence[tuple[str, str]] = (), env: Mapping[str, str] | None = None, columns: int = 80
) -> Said:
    """One run on a terminal of that width; each answer of `talk` is typed once the text before it was seen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    run = WarmRun(arguments, {**os.environ, **(env or {})}, (theirs, theirs, theirs), on_terminal=True)
    os.close(theirs)
    try:
        heard = _converse(ours, [(seen.encode(), typed.encode()) for seen, typed in talk])
        status = run.wait(LIMIT_S)
    finally:
        run.kill()
        os.close(ours)
    return checked(status, heard.replace(b"\r\n", b"\n"), "")


def _converse(terminal: int, talk: list[tuple[bytes, bytes]]) -> bytes:
    heard, unseen, give_up = b"", b"", time.monotonic() + LIMIT_S
    while time.monotonic() < give_up:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        read = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            read = os.read(terminal, 65_536)
        if not read:
            return heard
        heard += read
        unseen += read
        while talk and talk[0][0] in unseen:
            seen, typed = talk.pop(0)
            unseen = unseen.partition(seen)[2]
            os.write(terminal, typed)
    raise AssertionError(f"it did not end: {heard!r}")
