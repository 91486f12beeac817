"""Reads around damage: what can be read of a broken store goes into a new one, and the broken one is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepchat.errors import StoreError
from deepchat.store.backup import put_aside
from deepchat.store.failures import our_error
from deepchat.store.locks import FileLock, WriterLock
from deepchat.store.migrations import STEPS, migrate

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


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came over from a broken store."""

    rows: dict[str, int]
    lost: int
    """Rows that are known to have been there, and could not be read."""


def replace_damaged(path: Path, now_ms: int, why: object) -> str:
    """Put the broken store aside, begin a new one with what can be read of it, and say so in words."""
    aside = put_aside(path, f"corrupt-{now_ms}")
    saved = salvage(aside, path, now_ms)
    kept = f"{saved.rows.get('conversation', 0)} conversations with {saved.rows.get('message', 0)} messages"
    backups = any((path.parent / "backups").glob("*.db"))
    more = "; deepchat restore FILE takes a backup back" if backups else ""
    return (
        f"the store was damaged ({why}): {kept} could be read and are here; the damaged file is kept as {aside}{more}"
    )


def salvage(broken: Path, path: Path, now_ms: int) -> Salvaged:
    """Read what can be read of a broken store into a new one."""
    path.touch(mode=0o600)
    rows: dict[str, int] = {}
    lost = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as new:
        new.execute("PRAGMA journal_mode = WAL")
        migrate(new, path, path.parent, now_ms, STEPS)
        with closing(_open_broken(broken, new)) as old:
            new.execute("PRAGMA foreign_keys = OFF")
            new.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                rows[table], missed = _copy(old, new, table)
                lost += missed
            _drop_orphans(new)
            new.execute("COMMIT")
    return Salvaged(rows, lost)


def _open_broken(broken: Path, new: sqlite3.Connection) -> sqlite3.Connection:
    """The broken store; if its header is what is broken, a copy of it in memory under the header of the new one."""
    old = sqlite3.connect(broken, isolation_level=None)
    old.text_factory = _as_text
    # Only with this does SQLite read a file that is shorter than its header says. Nothing is written to it.
    old.execute("PRAGMA writable_schema = ON")
    try:
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        old.close()
        old = sqlite3.connect(":memory:", isolation_level=None)
        old.text_factory = _as_text
        content = broken.read_bytes()
        old.deserialize(_header_for(len(content), new) + content[HEADER:])
        old.execute("PRAGMA writable_schema = ON")
    return old


def _header_for(size: int, new: sqlite3.Connection) -> bytes:
    """The header that a store of that size has, by the file format of SQLite 3."""
    header = bytearray(new.serialize()[:HEADER])
    page = int.from_bytes(header[16:18], "big")
    header[18:20] = b"\x01\x01"  # no log beside it: memory has none
    header[28:32] = (size // page).to_bytes(4, "big")
    header[92:96] = header[24:28]  # the size above is believed
    return bytes(header)


def mend(path: Path, now_ms: int) -> str:
    """Put a store aside that can't be read to its end, and begin a new one with what can; raises StoreError."""
    in_use = FileLock(path.with_name(f"{path.name}.open"))
    if not in_use.acquire():
        raise StoreError("another DeepChat has the store open", "close it first")
    try:
        with WriterLock(path.with_name(f"{path.name}.lock")):
            return replace_damaged(path, now_ms, "as far as it could be read")
    except (OSError, sqlite3.Error) as error:
        raise our_error(error, path) from error
    finally:
        in_use.release()


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> tuple[int, int]:
    """How many rows of a table came over, and how many did not."""
    wanted = [str(row[1]) for row in new.execute(f"PRAGMA table_info({table})")]
    try:
        there = {str(row[1]) for row in old.execute(f"PRAGMA table_info({table})")}
    except sqlite3.Error:
        return 0, 0
    columns = ", ".join(name for name in wanted if name in there)
    if not columns:
        return 0, 0
    put = f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})"  # noqa: S608
    count = lost = 0
    for row in _rows(old, table, columns):
        if row is None:
            lost += 1
            continue
        try:
            count += new.execute(put, row).rowcount
        except sqlite3.Error:
            lost += 1
    return count, lost


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[object, ...] | None]:
    """Every row that can be read, and None for one that can't: in one go, and from where that fails one by one."""
    has_row_numbers = table in ("conversation", "message", "leg", "journal", "attachment")
    number = "rowid, " if has_row_numbers else ""
    last = 0
    try:
        for row in old.execute(f"SELECT {number}{columns} FROM {table} ORDER BY 1"):  # noqa: S608
            if has_row_numbers:
                last = int(row[0])
                yield row[1:]
            else:
                yield row
        return
    except (sqlite3.Error, TypeError, ValueError):
        if not has_row_numbers:
            return
    for at in range(last + 1, _last_number(old, table) + 1):
        try:
            row = old.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (at,)).fetchone()  # noqa: S608
        except sqlite3.Error:
            yield None
            continue
        if row is not None:
            yield row


def _as_text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _last_number(old: sqlite3.Connection, table: str) -> int:
    for query in (f"SELECT max(rowid) FROM {table}", f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"):  # noqa: S608
        try:
            row = old.execute(query).fetchone()
        except sqlite3.Error:
            continue
        if row and row[0] is not None:
            return int(row[0])
    return 0


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
