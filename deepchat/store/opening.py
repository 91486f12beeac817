"""One connection to the store: made, checked, brought to this version, or opened for reading alone."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deepchat.errors import StoreError
from deepchat.store import salvage
from deepchat.store.failures import is_damage
from deepchat.store.locks import FILE_MODE, WriterLock
from deepchat.store.migrations import APPLICATION, STEPS, migrate, version_of
from deepchat.store.surroundings import why_not_logged_ahead, why_not_written

BUSY_S: Final = 5.0
_PRAGMAS: Final = (
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
)
_WRITING: Final = ("synchronous = FULL", "wal_autocheckpoint = 1000", f"journal_size_limit = {64 * 2**20}")


@dataclass(slots=True)
class Opened:
    """A connection, and what the user should know of it."""

    connection: sqlite3.Connection
    read_only: bool
    notices: list[str] = field(default_factory=list[str])


def open_store(path: Path, now_ms: int, *, read_only: bool = False) -> Opened:
    """The store at this path; it is made when it is not there. Raises StoreError, sqlite3.Error or OSError."""
    notices: list[str] = []
    why = why_not_written(path)
    if why:
        notices.append(f"the store {path} is only read: {why}")
    if read_only or why:
        return Opened(_open_read_only(path), True, notices)
    with WriterLock(lock_of(path)):
        _make(path, notices)
        try:
            return _open(path, now_ms, notices)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            notices.append(salvage.replace_damaged(path, now_ms, error))
            return _open(path, now_ms, notices)


def lock_of(path: Path) -> Path:
    """The file that is locked around each write."""
    return path.with_name(f"{path.name}.lock")


def _make(path: Path, notices: list[str]) -> None:
    """For this user only from its first moment: SQLite would ask the umask."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
        return
    if path.stat().st_size == 0 and any((path.parent / "backups").glob("*.db")):
        notices.append(f"the store {path} was empty, but there are backups of it: deepchat restore FILE takes one back")


def _open(path: Path, now_ms: int, notices: list[str]) -> Opened:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
        _check_ours(connection, path)
        if version_of(connection) > len(STEPS):
            notices.append(f"the store {path} was made by a newer DeepChat, so it is only read")
            connection.execute("PRAGMA query_only = ON")
            return Opened(connection, True, notices)
        _set_up(connection, path, notices)
        if copy := migrate(connection, path, path.parent / "backups", now_ms):
            notices.append(f"the store was brought to this version; a copy of what it was is {copy}")
    except BaseException:
        connection.close()
        raise
    return Opened(connection, False, notices)


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Where the folder can't be written, SQLite must be told that nobody else writes either."""
    if not path.exists():
        raise StoreError(f"there is no store at {path} yet", 'one is made by the first question: deepchat ask "…"')
    how = "mode=ro" if os.access(path.parent, os.W_OK) else "immutable=1"
    address = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None)
    try:
        _check_ours(connection, path)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError for another program's file; sqlite3.DatabaseError for one that can't be read."""
    whose = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if whose != APPLICATION and (whose or tables):
        raise StoreError(f"{path} is another program's file", "move it away; it was not touched")


def _set_up(connection: sqlite3.Connection, path: Path, notices: list[str]) -> None:
    for pragma in (*_PRAGMAS, *_WRITING):
        connection.execute(f"PRAGMA {pragma}")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")
    why = why_not_logged_ahead(path)
    mode = "DELETE" if why else "WAL"
    is_so = str(connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0])
    if why:
        notices.append(f"the store {path} is safest on a disk of this machine: {why}")
    elif is_so != "wal":
        notices.append(f"the store {path} can't log ahead here ({is_so}); it works, but more slowly")
