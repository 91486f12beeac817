"""Amounts as they are shown: to the micro-dollar, with their points in a line, and none where nothing is known."""

from __future__ import annotations

import pytest

from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.tui.widgets.money import micro_dollars, money, to_the_point


@pytest.mark.parametrize(
    ("nano", "words"),
    [
        (0, "0.00"),
        (1, "<0.000001"),
        (1_000, "0.000001"),
        (1_499, "0.000001"),
        (1_500, "0.000002"),
        (380_000_000, "0.38"),
        (12_345_678_900_000_000_001, "12345678900.00"),
    ],
)
def test_dollars_are_told_to_the_micro_dollar(nano: int, words: str) -> None:
    assert micro_dollars(nano) == words


def test_what_is_not_known_is_no_amount_and_an_estimate_says_so() -> None:
    assert money(UNKNOWN_COST) == "?"
    assert money(Cost(1_070_000, "live")) == "$0.00107"
    assert money(Cost(1_070_000, "live", estimated=True)) == "~$0.00107"
    assert money(Cost(1, "live")) == "<$0.000001"


def test_the_points_of_a_column_stand_in_a_line() -> None:
    assert [to_the_point(number, 3).rjust(8) for number in ("0.38", "12.00", "0.125", "0.0625")] == [
        "   0.38 ",
        "  12.00 ",
        "   0.125",
        "  0.0625",
    ]
