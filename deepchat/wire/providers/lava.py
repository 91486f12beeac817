"""Lava's gateway: the whole target address travels inside one query, and the token may be composed of parts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from deepchat.catalog.listings import from_openai_models
from deepchat.catalog.model import Model
from deepchat.secret import Secret
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import Call


@dataclass(frozen=True, slots=True)
class LavaPlace(Place):
    """`base_url` is the forward address; the provider behind it has its own."""

    target_base_url: str = ""

    def url_of(self, path: str) -> str:
        # The target is built whole before it is encoded: a path put after the query would be lost in it.
        return f"{self.base_url}?u={quote(self.target_base_url + path, safe='')}"


@dataclass(frozen=True, slots=True)
class Lava(OpenAIChat):
    def model_lists(self) -> tuple[Call, ...]:
        # The list of the provider behind is public: asked directly and without a key, it costs nothing at Lava.
        place = self.place
        target = place.target_base_url if isinstance(place, LavaPlace) else place.base_url
        return (Call("GET", f"{target}/models?filter=with_meta", {"accept": "application/json"}),)

    def models_in(self, body: object) -> list[Model]:
        return from_openai_models(body, self.place.name)


def compose_token(secret_key: Secret, parts: Mapping[str, str | bool], provider_key: Secret | None = None) -> Secret:
    """The JSON form of Lava's token: today's parts (customer_id, meter_slug), or those of the two forms before it.

    `provider_key` is your own key at the provider behind: then Lava meters, and the provider bills.
    """
    token: dict[str, str | bool] = {"secret_key": secret_key.reveal(), **parts}
    if provider_key:
        token["provider_key"] = provider_key.reveal()
    return Secret(base64.b64encode(json.dumps(token, separators=(",", ":")).encode()).decode())
