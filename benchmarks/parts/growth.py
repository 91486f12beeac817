"""How memory grows from answer to answer, once what is kept for its own sake has filled."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from statistics import linear_regression
from typing import Final

from benchmarks.asking import ask
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.server import END, Order
from benchmarks.terminal import EndedTooSoon, Terminal
from benchmarks.texts import TOKEN_CHARS

PART: Final = "growth"
TOKENS: Final = 2_000
ANSWERS: Final = 100
FILLED: Final = 20
"""Answers until caches are full; a program that is slower than that is judged from its third on."""
LEAST: Final = 3
LIMIT_S: Final = 300.0
FILLS: Final = Row(PART, f"memory that the first {FILLED} answers of 2,000 tokens fill", "MB")
GROWTH: Final = Row(PART, f"memory for each answer after them, up to the {ANSWERS}th", "× its text", 2.0)


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.opened(client, Order("mixed", TOKENS, 0)) as terminal:
        held_mb = [terminal.tree.resident_mb(), *_after_each(terminal, client)]
    done = len(held_mb) - 1
    note = "" if done == ANSWERS else f"{done} answers in {LIMIT_S:.0f} s"
    if done < 2 * LEAST:
        yield Figure(GROWTH, client.name, None, note)
        return
    if done > FILLED:
        yield Figure(FILLS, client.name, held_mb[FILLED] - held_mb[0])
    first = FILLED if done > 2 * FILLED else LEAST
    yield Figure(GROWTH, client.name, _slope(held_mb[first:]) * 1e6 / (TOKENS * TOKEN_CHARS), note)


def _after_each(terminal: Terminal, client: Client) -> Iterator[float]:
    """Megabytes held after one answer and the next, as fast as they come."""
    give_up = time.monotonic() + LIMIT_S
    for number in range(1, ANSWERS + 1):
        try:
            mark = ask(terminal, client, number)
            terminal.wait_for(f"{END}-{number}", mark, give_up - time.monotonic())
        except EndedTooSoon:
            return
        terminal.settle(0.3)
        yield terminal.tree.resident_mb()


def _slope(values: Sequence[float]) -> float:
    """By how much each is more than the one before it: of all together, for each goes up and down by itself."""
    return linear_regression(range(len(values)), values).slope
