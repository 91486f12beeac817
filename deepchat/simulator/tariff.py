"""What an answer costs, in whole nano-dollars; what the server remembers of prompts; and the bill of this run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from deepchat.simulator.values import Object

BLOCK_TOKENS = 64
"""Prompts are cached in blocks of this size."""
NANO_PER_USD = 1_000_000_000
TIER_TENTHS = {"default": 10, "priority": 15, "flex": 8}
"""The price of a service tier, in tenths of the plain one."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """A model's prices, in nano-dollars per million tokens."""

    input: int
    """A prompt token."""
    output: int
    """A token of the answer, thought or said."""
    cached: int | None = None
    """A prompt token that was remembered; None when the model remembers none."""

    def cost_nano(self, prompt: int, cached: int, completion: int, tier: str = "default") -> int:
        """The price of an answer: rounded once, half up, to whole nano-dollars."""
        cache_price = self.input if self.cached is None else self.cached
        millionths = (prompt - cached) * self.input + cached * cache_price + completion * self.output
        return (millionths * TIER_TENTHS[tier] + 5_000_000) // 10_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer took."""

    prompt: int
    """All prompt tokens."""
    cached: int
    """Those of them that were remembered."""
    completion: int
    """All tokens made."""
    reasoning: int
    """Those of them that were thinking."""
    cost_nano: int
    """The price, in nano-dollars."""

    def as_json(self) -> Object:
        """The `usage` object of an answer."""
        usage: Object = {
            "prompt_tokens": self.prompt,
            "total_tokens": self.prompt + self.completion,
            "completion_tokens": self.completion,
            "estimated_cost": self.cost_nano / NANO_PER_USD,
            "prompt_tokens_details": {"cached_tokens": self.cached} if self.cached else None,
        }
        if self.reasoning:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.reasoning}
        return usage


@dataclass(slots=True)
class PromptCache:
    """The beginnings of all prompts that were seen, in whole blocks, per key and model."""

    _seen: set[bytes] = field(default_factory=set[bytes])

    def recall(self, owner: str, prompt: list[str]) -> int:
        """How many tokens at the prompt's beginning were seen before; the prompt is remembered from now on.

        The last token is never remembered: a model has to read at least one to say something.
        """
        chain = hashlib.sha256(owner.encode("utf-8", "backslashreplace"))
        cached = 0
        for start in range(0, len(prompt) - BLOCK_TOKENS, BLOCK_TOKENS):
            block = "\x00".join(prompt[start : start + BLOCK_TOKENS])
            chain.update(block.encode("utf-8", "backslashreplace"))
            cached += BLOCK_TOKENS if chain.digest() in self._seen else 0
            self._seen.add(chain.digest())
        return cached


@dataclass(frozen=True, slots=True)
class Charge:
    """What one request was charged, also when its answer was left or broke off: then for what had left by then."""

    request: str
    """The `x-request-id` of its answer."""
    key: str
    """Whose request it was."""
    model: str
    """The model that answered."""
    units: int
    """Tokens (or images)."""
    nano: int
    """Nano-dollars."""


@dataclass(slots=True)
class Bill:
    """All that was charged on this server."""

    charges: list[Charge] = field(default_factory=list[Charge])
    """In the order in which the answers ended."""

    @property
    def total_nano(self) -> int:
        """The sum of everything."""
        return sum(charge.nano for charge in self.charges)

    def of(self, key: str) -> list[Charge]:
        """What this key was charged."""
        return [charge for charge in self.charges if charge.key == key]

    def by_model(self) -> dict[str, tuple[int, int]]:
        """Model to units and nano-dollars."""
        sums: dict[str, tuple[int, int]] = {}
        for charge in self.charges:
            units, nano = sums.get(charge.model, (0, 0))
            sums[charge.model] = (units + charge.units, nano + charge.nano)
        return sums
