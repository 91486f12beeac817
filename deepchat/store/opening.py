"""One connection to the store: made, checked, brought to this version, or opened for reading alone."""

from __future__ import annotations

import os
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deepchat.errors import StoreDamaged, StoreError, StoreFull
from deepchat.store import leftovers
from deepchat.store.columns import as_text
from deepchat.store.failures import is_damage, our_error
from deepchat.store.locks import FILE_MODE, FileLock, WriterLock, lock_of
from deepchat.store.migrations import APPLICATION, STEPS, migrate, show_as_newest, version_of
from deepchat.store.reading import BUSY_S, connect_alone, connect_to_read, is_cut_off
from deepchat.store.surroundings import why_not_logged_ahead, why_not_written

_PRAGMAS: Final = (
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
    "cache_size = -512",
)
"""Half a megabyte of pages is kept in our memory; the system keeps the file's own, and reads them from there."""
GIVES_ROOM_BACK: Final = "auto_vacuum = INCREMENTAL"
"""So what is erased can be given back to a full disk. https://www.sqlite.org/pragma.html#pragma_auto_vacuum"""
_PAGE: Final = 4096
_WRITING: Final = ("synchronous = FULL", "wal_autocheckpoint = 1000", f"journal_size_limit = {64 * 2**20}")


@dataclass(slots=True)
class Opened:
    """A connection, and what the user should know of it."""

    connection: sqlite3.Connection
    read_only: bool
    notices: list[str] = field(default_factory=list[str])
    full: StoreFull | None = None
    """Why it is only read, where that is for want of room alone."""


def open_store(path: Path, now_ms: int, in_use: FileLock, *, read_only: bool = False) -> Opened:
    """The store at this path; it is made when it is not there. Raises StoreError, sqlite3.Error or OSError.

    `in_use` is the lock that is shared by all who have it open: what is damaged is replaced only when nobody else has.
    """
    why = why_not_written(path)
    try:
        if read_only or why:
            return _open_read_only(path, why)
        return _open_or_mend(path, now_ms, in_use)
    except (StoreFull, sqlite3.Error, OSError) as error:
        full = error if isinstance(error, StoreFull) else our_error(error, path)
        if why or not isinstance(full, StoreFull) or not (path.exists() and path.stat().st_size):
            raise
        return _open_without_room(path, full)


def _open_or_mend(path: Path, now_ms: int, in_use: FileLock) -> Opened:
    notices: list[str] = []
    with WriterLock(lock_of(path)):
        leftovers.clear(path)
        if _make(path, notices):
            # Without its file, SQLite would delete the log; with an empty page it reads what the log has.
            os.truncate(path, _PAGE)
            notices.append(_replace(path, now_ms, in_use, "its log was there, but not its file"))
        try:
            return _open(path, now_ms, notices)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            notices.append(_replace(path, now_ms, in_use, error))
            return _open(path, now_ms, notices)


def _replace(path: Path, now_ms: int, in_use: FileLock, why: object) -> str:
    """Begin a new store with what can be read of the old one, which is kept; says so in words."""
    from deepchat.store import salvage  # which most stores never need

    with in_use.alone() as is_alone:
        if not is_alone:
            raise StoreDamaged(
                f"the store {path} is damaged ({why}), and another DeepChat has it open",
                "close that one; the next start saves what can be read",
            )
        return salvage.replace_damaged(path, now_ms, why)


def _make(path: Path, notices: list[str]) -> bool:
    """For this user only from its first moment: SQLite would ask the umask. Whether it is empty, but its log is not."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    except FileExistsError:
        if path.stat().st_size:
            return False
    if _has_words(path, "-wal"):
        return True
    if any((path.parent / "backups").glob("*.db")):
        notices.append(f"the store {path} was empty, but there are backups of it: deepchat restore FILE takes one back")
    return False


def _has_words(path: Path, end: str) -> bool:
    log = path.with_name(path.name + end)
    return log.exists() and log.stat().st_size > 0


def _open(path: Path, now_ms: int, notices: list[str]) -> Opened:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    connection.text_factory = as_text
    try:
        _check_ours(connection, path)
        if version_of(connection) > len(STEPS):
            notices.append(_newer(path))
            connection.execute("PRAGMA query_only = ON")
            return Opened(connection, True, notices)
        _set_up(connection, path, notices)
        if copy := migrate(connection, path, path.parent / "backups", now_ms):
            notices.append(f"the store was brought to this version; a copy of what it was is {copy}")
    except BaseException:
        connection.close()
        raise
    return Opened(connection, False, notices)


def _open_read_only(path: Path, why: str) -> Opened:
    if not path.exists() or not path.stat().st_size:
        raise _nothing_yet(path)
    notices = [f"the store {path} is only read: {why}"] if why else []
    if is_cut_off(path) and _has_words(path, "-wal"):
        notices.append(f"the last words in {path} can't be read from here: they are in its log")
    connection = _to_read(connect_to_read(path), path)
    version = version_of(connection)
    if not version:
        connection.close()
        raise _nothing_yet(path)
    if version > len(STEPS):
        notices.append(_newer(path))
    return Opened(connection, True, notices)


def _newer(path: Path) -> str:
    return f"the store {path} was made by a newer DeepChat, so it is only read"


def _nothing_yet(path: Path) -> StoreError:
    return StoreError(f"there is no store at {path} yet", 'one is made by the first question: deepchat ask "…"')


def _open_without_room(path: Path, full: StoreFull) -> Opened:
    connection = _to_read(connect_alone(path), path)
    if not version_of(connection):  # it has no tables, and there is no room for any
        connection.close()
        raise full
    connection.execute("PRAGMA query_only = ON")
    return Opened(connection, True, [f"the store {path} is only read: there is no room to write"], full)


def _to_read(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    connection.text_factory = as_text
    try:
        _check_ours(connection, path)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        show_as_newest(connection)
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
    version = version_of(connection)
    if version < 0 or (tables and version == 0):
        raise StoreError(
            f"{path} says that its tables are of version {version}, which there never was",
            "deepchat doctor --mend reads them into a new file, and keeps this one",
        )


def _set_up(connection: sqlite3.Connection, path: Path, notices: list[str]) -> None:
    # Before the first table alone; later it changes nothing.
    for pragma in (GIVES_ROOM_BACK, *_PRAGMAS, *_WRITING):
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
