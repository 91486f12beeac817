"""What providers say of their models, decoded: the OpenAI dialects' lists and DeepInfra's own catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from deepchat.catalog.fields import count, first_count, flags_of, items, line, model_id, table, text
from deepchat.catalog.model import Flag, Model, Prices
from deepchat.catalog.prices import decimal_of, is_priced, usd_to_nano

_MILLION: Final = 1_000_000
_CENTS_PER_TOKEN: Final = 10_000
"""Times this, cents for one token are dollars for a million."""
_USUAL: Final = Prices()

_FLAG_OF_WORD: Final[Mapping[str, Flag]] = {
    "vision": "vision",
    "multimodal": "vision",
    "input image": "vision",
    "tools": "tools",
    "reasoning": "reasoning",
    "reasoning_effort": "reasoning",
    # It can be told not to think, so it thinks.
    "can-disable-reasoning": "reasoning",
    "json": "json",
    "structured-output": "json",
    "structured_outputs": "json",
    "response_format": "json",
    "prompt_cache": "cache",
    "priority": "priority",
    "flex": "flex",
    "embeddings": "embedding",
    "output embeddings": "embedding",
    "text-to-image": "image",
    "output image": "image",
}
"""Tags, types, modalities and supported parameters, as the providers spell them."""


def from_openai_models(body: object, provider: str) -> list[Model]:
    """The models of an OpenAI-style list: DeepInfra's, OpenRouter's, llama.cpp's, vLLM's and all plainer ones.

    Promises never to raise: what can't be used is left out. Nothing at all means that this was no list of models.
    """
    entries = items(body) or items(table(body).get("data"))
    return _distinct(_openai_model(table(entry), provider) for entry in entries)


def from_deepinfra_native(body: object, provider: str) -> list[Model]:
    """The models of DeepInfra's `/models/list` that chat, embed or paint.

    A retired one is kept when it says what answers in its place. Promises never to raise, as above.
    """
    return _distinct(_native_model(table(entry), provider) for entry in items(body))


def _distinct(models: Iterable[Model | None]) -> list[Model]:
    found: dict[str, Model] = {}
    for model in models:
        if model is not None:
            found.setdefault(model.id, model)
    return list(found.values())


def _openai_model(entry: Mapping[str, object], provider: str) -> Model | None:
    name = model_id(entry.get("id"))
    if not name:
        return None
    metadata, architecture = table(entry.get("metadata")), table(entry.get("architecture"))
    context = first_count(
        metadata.get("context_length"),
        entry.get("context_length"),
        entry.get("max_model_len"),
        table(entry.get("meta")).get("n_ctx"),
    )
    max_output = first_count(
        metadata.get("max_tokens"),
        table(entry.get("top_provider")).get("max_completion_tokens"),
        entry.get("max_output_length"),
    )
    prices = _prices(metadata, entry)
    words = [
        *items(metadata.get("tags")),
        *items(entry.get("supported_parameters")),
        *(f"input {text(kind)}" for kind in items(architecture.get("input_modalities"))),
        *(f"output {text(kind)}" for kind in items(architecture.get("output_modalities"))),
    ]
    return Model(
        id=name,
        provider=provider,
        context=context,
        # A cap that repeats the context is none: the true one of most models is far lower.
        max_output=None if max_output == context else max_output,
        prices=prices,
        flags=flags_of(map(_flag, words), prices),
        price_source="live" if is_priced(prices) else "unknown",
        description=line(metadata.get("description")) or line(entry.get("description")),
    )


def _prices(metadata: Mapping[str, object], entry: Mapping[str, object]) -> Prices:
    """DeepInfra's prices are dollars for a million tokens, OpenRouter's are strings of dollars for one."""
    per_million, per_token = table(metadata.get("pricing")), table(entry.get("pricing"))
    (reads, writes, cached), times = (
        (("input_tokens", "output_tokens", "cache_read_tokens"), 1)
        if per_million
        else (("prompt", "completion", "input_cache_read"), _MILLION)
    )
    pricing = per_million or per_token
    return Prices(
        input=usd_to_nano(pricing.get(reads), times),
        output=usd_to_nano(pricing.get(writes), times),
        cache_read=usd_to_nano(pricing.get(cached), times),
    )


def _native_model(entry: Mapping[str, object], provider: str) -> Model | None:
    name, kind, tags = model_id(entry.get("model_name")), text(entry.get("type")), items(entry.get("tags"))
    replaced_by = model_id(entry.get("replaced_by"))
    chats = kind == "text-generation" and "openai" in tags
    gone = bool(entry.get("deprecated")) and not replaced_by
    if not name or gone or not (chats or kind in {"embeddings", "text-to-image"}):
        return None
    prices = _native_prices(table(entry.get("pricing")))
    return Model(
        id=name,
        provider=provider,
        # This list calls the context so, and has no cap of an answer.
        context=count(entry.get("max_tokens")),
        prices=prices,
        flags=flags_of(map(_flag, [kind, *tags]), prices),
        price_source="live" if is_priced(prices) else "unknown",
        replaced_by=replaced_by,
        description=line(entry.get("description")),
    )


def _native_prices(pricing: Mapping[str, object]) -> Prices:
    """Cents for a token before the discount; the price of a cached token is a multiple of the discounted input's."""
    off = decimal_of(pricing.get("discount"))
    times = _CENTS_PER_TOKEN * (Decimal(1) if off is None or off >= 1 else 1 - off)
    cached_rate = decimal_of(pricing.get("rate_per_input_token_cached"))
    cents = pricing.get("cents_per_input_token")
    return Prices(
        input=usd_to_nano(cents, times),
        output=usd_to_nano(pricing.get("cents_per_output_token"), times),
        cache_read=None if cached_rate is None else usd_to_nano(cents, times * cached_rate),
        priority_percent=_percent(pricing.get("rate_per_service_tier_priority"), _USUAL.priority_percent),
        flex_percent=_percent(pricing.get("rate_per_service_tier_flex"), _USUAL.flex_percent),
    )


def _percent(rate: object, usual: int) -> int:
    """A factor on the price, in percent; one that would make the tier free, or ten times as dear, is not believed."""
    number = decimal_of(rate)
    percent = 0 if number is None or number > 10 else round(number * 100)
    return percent or usual


def _flag(word: object) -> Flag | None:
    return _FLAG_OF_WORD.get(word) if isinstance(word, str) else None
