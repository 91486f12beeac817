"""The border between our values and SQLite's: what a column can't hold is mended, nonsense is not believed."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final, cast

Row = tuple[object, ...]

LARGEST: Final = 2**53
"""Of a count or an amount: sums of a thousand such still fit, so one absurd figure breaks no list."""
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, with U+FFFD for each half of a character that UTF-8 has no bytes for."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def bounded(number: int) -> int:
    return max(-LARGEST, min(number, LARGEST))


def perhaps_bounded(number: int | None) -> int | None:
    return None if number is None else bounded(number)


def spelled(value: Mapping[str, object]) -> str:
    """As JSON text."""
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def read_json(value: object) -> Mapping[str, object] | None:
    """The object that a column spells; None when it spells none."""
    try:
        found: object = json.loads(text(value))
    except (ValueError, RecursionError):
        return None
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else None


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def perhaps_whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def seconds(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def perhaps_seconds(value: object) -> float | None:
    return None if value is None else seconds(value)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it is about what the file says, not about reading it: then what stands beside it may be whole."""
    code = cast("int | None", getattr(error, "sqlite_errorcode", None))
    # Text that is no UTF-8 is found by Python, which has no code for it.
    return code is None or code & 0xFF == sqlite3.SQLITE_CORRUPT


@contextmanager
def any_bytes_as_text(c: sqlite3.Connection) -> Generator[None]:
    """Meanwhile, text that is no UTF-8 is read with U+FFFD for what can't be."""
    before = cast("type[str]", c.text_factory)
    c.text_factory = _decoded
    try:
        yield
    finally:
        c.text_factory = before


def _decoded(raw: bytes) -> str:
    return raw.decode(errors="replace")
