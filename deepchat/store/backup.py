"""Copies of the store, made while it is in use; and how one file takes the place of another."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from deepchat.errors import StoreError
from deepchat.store.failures import is_damage, our_error
from deepchat.store.leftovers import half_made
from deepchat.store.locks import FILE_MODE, FileLock

KEPT: Final = 3
"""Weekly copies; those that a user or a migration made are not counted and never deleted."""
EVERY_MS: Final = 7 * 86_400_000
LARGEST_SHARE: Final = 0.2
"""Of the free space, that a weekly copy may take."""
_WEEKLY: Final = "weekly-"
_PARTS: Final = ("", "-wal", "-shm", "-journal")
"""Of a store: its file, and what SQLite keeps beside it. One store's log beside another's file would ruin that."""


def back_up(c: sqlite3.Connection, target: Path) -> None:
    """Copy all of the store into a new file, for this user only; raises StoreError, and then there is no such file."""
    if target.exists():
        raise StoreError(f"{target} is there already", "name another file")
    made = half_made(target, os.getpid())
    lock = FileLock(made)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not lock.acquire() or not lock.is_there():
            raise StoreError(f"{target} is being made already", "try again in a moment")
        os.truncate(made, 0)
        _copy_into(c, made)
        _sync(made)
        made.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        made.unlink(missing_ok=True)
        is_read = isinstance(error, sqlite3.Error) and is_damage(error)
        raise our_error(error, _file_of(c) if is_read else target) from error
    finally:
        lock.release()


def _copy_into(c: sqlite3.Connection, made: Path) -> None:
    """Even where no more than reading is allowed: the copy is written, not the store."""
    is_read = bool(c.execute("PRAGMA query_only").fetchone()[0])
    c.execute("PRAGMA query_only = OFF")
    try:
        c.execute("VACUUM INTO ?", (str(made),))
    finally:
        c.execute(f"PRAGMA query_only = {int(is_read)}")


def back_up_weekly(c: sqlite3.Connection, path: Path, folder: Path, now_ms: int) -> Path | None:
    """A copy when the last weekly one is a week old and there is room; the oldest of more than three goes.

    None of an empty store: it would take the place of one that has everything.
    """
    if not c.execute("SELECT EXISTS (SELECT 1 FROM conversation) OR EXISTS (SELECT 1 FROM leg)").fetchone()[0]:
        return None
    # A clock that was wrong for a while dates copies into the future: they stay, and count once that has come.
    copies = sorted((one for one in folder.glob(f"{_WEEKLY}*.db") if _made_ms(one) <= now_ms), key=_made_ms)
    if copies and now_ms - _made_ms(copies[-1]) < EVERY_MS:
        return None
    if path.stat().st_size > shutil.disk_usage(path.parent).free * LARGEST_SHARE:
        return None
    copy = folder / f"{_WEEKLY}{now_ms}.db"
    back_up(c, copy)
    for old in copies[: len(copies) + 1 - KEPT]:
        with suppress(OSError):
            old.unlink()
    return copy


def keep_aside(path: Path, suffix: str) -> Path:
    """Give the store, and what SQLite keeps beside it, another name too; nobody may have it open. Raises OSError."""
    aside = free_name(path, suffix)
    for part in _PARTS:
        there, kept = path.with_name(path.name + part), aside.with_name(aside.name + part)
        if not there.exists():
            continue
        try:
            kept.hardlink_to(there)
        except OSError:  # some file systems know one name for a file only
            os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
            shutil.copyfile(there, kept)
            _sync(kept)
    _sync(path.parent)
    return aside


def take_place(made: Path, path: Path) -> None:
    """Put a new store, which is whole, in the place of one that is kept aside. Raises OSError."""
    _sync(made)
    for part in _PARTS[1:]:  # first, lest they be taken for the new one's
        path.with_name(path.name + part).unlink(missing_ok=True)
    made.rename(path)
    _sync(path.parent)


def free_name(path: Path, suffix: str) -> Path:
    """A name beside the store that nothing of another one has."""
    names = (path.with_name(f"{path.name}.{suffix}{f'-{number}' if number > 1 else ''}") for number in count(1))
    return next(name for name in names if not any(name.with_name(name.name + part).exists() for part in _PARTS))


def _file_of(c: sqlite3.Connection) -> Path:
    return Path(str(c.execute("PRAGMA database_list").fetchone()[2]))


def _made_ms(copy: Path) -> int:
    number = copy.stem.removeprefix(_WEEKLY)
    return int(number) if number.isdecimal() else 0


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
