"""Eight conversations that stream at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.asking import ask, echoes
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground, middle
from benchmarks.server import Order

PART: Final = "many"
MANY: Final = 8
CORE: Final = Row(PART, "8 answers at once at 200/s: of a core", "%", 100)
KEY: Final = Row(PART, "8 answers at once at 200/s: key echo, median", "ms", 60)
ORDER: Final = Order("mixed", 8_000, 200)
WATCHED_S: Final = 8.0
NEW: Final = "\x0e"


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.opened(client, ORDER) as terminal:
        for number in range(1, MANY + 1):
            if number > 1:
                terminal.send(NEW)
                terminal.stay(0.5)
            ask(terminal, client, number)
            terminal.stay(0.5)
        before, began = terminal.tree.cpu_s(), time.monotonic()
        terminal.stay(WATCHED_S)
        share = (terminal.tree.cpu_s() - before) / (time.monotonic() - began)
        yield Figure(CORE, client.name, 100 * share)
        yield Figure(KEY, client.name, 1000 * middle([*echoes(terminal, WATCHED_S)]))
