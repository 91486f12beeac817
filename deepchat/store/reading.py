"""A connection that only reads: for a store, or a copy of one, that must stay as it is, or has no room to grow."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

BUSY_S: Final = 5.0


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error.

    Where SQLite can't make the memory that programs share, it is told that nobody writes; its log is not read then.
    """
    how = "immutable=1" if is_cut_off(path) else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_S, isolation_level=None)


def connect_alone(path: Path) -> sqlite3.Connection:
    """For a full disk, where nothing can be made beside it; raises sqlite3.Error.

    Its log is read too, as nobody else can open the store meanwhile: https://www.sqlite.org/wal.html#noshm
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None)
    for pragma in ("locking_mode = EXCLUSIVE", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def is_cut_off(path: Path) -> bool:
    """Whether nothing can be made beside it, and what SQLite needs there is not there already."""
    beside = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    return not os.access(path.parent, os.W_OK) and not all(file.exists() for file in beside)
