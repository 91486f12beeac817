"""What an answer costs in processor time, memory and bytes to the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.asking import ANSWER_LIMIT_S, cost_of_answer, warm_up
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.report import number
from benchmarks.server import Order
from benchmarks.terminal import EndedTooSoon

PART: Final = "answers"
PACED: Final = Order("mixed", 1_000, 200)
ORDERS: Final = {
    "500 tokens at once": Order("mixed", 500, 0),
    "2,000 tokens at once": Order("mixed", 2_000, 0),
    "10,000 tokens at once": Order("mixed", 10_000, 0),
    "1,000 tokens at 200/s": PACED,
}
TARGETS_S: Final = {
    "500 tokens at once": 0.125,
    "2,000 tokens at once": 0.5,
    "10,000 tokens at once": 2.5,
    "1,000 tokens at 200/s": 0.9,
}
"""A quarter of a second for each 1,000 tokens at full speed; what is paced is painted 30 times a second."""


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    for what, order in ORDERS.items():
        rows = (
            Row(PART, f"{what}: CPU", "s", TARGETS_S[what]),
            Row(PART, f"{what}: peak memory", "MB"),
            Row(PART, f"{what}: to the terminal", "KB"),
        )
        with ground.opened(client, order) as terminal:
            warm_up(terminal, client)
            before = terminal.tree.cpu_s()
            try:
                cost = cost_of_answer(terminal, client)
            except EndedTooSoon:
                spent = number(terminal.tree.cpu_s() - before)
                yield Figure(rows[0], client.name, None, f"> {spent} s, not done after {ANSWER_LIMIT_S:.0f} s")
                continue
            values = (cost.cpu_s, terminal.tree.peak_mb(), cost.written / 1000)
        for row, value in zip(rows, values, strict=True):
            yield Figure(row, client.name, value)
