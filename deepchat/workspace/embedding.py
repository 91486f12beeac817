"""Texts on their way to become vectors, and what that costs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from deepchat.catalog.model import Model
from deepchat.catalog.prices import cost_of
from deepchat.conversation.draft import estimate_tokens
from deepchat.conversation.usage import Cost, Usage
from deepchat.wire.embeddings import Embedded, embed
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider


@dataclass(slots=True)
class Embedding:
    """`batches` may be consumed once; what came until then stays when a later batch fails."""

    exchange: Exchange
    provider: Provider
    model: str
    texts: Sequence[str]
    dimensions: int | None
    prices: Model | None
    """What is known of the model."""
    done: list[Embedded] = field(default_factory=list[Embedded])

    async def batches(self) -> AsyncGenerator[Embedded, None]:
        """The vectors as they come, in the order of the texts; raises one of our errors."""
        calls = embed(self.exchange, self.provider, self.model, self.texts, self.dimensions)
        async with aclosing(calls) as batches:
            async for batch in batches:
                self.done.append(batch)
                yield batch

    @property
    def vectors(self) -> list[tuple[float, ...]]:
        return [vector for batch in self.done for vector in batch.vectors]

    @property
    def usage(self) -> Usage:
        """What the server counted, or an estimate where it did not."""
        return Usage(sum(batch.usage.prompt_tokens or _estimated(batch) for batch in self.done), 0)

    @property
    def cost(self) -> Cost:
        """What it cost so far."""
        told = [batch.cost_nano for batch in self.done if batch.cost_nano is not None]
        reported = sum(told) if self.done and len(told) == len(self.done) else None
        counted = all(batch.usage.prompt_tokens for batch in self.done)
        return cost_of(self.usage, self.prices, "", reported, usage_estimated=not counted)


def _estimated(batch: Embedded) -> int:
    return sum(map(estimate_tokens, batch.texts))
