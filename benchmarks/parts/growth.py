"""How memory grows from answer to answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.asking import ANSWER_LIMIT_S, cost_of_answer
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.server import Order
from benchmarks.terminal import EndedTooSoon
from benchmarks.texts import TOKEN_CHARS

PART: Final = "growth"
TOKENS: Final = 2_000
GROWTH: Final = Row(PART, "memory for each answer of 2,000 tokens", "× its text", 2.0)
ANSWERS: Final = 100
WARM: Final = 3
LEAST: Final = 3
"""Fewer answers than these say nothing of growth."""


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.opened(client, Order("mixed", TOKENS, 0)) as terminal:
        give_up = time.monotonic() + ANSWER_LIMIT_S
        done, before = 0, 0.0
        try:
            while done < ANSWERS + WARM and time.monotonic() < give_up:
                cost_of_answer(terminal, client, done + 1, give_up - time.monotonic())
                done += 1
                before = terminal.tree.resident_mb() if done == WARM else before
        except EndedTooSoon:
            pass
        grown = terminal.tree.resident_mb() - before
    if done < WARM + LEAST:
        yield Figure(GROWTH, client.name, None, f"{done} answers in {ANSWER_LIMIT_S:.0f} s")
        return
    note = "" if done == ANSWERS + WARM else f"{done - WARM} answers in {ANSWER_LIMIT_S:.0f} s"
    yield Figure(GROWTH, client.name, 1e6 * grown / (done - WARM) / (TOKENS * TOKEN_CHARS), note)
