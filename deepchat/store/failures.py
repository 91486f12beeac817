"""What SQLite and the system say when they can't, in our words."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from deepchat.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where nothing more fits."""
_FAILING: Final = (errno.EIO, errno.ENXIO, errno.ESTALE)
_READ_ONLY: Final = (errno.EROFS, errno.EACCES, errno.EPERM)
_MAKE_ROOM: Final = "make room there, then try again; what was saved before is safe"
_UNSAFE: Final = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_WANT_OF_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)


def our_error(error: sqlite3.Error | OSError, path: Path) -> StoreError:
    """The same failure as one of our errors."""
    if isinstance(error, OSError):
        return _of_system(error, path)
    match _primary(error):
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            # A full disk shows as either of them, and so does a quota.
            return StoreFull(f"{path} can't be written: the disk is full, or it fails ({error})", _MAKE_ROOM)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreReadOnly(f"{path} can be read, but not written", "see to its owner and permissions")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreDamaged(
                f"{path} is damaged ({error})",
                "deepchat doctor --mend reads what can be read into a new file, and keeps this one",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"another program has kept {path} busy for too long", "close it, or try again")
        case sqlite3.SQLITE_CANTOPEN:
            return StoreError(f"{path} can't be opened", "see to its folder's owner and permissions")
        case sqlite3.SQLITE_CONSTRAINT:
            return StoreError("a part of the conversation is not in the store any more", "it was deleted elsewhere")
        case _:
            return StoreError(f"the store failed: {error}", "deepchat doctor may say more")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is not what was written."""
    return _primary(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_of_content(error: sqlite3.Error) -> bool:
    """Whether what was wanted does not fit what is there: wanting it again never helps."""
    return _primary(error) in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH)


def is_of_index(error: sqlite3.DatabaseError) -> bool:
    """Whether, where an index of words was used, it is broken: which FTS5 says in all of these ways."""
    return _primary(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)


def is_unsafe(error: sqlite3.Error) -> bool:
    """Whether nothing that this connection still remembers can be trusted: after a failed write even a repeated one."""
    return _primary(error) in _UNSAFE


def is_want_of_room(error: sqlite3.Error | OSError) -> bool:
    """Whether the same may succeed once there is room; a sync that failed is none of these, its words may be there."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return getattr(error, "sqlite_errorcode", None) in _WANT_OF_ROOM


def _primary(error: sqlite3.Error) -> int:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return sqlite3.SQLITE_ERROR if code is None else code & 0xFF


def _of_system(error: OSError, path: Path) -> StoreError:
    why = (error.strerror or type(error).__name__).lower()
    if error.errno in (*NO_ROOM, *_FAILING):
        return StoreFull(f"{path} can't be written: {why}", _MAKE_ROOM)
    if error.errno in _READ_ONLY:
        return StoreReadOnly(f"{path} can't be written: {why}", "see to its owner and permissions")
    return StoreError(f"{path} can't be used: {why}", "see to its folder")
