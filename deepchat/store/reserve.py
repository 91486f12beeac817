"""Room that is kept for a full disk: what was begun is ended in it, and what makes room is done in it."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from deepchat.errors import StoreFull
from deepchat.store.failures import NO_ROOM, is_want_of_room
from deepchat.store.locks import FILE_MODE

RESERVE_BYTES: Final = 4 * 2**20
"""As much as the log grows before it is written into the file, which grows by no more than that then."""
EMPTY_LOG: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
_SHRINK: Final = "PRAGMA incremental_vacuum(256)"
"""So few pages that the log of their move is smaller than the reserve."""
_ZEROS: Final = bytes(64 * 1024)


class Reserve:
    """A file beside the store that holds nothing; who keeps or gives it up holds the store's writer lock."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(f"{store.name}.reserve")

    def is_kept(self) -> bool:
        """Whether it is there, whole."""
        try:
            return self.path.stat().st_size >= RESERVE_BYTES
        except OSError:
            return False

    def keep(self) -> None:
        """Let it be there; raises StoreFull where there is no room for it, or OSError."""
        if self.is_kept():
            return
        file = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        try:
            _fill(file)
        except OSError as error:
            self.give_up()
            if error.errno in NO_ROOM:
                raise _full(self.path.parent) from error
            raise
        finally:
            os.close(file)

    def give_up(self) -> bool:
        """Let others have its room; gives back whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


def shrink(c: sqlite3.Connection) -> bool:
    """Give a part of what was erased back to the disk; whether it was any. Raises sqlite3.Error.

    A store of an earlier DeepChat keeps it, and writes into it what comes next.
    """
    before = _pages(c)
    try:
        c.execute(_SHRINK).fetchall()
        c.execute(EMPTY_LOG).fetchall()
    except sqlite3.Error as error:
        if not is_want_of_room(error):
            raise
        return False
    return _pages(c) < before


def _pages(c: sqlite3.Connection) -> int:
    return int(c.execute("PRAGMA page_count").fetchone()[0])


def _fill(file: int) -> None:
    """Take the room, whatever the file system does with what is not written."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file, 0, RESERVE_BYTES)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise
        else:
            return
    for at in range(0, RESERVE_BYTES, len(_ZEROS)):
        os.pwrite(file, _ZEROS, at)
    os.fsync(file)


def _full(folder: Path) -> StoreFull:
    return StoreFull(
        f"there is no room for an answer: {RESERVE_BYTES // 2**20} MiB have to be free in {folder}, so nothing is sent",
        "make room on that disk, or erase conversations: deepchat delete ID --now, deepchat trash empty",
    )
