"""What is asked of a server and what comes back, as values; providers turn them into bytes and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from deepchat.conversation.message import Message
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.secret import Secret

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool that a model may call."""

    name: str
    about: str
    parameters: Mapping[str, object]
    """The JSON Schema of its arguments."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    model: str
    messages: tuple[Message, ...]
    parameters: Parameters = NOTHING_SET
    tools: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """Raw text to go on from, without a chat template."""

    model: str
    prompt: str
    parameters: Parameters = NOTHING_SET
    echo: bool = False
    """Say the prompt again before its continuation."""
    logprobs: int | None = None
    """How many likeliest tokens to tell the probabilities of."""


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None


@dataclass(frozen=True, slots=True)
class ImageRequest:
    model: str
    prompt: str
    size: str = "1024x1024"
    count: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, whole: nothing is added to it later but the key."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    key: Secret | None = None
    key_origin: str = ""
    """The only origin that the key is shown to."""


class ServerSent(NamedTuple):
    """One server-sent event."""

    event: str
    data: str


def origin_of(url: str) -> str:
    """Scheme, host and port: what a key belongs to."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"
