"""What 1,000 tokens cost at full speed: behind little and behind much, and inside one long block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.asking import ANSWER_LIMIT_S, ask, warm_up
from benchmarks.clients import Client
from benchmarks.figure import Figure, Row
from benchmarks.ground import Ground
from benchmarks.server import END, PAUSE, PAUSE_S, Order
from benchmarks.texts import answer, tokens_of

PART: Final = "shapes"
FEW_WORDS: Final = 500
MANY_WORDS: Final = 50_000
TOKENS: Final = 5_000
MIXED: Final = Row(PART, "1,000 tokens at once behind 500 words: CPU", "s", 0.25)
BEHIND: Final = Row(PART, "the same behind 50,000 words", "× as much", 1.3)
INSIDE: Final = {
    "code": "inside a code block of 1,000 lines",
    "list": "inside a list of 400 items",
    "paragraph": "inside a paragraph of 26 KB",
    "table": "inside a table of 400 rows",
}
BLOCK_FACTOR: Final = 4.0


def measure(ground: Ground, client: Client) -> Iterator[Figure]:
    mixed = cpu_for_1000(ground, client, Order("mixed", TOKENS, 0, FEW_WORDS))
    yield Figure(MIXED, client.name, mixed)
    yield Figure(BEHIND, client.name, cpu_for_1000(ground, client, Order("mixed", TOKENS, 0, MANY_WORDS)) / mixed)
    for shape, where in INSIDE.items():
        cost = cpu_for_1000(ground, client, Order(shape, 0, 0, FEW_WORDS))
        yield Figure(Row(PART, where, "× as much", BLOCK_FACTOR), client.name, cost / mixed)


def cpu_for_1000(ground: Ground, client: Client, order: Order) -> float:
    """Seconds for each 1,000 tokens that come after those words: the least of a few answers."""

    def once() -> float:
        with ground.opened(client, order) as terminal:
            warm_up(terminal, client)
            mark = ask(terminal, client)
            terminal.wait_for(PAUSE, mark)
            terminal.stay(PAUSE_S / 2)  # never quite quiet: the figures tick
            before = terminal.tree.cpu_s()
            terminal.wait_for(f"{END}-1", mark, ANSWER_LIMIT_S)
            terminal.settle()
            return terminal.tree.cpu_s() - before

    tokens = len(tokens_of(answer(order.shape, order.tokens)))
    return 1000 * min(once() for _ in range(2)) / tokens
