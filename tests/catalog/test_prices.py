"""Costs are exact, never negative, and unknown rather than guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.catalog.model import Model, Prices, PriceSource
from deepchat.catalog.prices import ABSURD_USD, cost_of, upper_bound, usd_to_nano
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage, dollars
from tests.catalog.hostile import JSON

WIDE = Context(prec=200)
TOKENS = st.integers(0, 10_000_000)
PRICES = st.integers(0, ABSURD_USD * 10**9)
TIERS = st.sampled_from(["", "default", "standard", "priority", "flex", "unheard-of"])


def model(
    price_in: int | None, price_out: int | None, cache_read: int | None = None, source: PriceSource = "live"
) -> Model:
    return Model("acme/m", "deepinfra", prices=Prices(price_in, price_out, cache_read), price_source=source)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    prompt, completion = draw(TOKENS), draw(TOKENS)
    return Usage(prompt, completion, draw(st.integers(0, prompt)), draw(st.integers(0, completion)))


def computed(usage: Usage, of: Model, tier: str = "") -> int:
    nano = cost_of(usage, of, tier, None, usage_estimated=False).nano
    assert nano is not None
    return nano


@pytest.mark.parametrize(
    ("value", "nano"),
    [
        (9.68e-05, 96_800),
        ("9.68e-05", 96_800),
        (0.38, 380_000_000),
        ("0.0581000000", 58_100_000),
        (0.0042, 4_200_000),
        (Decimal("0.216"), 216_000_000),
        (0, 0),
        (0.0, 0),
        (1, 1_000_000_000),
        (" 1.50 ", 1_500_000_000),
        ("+2", 2_000_000_000),
        ("3.", 3_000_000_000),
        (".5", 500_000_000),
        ("1E2", 100_000_000_000),
        ("0.0000000005", 1),
        ("0.00000000049999999999999999999999999999", 0),
        (0.1 + 0.2, 300_000_000),
        ("1e-999", 0),
        (ABSURD_USD, ABSURD_USD * 10**9),
    ],
)
def test_dollars_become_nano_dollars_without_passing_through_binary_fractions(value: object, nano: int) -> None:
    assert usd_to_nano(value) == nano


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, [], {}, b"1", object()),
        *(-1, -0.5, "-1", Decimal(-1), float("nan"), float("inf"), float("-inf"), Decimal("sNaN"), Decimal("Infinity")),
        *("", " ", "nan", "Infinity", "1_0", "٣", "1,5", "$1", "0x10", "1e", "1e9999", "9" * 21, "1" * 100_000),
        *(ABSURD_USD + 1, ABSURD_USD + 0.01, 10**400, 1e300, "1e300"),
    ],
    ids=lambda value: repr(value)[:24].partition(" object at ")[0],
)
def test_what_is_no_amount_of_money_is_unknown(value: object) -> None:
    assert usd_to_nano(value) is None


@given(JSON)
def test_whatever_stands_for_an_amount_it_is_unknown_or_within_bounds(value: object) -> None:
    nano = usd_to_nano(value)
    assert nano is None or 0 <= nano <= ABSURD_USD * 10**9


@given(PRICES)
def test_an_amount_survives_being_written_and_read(nano: int) -> None:
    assert usd_to_nano(dollars(nano)) == nano


def test_prices_of_one_token_and_in_cents_become_prices_of_a_million_dollars() -> None:
    assert usd_to_nano("0.00000038", 1_000_000) == 380_000_000
    assert usd_to_nano(1.4e-05, 10_000) == 140_000_000


@given(usages(), PRICES, PRICES, st.none() | PRICES, TIERS)
def test_a_cost_is_what_decimal_arithmetic_says_rounded_once(
    usage: Usage,
    price_in: int,
    price_out: int,
    cache_read: int | None,
    tier: str,
) -> None:
    factor = {"priority": Decimal("1.5"), "flex": Decimal("0.8")}.get(tier, Decimal(1))
    cached = price_in if cache_read is None else cache_read
    exact = (usage.prompt_tokens - usage.cached_tokens) * price_in + usage.cached_tokens * cached
    exact = WIDE.multiply(Decimal(exact + usage.completion_tokens * price_out).scaleb(-6, WIDE), factor)
    expected = int(exact.quantize(Decimal(1), ROUND_HALF_UP, WIDE))
    assert computed(usage, model(price_in, price_out, cache_read), tier) == expected


@given(usages(), usages(), PRICES, PRICES, TIERS)
def test_more_tokens_never_cost_less(usage: Usage, more: Usage, price_in: int, price_out: int, tier: str) -> None:
    larger = Usage(
        usage.prompt_tokens + more.prompt_tokens, usage.completion_tokens + more.completion_tokens, usage.cached_tokens
    )
    assert 0 <= computed(usage, model(price_in, price_out), tier) <= computed(larger, model(price_in, price_out), tier)


@given(usages(), PRICES, PRICES, st.integers(0, 100), TIERS)
def test_cached_tokens_never_cost_more_than_full_ones_when_their_price_is_lower(
    usage: Usage,
    price_in: int,
    price_out: int,
    percent: int,
    tier: str,
) -> None:
    priced = model(price_in, price_out, price_in * percent // 100)
    assert computed(usage, priced, tier) <= computed(replace(usage, cached_tokens=0), priced, tier)


@given(usages(), PRICES, PRICES, st.none() | PRICES, st.sampled_from(["", "priority", "flex"]), TIERS)
def test_no_answer_costs_more_than_the_upper_bound_of_the_tier_asked_or_the_standard_one(
    usage: Usage,
    price_in: int,
    price_out: int,
    cache_read: int | None,
    asked: str,
    served: str,
) -> None:
    priced = model(price_in, price_out, cache_read)
    bound = upper_bound(usage.prompt_tokens, usage.completion_tokens, priced, asked)
    served = served if served == asked else "default"
    assert bound is not None
    assert computed(usage, priced, served) <= bound


def test_the_providers_own_figure_comes_before_all_prices() -> None:
    assert cost_of(Usage(10, 10), model(10**9, 10**9), "", 42, usage_estimated=True) == Cost(42, "provider")
    assert cost_of(Usage(10, 10), None, "", 0, usage_estimated=False) == Cost(0, "provider")


def test_a_cost_says_where_its_prices_are_from_and_whether_its_tokens_were_guessed() -> None:
    sources: tuple[PriceSource, ...] = ("live", "user", "shipped")
    for source in sources:
        cost = cost_of(Usage(1_000_000, 0), model(5, 7, source=source), "", None, usage_estimated=True)
        assert cost == Cost(5, source, estimated=True)


@pytest.mark.parametrize("of", [None, model(None, None), model(5, None), model(None, 5), model(None, 5, 5)])
def test_a_cost_with_a_price_missing_is_unknown_and_not_zero(of: Model | None) -> None:
    assert cost_of(Usage(10, 10), of, "", None, usage_estimated=False) == UNKNOWN_COST


def test_a_price_that_nothing_was_used_of_is_not_missed() -> None:
    embedding = model(10_000_000, None)
    assert computed(Usage(1_000_000, 0), embedding) == 10_000_000
    assert upper_bound(1_000_000, 0, embedding, "") == 10_000_000


def test_cached_tokens_cost_the_full_price_when_theirs_is_not_known() -> None:
    assert computed(Usage(1_000_000, 0, cached_tokens=600_000), model(100, 0)) == 100
    assert computed(Usage(1_000_000, 0, cached_tokens=600_000), model(100, 0, 10)) == 46


def test_thinking_is_added_only_when_it_can_not_be_within_the_answer() -> None:
    assert computed(Usage(0, 1_000_000, reasoning_tokens=900_000), model(0, 100)) == 100
    assert computed(Usage(0, 1_000_000, reasoning_tokens=2_000_000), model(0, 100)) == 300


def test_the_tier_that_was_served_sets_the_price() -> None:
    own = replace(model(0, 1000), prices=Prices(0, 1000, None, priority_percent=200, flex_percent=50))
    assert [computed(Usage(0, 1_000_000), own, tier) for tier in ("default", "priority", "flex")] == [1000, 2000, 500]


@pytest.mark.parametrize("usage", [Usage(-5, -5, -5, -5), Usage(0, 0, 10**9, 0), Usage(-1, 0, 5, 0)])
def test_impossible_usage_costs_nothing_rather_than_less(usage: Usage) -> None:
    assert computed(usage, model(10**9, 10**9, 10**8)) == 0


def test_an_upper_bound_counts_on_no_discount_and_is_unknown_without_prices() -> None:
    assert upper_bound(1_000_000, 1_000_000, model(100, 200, 300), "flex") == 500
    assert upper_bound(1_000_000, 1_000_000, model(100, 200), "priority") == 450
    assert upper_bound(1, 0, model(1, 0), "") == 1
    assert upper_bound(-1, -1, model(1, 1), "") == 0
    assert upper_bound(1, 1, model(None, 1), "") is None
    assert upper_bound(1, 1, model(1, None), "") is None
