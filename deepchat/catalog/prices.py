"""Usage times prices: what an answer cost, in exact integers."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from deepchat.catalog.model import Model, Prices
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage

ABSURD_USD: Final = 100_000
"""No answer, and no million tokens, costs as much: a larger figure is a mistake or a trick."""

_TOKENS_PER_PRICE: Final = 1_000_000
_PERCENT: Final = 100
# ASCII and short on purpose: Decimal also takes "1_0", "٣", "sNaN" and exponents of nineteen digits.
_NUMBER: Final = re.compile(r"\+?(?:\d{1,20}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
# Wide enough for all that _NUMBER lets through, so that the only rounding is the one to a nano.
_EXACT: Final = Context(prec=120, rounding=ROUND_HALF_UP, Emax=9_999, Emin=-9_999, traps=[])


def decimal_of(value: object) -> Decimal | None:
    """A number that a server or a file gave, as it was written; None for what is no number, negative or not finite."""
    match value:
        case bool():
            return None
        case int():
            return Decimal(value) if value >= 0 else None
        case str():
            text = value.strip()
            return Decimal(text) if _NUMBER.fullmatch(text) else None
        case float():
            return decimal_of(repr(value))
        case Decimal():
            return value if value.is_finite() and value >= 0 else None
        case _:
            return None


def usd_to_nano(value: object, times: int | Decimal = 1) -> int | None:
    """Dollars as nano-dollars, half a nano rounded up; None for what can't be an amount of money.

    Other units are brought to dollars by `times`: a price of one token in cents is a price of a million in dollars
    times 10,000.
    """
    number = decimal_of(value)
    if number is None:
        return None
    usd = _EXACT.multiply(number, Decimal(times))
    if not 0 <= usd <= ABSURD_USD:
        return None
    return int(_EXACT.to_integral_value(_EXACT.scaleb(usd, 9)))


def is_priced(prices: Prices) -> bool:
    """Whether tokens that go in or come out have a known price."""
    return prices.input is not None or prices.output is not None


def cost_of(usage: Usage, model: Model | None, tier: str, reported_nano: int | None, usage_estimated: bool) -> Cost:
    """What an answer cost: the provider's own figure, else tokens times the price of the tier that was served.

    Cached tokens without a price of their own cost as much as others. A price that is needed but not known makes the
    whole cost unknown.
    """
    if reported_nano is not None:
        return Cost(reported_nano, "provider")
    if model is None:
        return UNKNOWN_COST
    prompt = max(usage.prompt_tokens, 0)
    cached = min(max(usage.cached_tokens, 0), prompt)
    prices = model.prices
    cache_read = prices.input if prices.cache_read is None else prices.cache_read
    parts = ((prompt - cached, prices.input), (cached, cache_read), (_written(usage), prices.output))
    total = _sum(parts)
    if total is None:
        return UNKNOWN_COST
    divisor = _TOKENS_PER_PRICE * _PERCENT
    nano = (total * _percent(model, tier) + divisor // 2) // divisor
    return Cost(nano, model.price_source, estimated=usage_estimated)


def upper_bound(prompt_tokens: int, max_tokens: int, model: Model, tier: str) -> int | None:
    """The most nano-dollars that one request can cost; None where a price is not known.

    Nothing is taken to be cached, and no discount for a tier is counted on: a server that lacks the tier serves, and
    bills, the standard one.
    """
    prices = model.prices
    dearest_input = None if prices.input is None else max(prices.input, prices.cache_read or 0)
    total = _sum(((max(prompt_tokens, 0), dearest_input), (max(max_tokens, 0), prices.output)))
    if total is None:
        return None
    return -(-total * max(_percent(model, tier), _PERCENT) // (_TOKENS_PER_PRICE * _PERCENT))


def _written(usage: Usage) -> int:
    """The tokens that the model wrote: some servers count thinking beside the answer instead of within it."""
    completion, reasoning = max(usage.completion_tokens, 0), max(usage.reasoning_tokens, 0)
    return completion if reasoning <= completion else completion + reasoning


def _sum(parts: tuple[tuple[int, int | None], ...]) -> int | None:
    total = 0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    return total


def _percent(model: Model, tier: str) -> int:
    match tier:
        case "priority":
            return model.prices.priority_percent
        case "flex":
            return model.prices.flex_percent
        case _:
            return _PERCENT
