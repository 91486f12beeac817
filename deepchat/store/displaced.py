"""When the store's file is moved, deleted or replaced while it is open: SQLite writes on into it, and tells nobody."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from deepchat.store.backup import back_up, free_name
from deepchat.store.locks import WriterLock, lock_of

_LOGS: Final = ("-wal", "-shm")


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
        """Whether what is at the path is what was opened."""
        return _is_same(self.file, _stat(path))


def bring_back(c: sqlite3.Connection, path: Path, place: Place, now_ms: int) -> str:
    """Write all that the connection still reads of its lost file: to its path, or beside the file that is there now.

    Says in words what was done. Raises StoreError or OSError; the connection has everything still then.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with WriterLock(lock_of(path)):
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
