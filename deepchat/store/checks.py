"""Whether the store is whole: looked at from its first byte to its last, and not changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, cast

VERSION: Final = sqlite3.sqlite_version
"""Of SQLite."""
_MOST_FAULTS: Final = 5


@dataclass(frozen=True, slots=True)
class Health:
    """How the store is."""

    faults: tuple[str, ...]
    """What is broken, in SQLite's words; the first few."""
    conversations: int
    """Those in the trash too."""
    messages: int


def look(c: sqlite3.Connection) -> Health:
    """Read all of it; where even that is impossible, sqlite3.DatabaseError says why."""
    faults = [fault for fault in _strings(c, f"PRAGMA integrity_check({_MOST_FAULTS})") if fault != "ok"]
    if faults:
        return Health(tuple(faults), 0, 0)
    faults = [f"rows of {table} belong to nothing" for table in dict.fromkeys(_strings(c, "PRAGMA foreign_key_check"))]
    return Health(tuple(faults[:_MOST_FAULTS]), _count(c, "conversation"), _count(c, "message"))


def _strings(c: sqlite3.Connection, query: str) -> list[str]:
    """The first column of what is found."""
    return [str(row[0]) for row in cast("list[tuple[object, ...]]", c.execute(query).fetchall())]


def _count(c: sqlite3.Connection, table: str) -> int:
    return int(_strings(c, f"SELECT count(*) FROM {table}")[0])  # noqa: S608  # a fixed name
