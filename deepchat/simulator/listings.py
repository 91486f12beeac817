"""The catalogue as its two lists show it: OpenAI's shape, and DeepInfra's own."""

from __future__ import annotations

from contextlib import nullcontext

from deepchat.simulator.answers import Script, answer
from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import RETIRED_AT, Model
from deepchat.simulator.shop import Shop, Stamp
from deepchat.simulator.tariff import NANO_PER_USD, TIER_TENTHS
from deepchat.simulator.values import Json, Object

NANO_PER_MTOK_IN_CENTS_PER_TOKEN = 10**13
"""Nano-dollars per million tokens, divided by this, are cents per token."""
_SAME_TAGS = ("reasoning", "tools", "json")
_RENAMED_TAGS = {"multimodal": "vision", "can-disable-reasoning": "reasoning_effort"}


def list_models(shop: Shop, heard: Heard, _stamp: Stamp) -> Script:
    """`/v1/models`: without `filter=with_meta`, models that have no cache price come without metadata."""
    full = heard.query.get("filter") == "with_meta"
    data: list[Json] = []
    for model in shop.models():
        if not model.replaced_by and (model.kind == "text-generation" or not full):
            shown = full or model.tariff.cached is not None
            row: Object = {"id": model.id, "object": "model", "created": 0, "owned_by": "deepinfra"}
            row |= {"root": model.id, "parent": None, "metadata": _metadata(model) if shown else None}
            data.append(row)
    return _listed(shop, {"object": "list", "data": data})


def list_natively(shop: Shop, _heard: Heard, _stamp: Stamp) -> Script:
    """`/models/list`: a flat list of every model, the withdrawn ones too."""
    return _listed(shop, [_native_row(model) for model in shop.models()])


def _listed(shop: Shop, body: Json) -> Script:
    return Script(shop.listing_act(), lambda _manners: answer(body), nullcontext())


def _metadata(model: Model) -> Object:
    pricing: Object = {"input_tokens": model.tariff.input / NANO_PER_USD}
    pricing["output_tokens"] = model.tariff.output / NANO_PER_USD
    tags: list[Json] = [tag for tag in _SAME_TAGS if tag in model.tags]
    tags += [new for old, new in _RENAMED_TAGS.items() if old in model.tags]
    if model.tariff.cached is not None:
        pricing["cache_read_tokens"] = model.tariff.cached / NANO_PER_USD
        tags.append("prompt_cache")
    return {
        "description": model.about,
        "context_length": model.context,
        "max_tokens": model.context,
        "pricing": pricing,
        "tags": tags,
    }


def _native_row(model: Model) -> Object:
    return {
        "model_name": model.id,
        "type": model.kind,
        "reported_type": model.kind,
        "description": model.about,
        "cover_img_url": "",
        "tags": [*model.tags],
        "pricing": _native_pricing(model),
        "max_tokens": model.context or None,
        "replaced_by": model.replaced_by or None,
        "deprecated": RETIRED_AT if model.replaced_by else None,
        "quantization": "fp8",
        "mmlu": None,
        "expected": None,
        "private": 0,
        "is_partner": False,
    }


def _native_pricing(model: Model) -> Object:
    tariff = model.tariff
    if model.image_nano:
        return {"type": "image_units", "cents_per_image_unit": model.image_nano / (NANO_PER_USD // 100)}
    if model.kind == "embeddings":
        return {"type": "input_tokens", "cents_per_input_token": tariff.input / NANO_PER_MTOK_IN_CENTS_PER_TOKEN}
    pricing: Object = {
        "type": "tokens",
        "cents_per_input_token": tariff.input / NANO_PER_MTOK_IN_CENTS_PER_TOKEN,
        "cents_per_output_token": tariff.output / NANO_PER_MTOK_IN_CENTS_PER_TOKEN,
        "rate_per_input_token_cached": None if tariff.cached is None else tariff.cached / tariff.input,
        "rate_per_input_token_cache_write": None,
        "short": None,
        "full": None,
        "table": None,
    }
    served = [tier for tier in TIER_TENTHS if tier in model.tags]
    return pricing | {f"rate_per_service_tier_{tier}": TIER_TENTHS[tier] / 10 for tier in served}
