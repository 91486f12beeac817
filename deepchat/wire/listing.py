"""Which models a provider has, asked of itself."""

from __future__ import annotations

from typing import Final

from deepchat.catalog.model import Model
from deepchat.errors import BadReply, WireError
from deepchat.wire.http import Exchange, Patience
from deepchat.wire.providers.base import Provider
from deepchat.wire.simple import fetch_json

RETRIES: Final = 1


async def fetch_models(
    exchange: Exchange, provider: Provider, patience: Patience | None = None, retries: int = RETRIES
) -> list[Model]:
    """The models, from the richest list that answers; raises the last error when none does."""
    lists = provider.model_lists()
    for number, call in enumerate(lists, 1):
        try:
            models = provider.models_in(await fetch_json(exchange, call, retries, patience=patience))
        except WireError:
            if number == len(lists):
                raise
            continue
        if models:
            return models
    raise BadReply(f"{provider.place.name} lists no models that can be read", "check base_url, or try again")
