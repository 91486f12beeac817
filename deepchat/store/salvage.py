"""Reads around damage: what is whole of a broken store goes into a new one, and the broken one is kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from deepchat.conversation.in_words import counted
from deepchat.errors import StoreError
from deepchat.store import leaf_pages
from deepchat.store.backup import keep_aside, take_place
from deepchat.store.columns import as_text
from deepchat.store.failures import our_error
from deepchat.store.leftovers import MENDING
from deepchat.store.locks import FILE_MODE, FileLock, WriterLock, lock_of, use_of
from deepchat.store.migrations import STEPS, migrate, version_of
from deepchat.store.reading import connect_to_read
from deepchat.store.shapes import shape_of

HEADER: Final = 100
"""Bytes that SQLite begins each file with."""
TABLES: Final = (
    "conversation",
    "tag",
    "message",
    "attachment",
    "part",
    "leg",
    "leg_words",
    "journal",
    "draft",
)
"""Whatever comes from others before that; the index of words is made anew."""
_FIRST_MOMENT_MS: Final = 10**11
"""In 1973, before anything was said here."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came over from a broken store."""

    file: Path
    rows: dict[str, int]
    """How many of each table."""


def replace_damaged(path: Path, now_ms: int, why: object) -> str:
    """Put the broken store aside, begin a new one with what can be read of it, and say so in words."""
    aside = keep_aside(path, f"corrupt-{now_ms}")
    saved = salvage(aside, path, now_ms)
    conversations, messages = (counted(saved.rows.get(what, 0), what) for what in ("conversation", "message"))
    backups = any((path.parent / "backups").glob("*.db"))
    more = "; deepchat restore FILE takes a backup back" if backups else ""
    return (
        f"the store was damaged ({why}): {conversations} with {messages} could be read and are here; "
        f"the damaged file is kept as {aside}{more}"
    )


def salvage(broken: Path, path: Path, now_ms: int) -> Salvaged:
    """Read what can be read of a broken store into a new one, which is at the path once it is whole."""
    with salvaged(broken, now_ms) as found:
        take_place(found.file, path)
    return found


@contextmanager
def salvaged(broken: Path, now_ms: int) -> Generator[Salvaged]:
    """What can be read of a broken store, in a new one beside it that is gone afterwards unless it was moved away.

    A copy is read: SQLite writes the log into a file that it opens, and this one is kept as it was found.
    """
    with TemporaryDirectory(prefix=MENDING, dir=broken.parent) as folder:
        copy, made = Path(folder) / "broken.db", Path(folder) / "made.db"
        for part in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(broken.with_name(broken.name + part), copy.with_name(copy.name + part))
        yield _read_into(made, copy, now_ms)


def _read_into(path: Path, broken: Path, now_ms: int) -> Salvaged:
    path.touch(mode=FILE_MODE)
    with closing(sqlite3.connect(path, isolation_level=None)) as new:
        new.execute("PRAGMA journal_mode = WAL")
        migrate(new, path, path.parent, now_ms, STEPS)
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        with closing(_open_broken(broken, new)) as old:
            for table in TABLES:
                _copy(old, new, table)
        _copy_from_pages(broken, new)
        _drop_orphans(new)
        new.execute("COMMIT")
        rows = {table: int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in TABLES}  # noqa: S608
    return Salvaged(path, rows)


def _open_broken(broken: Path, new: sqlite3.Connection) -> sqlite3.Connection:
    """The copy of a broken store; if its header is what is broken, under a header such as the new one's."""
    old = _connect(broken)
    try:
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        old.close()
        with broken.open("r+b") as file:
            file.write(_header_for(broken.stat().st_size, new))
        old = _connect(broken)
    with suppress(sqlite3.Error):  # what is in its log belongs to its pages
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return old


def _connect(broken: Path) -> sqlite3.Connection:
    old = sqlite3.connect(broken, isolation_level=None)
    old.text_factory = as_text
    # Only with this does SQLite read a file that is shorter than its header says.
    old.execute("PRAGMA writable_schema = ON")
    return old


def _header_for(size: int, new: sqlite3.Connection) -> bytes:
    """The header that a store of that size has, by the file format of SQLite 3."""
    header = bytearray(new.serialize()[:HEADER])
    page = int.from_bytes(header[16:18], "big")
    header[28:32] = (size // page).to_bytes(4, "big")
    header[92:96] = header[24:28]  # the size above is believed
    return bytes(header)


def mend(path: Path, now_ms: int) -> str:
    """Put a store aside that can't be read to its end, and begin a new one with what can; raises StoreError."""
    in_use = FileLock(use_of(path))
    try:
        if not in_use.acquire():
            raise StoreError("another DeepChat has the store open", "close it first")
        with WriterLock(lock_of(path)):
            _check_version(path)
            return replace_damaged(path, now_ms, "as far as it could be read")
    except (OSError, sqlite3.Error) as error:
        raise our_error(error, path) from error
    finally:
        in_use.release()


def _check_version(path: Path) -> None:
    """What a newer DeepChat keeps there, this one would leave behind. Raises StoreError."""
    with suppress(sqlite3.DatabaseError), closing(connect_to_read(path)) as c:
        if version_of(c) > len(STEPS):
            raise StoreError(f"{path} was made by a newer DeepChat", "mend it with that version")


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing broken in a store that this program can read."""
    with suppress(sqlite3.DatabaseError), closing(connect_to_read(path)) as c:
        faults = [*c.execute("PRAGMA integrity_check(1)"), *c.execute("PRAGMA foreign_key_check")]
        return 0 < version_of(c) <= len(STEPS) and faults == [("ok",)]
    return False


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> None:
    """The rows that SQLite finds, up to the first damage."""
    with suppress(sqlite3.Error):
        there = {str(row[1]) for row in old.execute(f"PRAGMA table_info({table})")}
        names = [name for name in shape_of(new, table).names if name in there]
        if names:
            for row in old.execute(f"SELECT {', '.join(names)} FROM {table}"):  # noqa: S608
                _put(new, table, names, row)


def _copy_from_pages(broken: Path, new: sqlite3.Connection) -> None:
    """The rows that the damage hid: whatever became of the trees that lead to them, their own pages are still there."""
    if not broken.stat().st_size:
        return
    tables = {table: shape_of(new, table) for table in TABLES}
    with broken.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        for found in leaf_pages.rows(content, [table.shape for table in tables.values()]):
            values = found.values if found.values[0] is not None else (found.number, *found.values[1:])
            if found.table != "draft" or _is_moment(values[2]):
                _put(new, found.table, tables[found.table].names[: len(values)], values)


def _is_moment(value: object) -> bool:
    """Unlike a message's number: an index of messages has entries that look like drafts."""
    return isinstance(value, int) and value >= _FIRST_MOMENT_MS


def _put(new: sqlite3.Connection, table: str, names: Sequence[str], values: Sequence[object]) -> None:
    """Unless that row is there already, or is none."""
    query = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    with suppress(sqlite3.Error):
        new.execute(query, tuple(values))


def _drop_orphans(new: sqlite3.Connection) -> None:
    """What belongs to something that could not be read. Messages get a conversation to be found in instead."""
    new.execute(
        """
        INSERT OR IGNORE INTO conversation (id, title, created_ms, updated_ms, touched, root, active)
        SELECT conversation, 'recovered', min(created_ms), max(created_ms), 0,
            (SELECT id FROM message AS m WHERE m.conversation = message.conversation ORDER BY seq LIMIT 1),
            (SELECT id FROM message AS m WHERE m.conversation = message.conversation ORDER BY seq DESC LIMIT 1)
        FROM message WHERE conversation NOT IN (SELECT id FROM conversation) GROUP BY conversation
        """
    )
    new.execute("UPDATE part SET attachment = NULL WHERE attachment NOT IN (SELECT hash FROM attachment)")
    for table, column, of, key in (
        ("tag", "conversation", "conversation", "id"),
        ("part", "message", "message", "id"),
        ("leg_words", "leg", "leg", "id"),
        ("leg_words", "message", "message", "id"),
        ("journal", "leg", "leg", "id"),
    ):
        new.execute(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT {key} FROM {of})")  # noqa: S608
