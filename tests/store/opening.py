"""A store's connection as the program has it, on a file of its own."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path

from deepchat.store import drafts
from deepchat.store.columns import as_text
from deepchat.store.database import Database
from deepchat.store.migrations import APPLICATION, STEPS, m001


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


def leave_first_version(path: Path) -> None:
    """A store as the first DeepChat left it, with one request of 7 nano-dollars and a draft."""
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for statement in (*m001.STATEMENTS, f"PRAGMA application_id = {APPLICATION}", "PRAGMA user_version = 1"):
            c.execute(statement)
        figures = "'one', 'talk', 'answer', 'acme', 'some/model', 'whole', 1, 7, 'provider'"
        columns = "id, conversation, message, provider, model, state, asked_ms, cost_nano, cost_source"
        c.execute(f"INSERT INTO leg ({columns}) VALUES ({figures})")
        c.execute("INSERT INTO draft (conversation, words, saved_ms) VALUES ('a', 'words', 1)")


def leave_in_the_log(path: Path, words: str) -> None:
    """A store as a killed program left it, with a draft that stands in its -wal alone."""
    alive = path.with_name("alive.db")

    async def crash() -> None:
        database = await Database.open(alive, now_ms=1)
        await database.read(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        await database.write(lambda c: drafts.keep(c, "a", words, 1))
        for end in ("", "-wal"):
            shutil.copy(f"{alive}{end}", f"{path}{end}")
        await database.close()

    asyncio.run(crash())
