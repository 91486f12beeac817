"""JSON as the simulator reads it from a client and writes it back."""

from __future__ import annotations

import json
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = dict[str, Json]

DEEPEST = 100
"""No honest request is nested deeper, and what is could not be walked."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(data: bytes) -> Json:
    """The value these bytes spell; ValueError when they are not one JSON text in UTF-8."""
    try:
        value: Json = json.loads(data.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
    if level:
        raise ValueError("nested too deeply")
    return value


def spell(value: Json) -> str:
    """The shortest JSON text of a value."""
    return _ENCODER.encode(value)


def to_bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate, which has no UTF-8, becomes the JSON escape that spells it."""
    return text.encode("utf-8", "backslashreplace")


def as_object(value: Json) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Json) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_count(value: Json, default: int) -> int:
    """The value if it is a whole number, else the default."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return int(value) if isinstance(value, int) or value.is_integer() else default


def _children(value: Json) -> list[Json]:
    return [*value.values()] if isinstance(value, dict) else as_list(value)


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
