"""How the store is: looked at from its first byte to its last, where it lies and who may see it; nothing is changed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from deepchat.store.backup import LARGEST_SHARE
from deepchat.store.reserve import RESERVE_BYTES, Reserve

VERSION: Final = sqlite3.sqlite_version
"""Of SQLite."""
_LEAST_BYTES: Final = 256 * 1024
"""A question and the log of what is said about it need as much."""
_MOST_FAULTS: Final = 5
_ORPHANS: Final = """
    SELECT count(*) FROM message AS m WHERE parent IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM message AS p WHERE p.id = m.parent AND p.conversation = m.conversation)
"""


@dataclass(frozen=True, slots=True)
class Health:
    """How the store is."""

    faults: tuple[str, ...]
    """What is broken, in SQLite's words; the first few."""
    conversations: int
    """Those in the trash too."""
    messages: int
    orphans: int
    """Messages that answer one that is not there."""
    is_logged_ahead: bool
    """Whether what is written goes to a log first, so that reading and writing do not wait for one another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is."""

    bytes: int
    free_bytes: int
    """On its disk."""
    is_full: bool
    """Too little is free for an answer, so none is asked for."""
    copy_needs_bytes: int
    """So many have to be free for a weekly copy."""
    seen_by_others: tuple[Path, ...]
    """Files of conversations, copies too, and their folders, that others than their owner may look into."""


def look(c: sqlite3.Connection) -> Health:
    """Read all of it; where even that is impossible, sqlite3.DatabaseError says why."""
    is_logged_ahead = _strings(c, "PRAGMA journal_mode") == ["wal"]
    faults = [fault for fault in _strings(c, f"PRAGMA integrity_check({_MOST_FAULTS})") if fault != "ok"]
    if faults:
        return Health(tuple(faults), 0, 0, 0, is_logged_ahead)
    faults = [f"rows of {table} belong to nothing" for table in dict.fromkeys(_strings(c, "PRAGMA foreign_key_check"))]
    orphans = int(_strings(c, _ORPHANS)[0])
    counts = _count(c, "conversation"), _count(c, "message")
    return Health(tuple(faults[:_MOST_FAULTS]), *counts, orphans, is_logged_ahead)


def look_around(path: Path) -> Place:
    """Where the store lies; raises OSError."""
    size = path.stat().st_size
    files = (*path.parent.glob(f"{path.name}*"), *(path.parent / "backups").glob("*.db"))
    open_to_others = sorted(file for file in (*files, path.parent / "backups") if _is_seen_by_others(file))
    free = shutil.disk_usage(path.parent).free
    is_full = free < (_LEAST_BYTES if Reserve(path).is_kept() else RESERVE_BYTES)
    return Place(size, free, is_full, int(size / LARGEST_SHARE), tuple(open_to_others))


def _is_seen_by_others(file: Path) -> bool:
    with suppress(FileNotFoundError):  # some come and go
        return bool(file.stat().st_mode & 0o077)
    return False


def _strings(c: sqlite3.Connection, query: str) -> list[str]:
    """The first column of what is found."""
    return [str(row[0]) for row in cast("list[tuple[object, ...]]", c.execute(query).fetchall())]


def _count(c: sqlite3.Connection, table: str) -> int:
    return int(_strings(c, f"SELECT count(*) FROM {table}")[0])  # noqa: S608  # a fixed name
