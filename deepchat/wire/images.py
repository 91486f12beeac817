"""Pictures made from words."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import Final, Literal

from deepchat.catalog.fields import items, table
from deepchat.errors import BadReply
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider
from deepchat.wire.request import ImageRequest
from deepchat.wire.simple import fetch_json

PAINTING_S: Final = 300.0
"""A server says nothing before the picture is whole, and bills it when nobody waits any more too."""
Format = Literal["png", "jpeg", "webp"]
_MAGIC: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"RIFF", "webp"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    format: Format
    """By its first bytes; a server's word for it is not asked."""


async def make_images(exchange: Exchange, provider: Provider, request: ImageRequest) -> list[Picture]:
    """The pictures; asked for once, because each try is billed."""
    patience = replace(exchange.patience, headers_s=max(exchange.patience.headers_s, PAINTING_S))
    said = table(await fetch_json(exchange, provider.images(request), 0, request.model, patience))
    pictures = [_picture(table(row).get("b64_json")) for row in items(said.get("data"))]
    if not pictures:
        raise BadReply("the server sent no picture", "try again, or choose another model")
    return pictures


def _picture(encoded: object) -> Picture:
    try:
        data = base64.b64decode(encoded if isinstance(encoded, str) else "", validate=True)
    except binascii.Error:
        data = b""
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (kind != "webp" or data[8:12] == b"WEBP"):
            return Picture(data, kind)
    raise BadReply("what the server sent is no picture", "try again, or choose another model")
