"""A store's connection as the program has it, on a file of its own."""

from __future__ import annotations

import sqlite3
from itertools import chain
from pathlib import Path

from deepchat.store.columns import as_text
from deepchat.store.migrations import STEPS


def opened(path: Path) -> sqlite3.Connection:
    """A connection to that file, which has the tables afterwards; what is done on it is durable at once."""
    is_new = not path.exists()
    c = sqlite3.connect(path, isolation_level=None)
    c.text_factory = as_text
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
        c.execute(f"PRAGMA {pragma}")
    if is_new:
        for statement in chain.from_iterable(STEPS):
            c.execute(statement)
    return c
