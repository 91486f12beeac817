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
    """Worked out from an estimate of the tokens; shown with "~"."""

    @property
    def usd(self) -> str | None:
        """Dollars as an exact decimal string."""
        return None if self.nano is None else dollars(self.nano)


UNKNOWN_COST: Final = Cost(None, "unknown")


def dollars(nano: int) -> str:
    """Nano-dollars as a decimal string of dollars, exact, with at least two decimals."""
    sign = "-" if nano < 0 else ""
    whole, rest = divmod(abs(nano), NANO_PER_DOLLAR)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"
