"""Runs another program for the few words that it prints, within a limit of time and of size."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Literal, cast

LARGEST_BYTES: Final = 64 << 10
_LOOK_EVERY_S: Final = 0.1
"""How soon the end of a program is noticed whose own children keep its output open."""


@dataclass(frozen=True, slots=True)
class Printed:
    """It ended by itself."""

    status: int
    output: bytes


Failure = Literal["it can't be started", "it took too long", "it printed too much"]


def run(argv: tuple[str, ...], environ: Mapping[str, str], limit_s: float, said: bytes = b"") -> Printed | Failure:
    """What it printed after hearing `said`; it sees no terminal, and nothing of it is left running when it fails."""
    try:
        child = subprocess.Popen(  # noqa: S603  # the user's own command, as a list, without a shell
            argv,
            stdin=subprocess.PIPE if said else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError):
        return "it can't be started"
    with child:
        try:
            if child.stdin:
                with suppress(BrokenPipeError):
                    child.stdin.write(said)
                    child.stdin.close()
            heard = _listen(child, time.monotonic() + limit_s)
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
    return heard


def _listen(child: subprocess.Popen[bytes], until: float) -> Printed | Failure:
    output = bytearray()
    stream = cast("IO[bytes]", child.stdout)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if selector.select(min(left, _LOOK_EVERY_S)):
                piece = os.read(stream.fileno(), LARGEST_BYTES)
                output += piece
                if len(output) > LARGEST_BYTES:
                    return "it printed too much"
                if not piece:
                    break
            elif child.poll() is not None:
                break
    try:
        return Printed(child.wait(max(0.0, until - time.monotonic())), bytes(output))
    except subprocess.TimeoutExpired:
        return "it took too long"
