"""How long a typed key takes to be seen while a long answer streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.asking import ask, echoes, warm_up
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground, high, middle
from benchmarks.server import Order
from benchmarks.terminal import EndedTooSoon
from benchmarks.texts import mixed_words, tokens_of

PART: Final = "keys"
MEDIAN: Final = Row(PART, "key echo while 10,000 words stream: median", "ms", 15)
P95: Final = Row(PART, "key echo while 10,000 words stream: 95 %", "ms", 40)
WORDS: Final = 10_000
RATE: Final = 1_000
LONG: Final = Order("mixed", len(tokens_of(mixed_words(WORDS))), RATE)
FIRST_S: Final = 1.0


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    with ground.opened(client, LONG) as terminal:
        warm_up(terminal, client)
        ask(terminal, client)
        terminal.stay(FIRST_S)
        seen: list[float] = []
        try:
            seen.extend(echoes(terminal, LONG.tokens / RATE - FIRST_S))
        except EndedTooSoon:
            yield Figure(MEDIAN, client.name, None, "a key was not seen for a minute")
            return
    yield Figure(MEDIAN, client.name, 1000 * middle(seen))
    if len(seen) > 1:
        yield Figure(P95, client.name, 1000 * high(seen))
