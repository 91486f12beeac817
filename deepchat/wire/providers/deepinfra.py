"""DeepInfra: OpenAI's dialect, a richer list of models, and what the account has and has spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from deepchat.catalog.listings import from_deepinfra_native, from_openai_models
from deepchat.catalog.model import Model
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import Call, origin_of


@dataclass(frozen=True, slots=True)
class DeepInfra(OpenAIChat):
    def model_lists(self) -> tuple[Call, ...]:
        native = Call("GET", f"{origin_of(self.place.base_url)}/models/list", {"accept": "application/json"})
        return (native, self.place.get("/models?filter=with_meta"))

    def models_in(self, body: object) -> list[Model]:
        if isinstance(body, list):
            return from_deepinfra_native(cast("object", body), self.place.name)
        return from_openai_models(body, self.place.name)

    def account(self, path: str) -> Call:
        """A call about the account itself; these routes stand outside the OpenAI part of the address."""
        origin = origin_of(self.place.base_url)
        return Call("GET", origin + path, {"accept": "application/json"}, None, self.place.key, origin)
