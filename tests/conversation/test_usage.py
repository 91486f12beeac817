"""Money is exact, and what is not known is not zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.legs import total_cost
from deepchat.conversation.usage import NANO_PER_DOLLAR, UNKNOWN_COST, Cost, Usage, dollars


@pytest.mark.parametrize(
    ("nano", "told"),
    [
        (0, "0.00"),
        (1, "0.000000001"),
        (-1, "-0.000000001"),
        (10_000_000, "0.01"),
        (100_000_000, "0.10"),
        (1_070_000, "0.00107"),
        (999_999_999, "0.999999999"),
        (NANO_PER_DOLLAR, "1.00"),
        (-1_500_000_000, "-1.50"),
        (123_456_789_012_345_678, "123456789.012345678"),
    ],
)
def test_an_amount_is_told_to_the_last_nano_dollar(nano: int, told: str) -> None:
    assert dollars(nano) == told


@given(st.integers(-(10**24), 10**24))
def test_dollars_read_back_are_the_same_nano_dollars(nano: int) -> None:
    told = dollars(nano)
    assert Decimal(told).scaleb(9) == nano
    assert 2 <= len(told.partition(".")[2]) <= 9


def test_a_cost_that_is_not_known_is_not_zero() -> None:
    assert UNKNOWN_COST.usd is None
    assert Cost(0, "provider").usd == "0.00"
    assert Cost(1_070_000, "shipped", estimated=True).usd == "0.00107"


def test_cached_and_reasoning_tokens_are_parts_of_the_total() -> None:
    assert Usage(100, 40, cached_tokens=60, reasoning_tokens=30).total_tokens == 140


def test_what_costs_nothing_does_not_decide_where_a_sum_comes_from() -> None:
    assert total_cost([Cost(100, "provider"), Cost(0, "estimate"), Cost(5, "provider")]) == Cost(105, "provider")
    assert total_cost([Cost(0, "live"), Cost(0, "live")]) == Cost(0, "live")
    assert total_cost([Cost(1, "live"), Cost(1, "provider")]) == Cost(2, "estimate")
