"""The border between our values and SQLite's: what a column can't hold is mended, nonsense is not believed."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
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


class Garbled(str):
    """Text of which not all was UTF-8: it has U+FFFD for what was not."""

    __slots__ = ()


def as_text(raw: bytes) -> str:
    """What a column says, whatever its bytes are: one that is damaged hides no other. For `text_factory`."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Garbled(raw.decode(errors="replace"))


def exact_rows(c: sqlite3.Connection, query: str, values: tuple[str, ...]) -> list[Row] | None:
    """All rows at once: for very many, their text is made into ours by SQLite's module itself, which is C.

    None when some of it is no text.
    """
    mending = c.text_factory
    c.text_factory = str
    try:
        return c.execute(query, values).fetchall()
    except sqlite3.OperationalError:
        return None  # not all is UTF-8; any other error comes again where it is read otherwise
    finally:
        c.text_factory = mending


def all_rows(c: sqlite3.Connection, query: str, values: tuple[str, ...]) -> list[Row]:
    """The same; where some of it is damaged, all is read once more, by the connection's own `text_factory`."""
    rows = exact_rows(c, query, values)
    return c.execute(query, values).fetchall() if rows is None else rows
