"""When the store's files are moved, deleted or replaced while it is open: SQLite writes on, and tells nobody."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, cast

from deepchat.errors import StoreError
from deepchat.store.backup import back_up, free_name
from deepchat.store.locks import WriterLock, lock_of

_LOGS: Final = ("-wal", "-shm")
"""What is written first, and the index to it, which programs that use one log share."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which files were opened."""

    file: os.stat_result
    logs: tuple[os.stat_result | None, ...]

    @classmethod
    def of(cls, path: Path) -> Self:
        """What is at that path; raises OSError."""
        return cls(path.stat(), tuple(_stat(_beside(path, end)) for end in _LOGS))

    def is_still(self, path: Path) -> bool:
        """Whether what is at the path is what was opened, and so what is beside it."""
        logs = zip(self.logs, _LOGS, strict=True)
        return self.has_file(path) and all(log is None or _is_same(log, _stat(_beside(path, end))) for log, end in logs)

    def has_file(self, path: Path) -> bool:
        """Whether the file itself is the one that was opened."""
        return _is_same(self.file, _stat(path))


def bring_back(c: sqlite3.Connection, path: Path, place: Place, now_ms: int) -> str:
    """Write all that the connection still reads of its lost files: to its path, or beside what is there now.

    The connection is closed then. Says in words what was done, if anything was. Raises StoreError, sqlite3.Error or
    OSError; the connection has everything still then.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with WriterLock(lock_of(path)):
        done = _bring_log(c, path, place, now_ms) if place.has_file(path) else _bring_file(c, path, place, now_ms)
        # Not without the lock: the last one to close a store deletes the log of that name, whoever writes it by now.
        c.close()
    return done


def _bring_file(c: sqlite3.Connection, path: Path, place: Place, now_ms: int) -> str:
    is_gone = not path.exists()
    # Beside another file, the log of ours would be taken for its own, and written over its pages.
    left = [_leave(path, end, log, now_ms) for end, log in zip(_LOGS, place.logs, strict=True)]
    target = path if is_gone else free_name(path, f"replaced-{now_ms}")
    back_up(c, target)
    for log in left:
        if log:
            log.unlink(missing_ok=True)
    if is_gone:
        return f"{path} was moved or deleted while it was open: all that was in it was written there again"
    return f"{path} was replaced while it was open: the new file is used from now on; what was there before is {target}"


def _bring_log(c: sqlite3.Connection, path: Path, place: Place, now_ms: int) -> str:
    """What only the lost log has goes into the file, unless others have begun a log to it since."""
    ours, now = place.logs, tuple(_stat(_beside(path, end)) for end in _LOGS)
    log, has_index = now[0], _is_same(ours[1], now[1])
    is_free = all(new is None or _is_same(old, new) for old, new in zip(ours, now, strict=True))
    if is_free or (has_index and log is not None and not log.st_size):
        _write_into_file(c, path)
        return f"the log of {path} was moved or deleted while it was open: all that was in it is in the store"
    if has_index or _is_same(ours[0], log):
        return ""  # another program that shared it has brought it back, or reads it still
    copy = free_name(path, f"replaced-{now_ms}")
    back_up(c, copy)
    return f"the log of {path} was replaced while it was open: that one is used from now on; what we knew is {copy}"


def _write_into_file(c: sqlite3.Connection, path: Path) -> None:
    is_busy, _, _ = cast("tuple[int, int, int]", c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    if is_busy:
        raise StoreError(f"the log of {path} was deleted, and another program reads it still", "close that one")


def _leave(path: Path, end: str, opened: os.stat_result | None, now_ms: int) -> Path | None:
    """Give one of our logs another name, unless what has its name is another program's by now."""
    log = _beside(path, end)
    if not _is_same(opened, _stat(log)):
        return None
    return log.rename(path.with_name(f"{path.name}.left-{now_ms}{end}"))


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _is_same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    return one is not None and other is not None and os.path.samestat(one, other)


def _stat(path: Path) -> os.stat_result | None:
    with suppress(OSError):
        return path.stat()
    return None
