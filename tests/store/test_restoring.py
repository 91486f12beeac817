"""A copy that is taken back: conversations are as they were then, but no budget forgets what was spent since."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from deepchat.store import backup, conversations, ledger, turns
from deepchat.store.database import Connection, Database
from deepchat.store.restoring import restore
from tests.store.saying import NOW_MS, conversation, leg, streaming

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store, and `copy.db` beside it that knows of the first of its two conversations alone."""
    path = tmp_path / "deepchat.db"

    async def story() -> None:
        database = await Database.open(path, now_ms=NOW_MS)
        await database.write(lambda c: conversations.create(c, conversation("old", "Hello", "Hello too")))
        await database.read(lambda c: backup.back_up(c, tmp_path / "copy.db"))
        await database.write(_say_more)
        await database.close()

    asyncio.run(story())
    return path


def _say_more(c: Connection) -> None:
    conversations.create(c, conversation("new", *("words " * 400 for _ in range(40))))
    talk = conversation("asked", "Hello")
    turns.begin(c, talk, (), streaming("answer", "asked-1"), leg("on-its-way", state="pending"))


def spent(path: Path) -> tuple[ledger.Spent, list[str], str]:
    """What the ledger says, whose conversations are there, and what became of the request that was on its way."""

    async def read() -> tuple[ledger.Spent, list[str], str]:
        database = await Database.open(path, now_ms=NOW_MS)
        try:
            ids = [one.id for one in await database.read(conversations.recent)]
            query = "SELECT state FROM leg WHERE id = 'on-its-way'"
            state = await database.read(lambda c: str(c.execute(query).fetchone()[0]))
            return await database.read(ledger.spent), ids, state
        finally:
            await database.close()

    return asyncio.run(read())


def test_what_was_spent_since_the_copy_stays_spent(path: Path) -> None:
    before = spent(path)[0]
    restore(path.with_name("copy.db"), path, NOW_MS)
    after, ids, state = spent(path)
    assert ids == ["old"]
    assert (after.legs, after.nano) == (before.legs, before.nano) == (22, 22_000)
    assert (state, after.cost.estimated) == ("broken", True)


def test_going_back_and_forth_counts_nothing_twice(path: Path) -> None:
    first = restore(path.with_name("copy.db"), path, NOW_MS)
    assert first
    restore(first, path, NOW_MS + 1)
    assert spent(path)[0].legs == 22


def test_what_is_only_in_the_log_was_spent_too(path: Path, tmp_path: Path) -> None:
    alive = tmp_path / "alive.db"
    shutil.copy(path, alive)

    async def crash() -> None:
        database = await Database.open(alive, now_ms=NOW_MS)
        talk = conversation("last", "Hello")
        await database.write(lambda c: turns.begin(c, talk, (), streaming("a", "last-1"), leg("l", state="pending")))
        for end in ("", "-wal"):
            shutil.copy(f"{alive}{end}", f"{path}{end}")
        await database.close()

    asyncio.run(crash())
    restore(path.with_name("copy.db"), path, NOW_MS)
    assert spent(path)[0].legs == 23


def test_of_a_damaged_store_the_ledger_is_read_as_far_as_it_goes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(b"words words") // PAGE * PAGE
    content[:100] = bytes(100)
    content[at : at + PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)
    restore(path.with_name("copy.db"), path, NOW_MS)
    assert spent(path)[0].legs == 22


def test_where_there_was_no_store_the_copy_is_all_there_is(path: Path) -> None:
    path.unlink()
    assert restore(path.with_name("copy.db"), path, NOW_MS) is None


def test_an_empty_file_has_no_ledger(path: Path) -> None:
    path.write_bytes(b"")
    assert restore(path.with_name("copy.db"), path, NOW_MS) is not None
