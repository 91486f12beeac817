"""How many tokens an answer took, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

CostSource = Literal["provider", "live", "user", "shipped", "estimate", "unknown"]

NANO_PER_DOLLAR: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    """Of the prompt tokens, those the server had kept from before."""
    reasoning_tokens: int = 0
    """Of the completion tokens, those spent on thinking."""

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


NO_USAGE: Final = Usage(0, 0)


def total_usage(counts: Iterable[Usage]) -> Usage:
    """All of them together."""
    prompt = completion = cached = reasoning = 0
    for one in counts:
        prompt += one.prompt_tokens
        completion += one.completion_tokens
        cached += one.cached_tokens
        reasoning += one.reasoning_tokens
    return Usage(prompt, completion, cached, reasoning)


@dataclass(frozen=True, slots=True)
class Cost:
    nano: int | None
    """Nano-dollars; None is unknown, and unknown is never zero."""
    source: CostSource
    estimated: bool = False
    """Worked out from an estimate of the tokens, if it is known at all; shown with "~"."""

    @property
    def usd(self) -> str | None:
        """Dollars as an exact decimal string."""
        return None if self.nano is None else dollars(self.nano)


UNKNOWN_COST: Final = Cost(None, "unknown")


@dataclass(frozen=True, slots=True)
class Total:
    """What several requests cost together, as far as that is known."""

    cost: Cost
    """Of those that are known; unknown when none is, or when all but the unknown ones come to nothing."""
    unknown: int = 0
    """So many of them have a cost that nobody knows."""


def total_of(costs: Iterable[Cost], unknown: int = 0) -> Total:
    """All of them together, and so many more that nobody knows; what all is known of and costs nothing is $0."""
    nano, sources, is_estimated = 0, set[CostSource](), False
    for cost in costs:
        if cost.nano is None:
            unknown += 1
            continue
        nano += cost.nano
        is_estimated = is_estimated or cost.estimated
        if cost.nano:
            sources.add(cost.source)
    if unknown and not nano:
        return Total(UNKNOWN_COST, unknown)
    source = sources.pop() if len(sources) == 1 else "estimate" if sources else "provider"
    return Total(Cost(nano, source, is_estimated), unknown)


def dollars(nano: int) -> str:
    """Nano-dollars as a decimal string of dollars, exact, with at least two decimals."""
    sign = "-" if nano < 0 else ""
    whole, rest = divmod(abs(nano), NANO_PER_DOLLAR)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"
