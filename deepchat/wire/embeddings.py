"""Texts as vectors, in batches that servers take."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from deepchat.catalog.fields import items, table
from deepchat.conversation.events import UsageReported
from deepchat.conversation.usage import NO_USAGE, Usage
from deepchat.errors import BadReply
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider
from deepchat.wire.providers.reports import UsageKeeper, usage_in
from deepchat.wire.request import EmbeddingRequest
from deepchat.wire.simple import fetch_json

TEXTS_AT_ONCE: Final = 64
RETRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Embedded:
    """What one batch came to."""

    texts: tuple[str, ...]
    vectors: tuple[tuple[float, ...], ...]
    """One for each text, in their order."""
    usage: Usage
    cost_nano: int | None
    """The provider's own figure."""


async def embed(
    exchange: Exchange, provider: Provider, model: str, texts: Sequence[str], dimensions: int | None = None
) -> AsyncGenerator[Embedded, None]:
    """A batch at a time, so that what was paid for is in hand when a later one fails."""
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        batch = tuple(texts[start : start + TEXTS_AT_ONCE])
        call = provider.embeddings(EmbeddingRequest(model, batch, dimensions))
        yield _embedded(batch, table(await fetch_json(exchange, call, RETRIES, model)))


def _embedded(texts: tuple[str, ...], body: object) -> Embedded:
    said = table(body)
    vectors: list[tuple[float, ...] | None] = [None] * len(texts)
    for place, row in enumerate(items(said.get("data"))):
        index = table(row).get("index", place)
        if isinstance(index, int) and 0 <= index < len(texts):
            vectors[index] = _vector(table(row).get("embedding"))
    whole = tuple(vector for vector in vectors if vector)
    if len(whole) != len(texts):
        raise BadReply(
            f"{len(texts)} texts were sent, but {len(whole)} vectors came back", "try again, or choose another model"
        )
    reports = [event for event in UsageKeeper().take(usage_in(said)) if isinstance(event, UsageReported)]
    report = reports[0] if reports else UsageReported(NO_USAGE)
    return Embedded(texts, whole, report.usage, report.cost_nano)


def _vector(value: object) -> tuple[float, ...] | None:
    """Numbers, or the same packed as base64 as some servers do whatever they are asked."""
    if isinstance(value, str):
        try:
            packed = base64.b64decode(value, validate=True)
            return _finite(struct.unpack(f"<{len(packed) // 4}f", packed))
        except (binascii.Error, struct.error):
            return None
    return _finite(cast("list[object]", value)) if isinstance(value, list) else None


def _finite(numbers: Sequence[object]) -> tuple[float, ...] | None:
    """These numbers, or None when one of them is none that JSON knows."""
    try:
        vector = tuple(float(number) for number in numbers if isinstance(number, int | float))
    except OverflowError:
        return None
    return vector if len(vector) == len(numbers) and all(map(math.isfinite, vector)) else None
