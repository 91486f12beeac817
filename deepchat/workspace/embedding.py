"""Texts on their way to become vectors, and what that costs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from deepchat.catalog.model import Model
from deepchat.catalog.prices import cost_of
from deepchat.conversation.legs import total_cost
from deepchat.conversation.tokens import estimate_tokens, most_tokens
from deepchat.conversation.usage import Cost, Usage
from deepchat.session.errands import Errands
from deepchat.wire.embeddings import TEXTS_AT_ONCE, Embedded, embed
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider


@dataclass(slots=True)
class Embedding:
    """`batches` may be consumed once; what came until then stays when a later batch fails."""

    errands: Errands
    exchange: Exchange
    provider: Provider
    model: str
    texts: Sequence[str]
    dimensions: int | None
    prices: Model | None
    """What is known of the model."""
    unpriced: str
    """What the user can do about a price that is not known."""
    done: list[Embedded] = field(default_factory=list[Embedded])

    async def batches(self) -> AsyncGenerator[Embedded, None]:
        """The vectors as they come, in the order of the texts; raises one of our errors."""
        for start in range(0, len(self.texts), TEXTS_AT_ONCE):
            texts = self.texts[start : start + TEXTS_AT_ONCE]
            provider, most = self.provider.place.name, self._most_cost(texts)
            async with self.errands.paying(provider, self.model, most, self.unpriced) as errand:
                calls = embed(self.exchange, self.provider, self.model, texts, self.dimensions)
                async with aclosing(calls) as batches:
                    batch = await anext(batches)
                errand.billed(_usage(batch), self._cost(batch))
            self.done.append(batch)
            yield batch

    @property
    def vectors(self) -> list[tuple[float, ...]]:
        return [vector for batch in self.done for vector in batch.vectors]

    @property
    def usage(self) -> Usage:
        """What the server counted, or an estimate where it did not."""
        return Usage(sum(_usage(batch).prompt_tokens for batch in self.done), 0)

    @property
    def cost(self) -> Cost:
        """What it cost so far."""
        return total_cost([self._cost(batch) for batch in self.done])

    def _cost(self, batch: Embedded) -> Cost:
        counted = bool(batch.usage.prompt_tokens)
        return cost_of(_usage(batch), self.prices, "", batch.cost_nano, usage_estimated=not counted)

    def _most_cost(self, texts: Sequence[str]) -> Cost:
        return cost_of(Usage(sum(map(most_tokens, texts)), 0), self.prices, "", None, usage_estimated=True)


def _usage(batch: Embedded) -> Usage:
    return Usage(batch.usage.prompt_tokens or sum(map(estimate_tokens, batch.texts)), 0)
