"""One answer to standard output: `deepchat ask` against `llm`."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.clients import DEEPCHAT, Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.server import Order
from benchmarks.texts import TOKEN_CHARS

PART: Final = "ask"
ORDERS: Final = {f"one answer of {tokens:,} tokens to stdout": Order("mixed", tokens, 0) for tokens in (100, 10_000)}


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    verb = ("ask",) if client.name == DEEPCHAT.name else ()
    for what, order in ORDERS.items():
        with ground.home() as home:
            seat = client.seat(home, ground.url, order.model)
            command = (*seat.command, *verb, "Go on #1")
            spent = [cpu_of(command, seat.environ, home, order.tokens * TOKEN_CHARS) for _ in range(ground.runs + 1)]
        yield Figure(Row(PART, f"{what}: CPU", "s"), client.name, min(cpu for cpu, _ in spent))
        yield Figure(Row(PART, f"{what}: peak memory", "MB"), client.name, spent[-1][1])


def cpu_of(command: Sequence[str], environ: Mapping[str, str], folder: Path, least: int) -> tuple[float, float]:
    """Its CPU seconds and the most megabytes that it held; raises RuntimeError when it writes too little."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=said, stdin=subprocess.DEVNULL, cwd=folder)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or out.tell() < least:
            said.seek(0)
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said.read()[-500:]!r}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6
