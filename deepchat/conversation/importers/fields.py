"""One value from elsewhere: what it says, or nothing when it can't be that."""

from __future__ import annotations

import binascii
import json
import math
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from deepchat.conversation.export.fences import fenced
from deepchat.conversation.parts import Image

LONGEST_TITLE: Final = 200
"""In characters."""
_LONGEST_MOMENT: Final = 40
_LAST_SECOND: Final = 253_402_300_799
"""The end of the year 9999, the last that calendars know."""
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_PICTURES: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
_NOTHING: Final[Mapping[str, object]] = {}


def table(value: object) -> Mapping[str, object]:
    """A JSON object; an empty one for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else _NOTHING


def items(value: object) -> list[object]:
    """A list; an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def text(value: object) -> str:
    """A string without halves of characters, which no file can hold; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else _HALF_CHARACTER.sub("\ufffd", value)


def title(value: object) -> str:
    """A string as one line, not too long."""
    return " ".join(text(value)[: 4 * LONGEST_TITLE].split())[:LONGEST_TITLE]


def key(value: object) -> str:
    """What another program calls a thing: a string or a number; empty for anything else."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number(value: object) -> float | None:
    """A finite number, even when it is spelled as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_MOMENT:
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: object) -> int | None:
    """A whole number that a database can keep."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def count(value: object) -> int | None:
    """A whole number from 0 on."""
    found = whole(value)
    return found if found is not None and found >= 0 else None


def seconds(value: object) -> float | None:
    """A duration."""
    found = None if isinstance(value, str) else number(value)
    return found if found is not None and found >= 0 else None


def moment_ms(value: object) -> int | None:
    """Milliseconds since 1970, UTC, of Unix seconds or an ISO 8601 date; no zone is UTC, as databases mean it."""
    unix_s = number(value)
    if unix_s is not None:
        return round(unix_s * 1000) if abs(unix_s) <= _LAST_SECOND else None
    if not isinstance(value, str) or len(value) > _LONGEST_MOMENT:
        return None
    try:
        said = datetime.fromisoformat(value)
        return ((said if said.tzinfo else said.replace(tzinfo=UTC)) - _BEGINNING) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def parsed(value: object) -> object:
    """What a JSON text says; None when it is no JSON."""
    if not isinstance(value, str | bytes):
        return None
    try:
        return cast("object", json.loads(value))
    except (ValueError, RecursionError):
        return None


def as_json(value: object) -> str:
    """A value as JSON text; `{}` for what is nested deeper than can be written."""
    try:
        return text(json.dumps(value, ensure_ascii=False))
    except (ValueError, TypeError, RecursionError):
        return "{}"


def as_arguments(words: str) -> str:
    """What a tool was asked, as the JSON object that other models expect."""
    return words if isinstance(parsed(words), dict) else as_json({"input": words})


def decoded(value: object) -> bytes | None:
    """The bytes that a Base64 text stands for; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        return b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def picture(data: bytes | None, name: str = "") -> Image | None:
    """A picture that models take, known by its first bytes; None for all else."""
    kinds = (media_type for magic, media_type in _PICTURES if data and magic.match(data))
    media_type = next(kinds, "")
    return Image(media_type, data, name) if data and media_type else None


def attached(name: str, words: str) -> str:
    """A text file as it stands in a message: its name, and its words in a fence that they can't close."""
    return f"\n\n{name}:\n{fenced(words.removesuffix(chr(10)))}"
