"""However long a block is already, what is streamed into it costs the same."""

from __future__ import annotations

import time

import pytest

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.typesetter import Typesetter

WORDS = "so **many** words, `here` and *there* (and [here](http://x.y) too), it's a lot of "
GROWING = {
    "a paragraph": ("", WORDS),
    "a paragraph without marks": ("", "so many words - here and there (and here), it's a lot of "),
    "a paragraph of wide letters": ("", "日本語の長い文章がここに続きます、そして。"),
    "a quote": ("", f"> {WORDS}\n"),
    "a list": ("", f"- {WORDS}\n"),
    "code": ("```python\n", "    value = compute(1, 'text') + other[2]  # so it is\n"),
    "a table": ("| a | b |\n|---|---|\n", f"| {WORDS[:30]} | so |\n"),
}
"""What each begins with, and what comes again and again."""
EARLY, LATE, LETTERS_FED = 2_000, 24_000, 600
OPEN_LONG = 7_000
"""Letters; what is held back until then is long."""
PIECE = 4


def cpu_s(text: str, begun: int) -> float:
    """Of the cheapest of three, which others disturbed least."""
    costs: list[float] = []
    for _ in range(3):
        typesetter = Typesetter(80)
        typesetter.feed(SafeText(text[:begun]))
        start = time.process_time()
        for at in range(begun, begun + LETTERS_FED, PIECE):
            typesetter.feed(SafeText(text[at : at + PIECE]))
        costs.append(time.process_time() - start)
    return min(costs)


@pytest.mark.parametrize("name", GROWING)
def test_what_is_fed_late_costs_what_is_fed_early(name: str) -> None:
    begin, again = GROWING[name]
    text = begin + again * (2 * LATE // len(again))
    assert cpu_s(text, LATE) < 3 * cpu_s(text, EARLY) + 0.02


OPENED = {
    "an address": "見 http://x.y/ab、",
    "a link": "[名](http://x.y/ab)",
    "an address within a sentence": "日本語の文章（http://x.y/ab）",
}
"""How a paragraph may begin that has no blanks from there on."""


@pytest.mark.parametrize("name", OPENED)
def test_no_address_that_is_over_makes_what_follows_dear(name: str) -> None:
    wide = "日本語の長い文章がここに続きます、そして。" * 400
    with_address = cpu_s(OPENED[name] + wide, OPEN_LONG)
    assert with_address < 3 * cpu_s(wide, OPEN_LONG) + 0.05


def test_an_address_without_end_costs_no_more_late_than_early() -> None:
    text = "http://x.y/" + "a" * LATE
    assert cpu_s(text, OPEN_LONG) < 2 * cpu_s(text, EARLY - LETTERS_FED) + 0.02
