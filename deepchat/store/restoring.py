"""A copy takes the store's place: its conversations are what they were then, but what was spent since stays spent."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from deepchat.errors import StoreError
from deepchat.store import ledger
from deepchat.store.backup import keep_aside, take_place
from deepchat.store.failures import our_error
from deepchat.store.leftovers import half_made
from deepchat.store.locks import FILE_MODE, FileLock, WriterLock, lock_of, use_of
from deepchat.store.migrations import APPLICATION, STEPS, version_of
from deepchat.store.reading import connect_to_read
from deepchat.store.salvage import salvaged


def restore(source: Path, path: Path, now_ms: int) -> Path | None:
    """Put a copy in the place of the store; where the old one was put. Raises StoreError; nothing is lost then.

    Requests that only the old one knows of come along without their words, so that budgets stay true.
    """
    check_copy(source)
    in_use = FileLock(use_of(path))
    made = half_made(path, os.getpid())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not in_use.acquire():
            raise StoreError("another DeepChat has the store open", "close it first")
        with WriterLock(lock_of(path)):
            made.unlink(missing_ok=True)
            os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
            with closing(connect_to_read(source)) as c:
                c.execute("VACUUM INTO ?", (str(made),))
            if path.exists():
                _carry_over(path, made, now_ms)
            old = keep_aside(path, f"before-restore-{now_ms}") if path.exists() else None
            take_place(made, path)
            return old
    except (OSError, sqlite3.Error) as error:
        made.unlink(missing_ok=True)
        raise our_error(error, path) from error
    finally:
        in_use.release()


def check_copy(source: Path) -> None:
    """Raise StoreError unless this is a whole copy of a store that we know how to read."""
    if not source.is_file():
        raise StoreError(f"{source} is not there", "deepchat backup makes one; they are kept in data/backups")
    try:
        with closing(connect_to_read(source)) as c:
            whose, version = int(c.execute("PRAGMA application_id").fetchone()[0]), version_of(c)
            faults = [str(row[0]) for row in c.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        raise StoreError(f"{source} is no copy of a store ({error})", "name another one") from error
    if whose != APPLICATION:
        raise StoreError(f"{source} is no copy of DeepChat's store", "name another one")
    if version > len(STEPS):
        raise StoreError(f"{source} was made by a newer DeepChat", "take that version, or name another copy")
    if faults != ["ok"]:
        raise StoreError(f"{source} is damaged: {faults[0]}", "name another one")


def _carry_over(old: Path, made: Path, now_ms: int) -> None:
    """Bring the ledger along; of an old store that can't be read as it lies, what a copy of it has."""
    with closing(sqlite3.connect(made, isolation_level=None)) as c:
        try:
            with closing(connect_to_read(old)) as before:
                ledger.carry_over(c, before)
        except sqlite3.DatabaseError:  # damage, or half of a transaction beside it that can't be undone by only reading
            with salvaged(old, now_ms) as found, closing(connect_to_read(found.file)) as before:
                ledger.carry_over(c, before)
