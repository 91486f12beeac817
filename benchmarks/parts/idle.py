"""What a program costs that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.asking import warm_up
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.server import Order

PART: Final = "idle"
IDLE: Final = Row(PART, "idle: of a core", "%", 0.3)
WATCHED_S: Final = 10.0


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.opened(client, Order("mixed", 100, 0)) as terminal:
        warm_up(terminal, client)
        terminal.stay(2.0)
        before = terminal.tree.cpu_s()
        terminal.stay(WATCHED_S)
        yield Figure(IDLE, client.name, 100 * (terminal.tree.cpu_s() - before) / WATCHED_S)
