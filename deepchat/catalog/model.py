"""What is known of one model: where it is served, what it can do, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PriceSource = Literal["live", "user", "shipped", "unknown"]
Flag = Literal["vision", "tools", "reasoning", "json", "cache", "priority", "flex", "embedding", "image"]


@dataclass(frozen=True, slots=True)
class Prices:
    """Nano-dollars per million tokens, so that $0.38 per million is 380,000,000; exact for every known price."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    priority_percent: int = 150
    """What the priority tier costs, of the standard price."""
    flex_percent: int = 80


@dataclass(frozen=True, slots=True)
class Model:
    id: str
    provider: str
    context: int | None = None
    """Tokens of prompt and answer together."""
    max_output: int | None = None
    prices: Prices = Prices()
    flags: frozenset[Flag] = frozenset()
    """What it is known to do; a missing flag is not a no."""
    price_source: PriceSource = "unknown"
    price_date: str = ""
    """ISO date the prices were true."""
    replaced_by: str = ""
    """The model that answers instead, when this one was retired."""
    description: str = ""
