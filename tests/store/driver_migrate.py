"""A program that brings a store to a version that does not exist yet; others kill it on its way."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from deepchat.store.migrations import STEPS, migrate

NEXT_STEP = (
    "ALTER TABLE draft ADD COLUMN more TEXT NOT NULL DEFAULT 'new'",
    "CREATE INDEX draft_by_more ON draft (more)",
    "UPDATE draft SET words = words || ' and more'",
)


def bring(path: Path) -> None:
    """To that version, after a copy."""
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for pragma in ("synchronous = FULL", "secure_delete = ON"):
            c.execute(f"PRAGMA {pragma}")
        migrate(c, path, path.parent / "backups", 1, (*STEPS, NEXT_STEP))


if __name__ == "__main__":
    bring(Path(sys.argv[1]))
