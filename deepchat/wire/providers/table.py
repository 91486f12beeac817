"""Which provider speaks which dialect: a kind's name to the class that knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from deepchat.errors import ConfigError
from deepchat.wire.providers.base import Place, Provider
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.providers.lava import Lava
from deepchat.wire.providers.native import Native
from deepchat.wire.providers.openai import OpenAI
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.providers.openrouter import OpenRouter

_KINDS: Final[Mapping[str, Callable[[Place], Provider]]] = {
    "deepinfra": DeepInfra,
    "lava": Lava,
    "openrouter": OpenRouter,
    "native": Native,
    "openai": OpenAIChat,
    "local": OpenAIChat,
}
_BY_HOST: Final[Mapping[str, Callable[[Place], Provider]]] = {
    "api.deepinfra.com": DeepInfra,
    "openrouter.ai": OpenRouter,
    "api.openai.com": OpenAI,
}
"""Servers that are more than their dialect, known by where they are, whatever the user calls them."""


def provider_of(kind: str, place: Place) -> Provider:
    """The provider of this kind at this place; raises ConfigError for a kind that is not known."""
    if kind not in _KINDS:
        raise ConfigError(f"{place.name} has the unknown kind {kind!r}", f"known are: {', '.join(_KINDS)}")
    if kind == "openai":
        return _BY_HOST.get(urlsplit(place.base_url).hostname or "", OpenAIChat)(place)
    return _KINDS[kind](place)
