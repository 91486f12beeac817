"""What the whole app costs, held against what the same machine pays for loading Textual at the same moment.

On a quiet machine that yardstick is some 0.13 s. Each limit is twice what the targets in docs/speed.md come to.
"""

from __future__ import annotations

import sys

import pytest

from benchmarks.asking import cost_of_answer, warm_up
from benchmarks.clients import DEEPCHAT
from benchmarks.ground import REPOSITORY, Ground
from benchmarks.parts.lines import cpu_of
from benchmarks.server import Order
from benchmarks.texts import TOKEN_CHARS

PACED = Order("mixed", 600, 200)
PACED_LIMIT = 9.0
"""600 tokens at 200 a second: 0.54 s, and twice that is some nine yardsticks."""
PACED_BYTES = 1_400
"""For each token, twice what it takes: most of them change a row, and every fifth moves all rows up."""
START_LIMIT = 8.0
ASK_LIMIT = 4.0
IDLE_S = 4.0
IDLE_LIMIT = 0.18
"""0.3 % of a core in that time is 12 ms, not quite a tenth of the yardstick."""


@pytest.fixture(scope="module")
def yardstick_s() -> float:
    command = [sys.executable, "-c", "import textual.app, textual.widgets.text_area"]
    return min(cpu_of(command, {}, REPOSITORY, 0)[0] for _ in range(3))


def test_it_starts_streams_at_a_pace_and_rests_within_its_means(ground: Ground, yardstick_s: float) -> None:
    with ground.opened(DEEPCHAT, PACED) as terminal:
        assert terminal.tree.cpu_s() < START_LIMIT * yardstick_s
        warm_up(terminal, DEEPCHAT)
        cost = cost_of_answer(terminal, DEEPCHAT)
        assert cost.cpu_s < PACED_LIMIT * yardstick_s
        assert cost.written < PACED_BYTES * PACED.tokens
        before = terminal.tree.cpu_s()
        terminal.stay(IDLE_S)
        assert terminal.tree.cpu_s() - before < IDLE_LIMIT * yardstick_s


def test_an_answer_to_standard_output_costs_little_more_than_what_it_loads(ground: Ground, yardstick_s: float) -> None:
    order = Order("mixed", 100, 0)
    with ground.home() as home:
        seat = DEEPCHAT.seat(home, ground.url, order.model)
        command = (*seat.command, "ask", "Go on #1")
        least = min(cpu_of(command, seat.environ, home, order.tokens * TOKEN_CHARS)[0] for _ in range(2))
    assert least < ASK_LIMIT * yardstick_s
