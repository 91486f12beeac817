"""Room that is kept for a full disk: made before anything is asked, given up once, and made anew of what was erased."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deepchat.errors import StoreFull
from deepchat.store import drafts
from deepchat.store.database import Database
from deepchat.store.reserve import EMPTY_LOG, RESERVE_BYTES, Reserve, shrink


@contextmanager
def no_file_larger_than(most: int) -> Generator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_it_takes_its_room_at_once_and_is_given_up_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "deepchat.db")
    assert not reserve.is_kept()
    reserve.keep()
    assert reserve.path.stat().st_blocks * 512 >= RESERVE_BYTES
    assert reserve.path.stat().st_mode & 0o077 == 0
    assert reserve.give_up()
    assert not reserve.give_up()


def test_half_a_reserve_is_none_and_none_is_left(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "deepchat.db")
    reserve.path.write_bytes(bytes(10))
    assert not reserve.is_kept()
    with no_file_larger_than(RESERVE_BYTES // 2), pytest.raises(StoreFull, match="4 MiB have to be free"):
        reserve.keep()
    assert not reserve.path.exists()
    reserve.keep()
    assert reserve.is_kept()


def test_only_what_is_begun_needs_it(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"

    async def story() -> list[str]:
        database = await Database.open(path, now_ms=1)
        with no_file_larger_than(RESERVE_BYTES // 2):
            await database.write(lambda c: drafts.keep(c, "a", "words", 1))
            with pytest.raises(StoreFull, match="nothing is sent"):
                await database.write(lambda c: drafts.keep(c, "b", "words", 1), "begin")
        before = await database.read(lambda c: drafts.load(c, "b"))
        await database.write(lambda c: drafts.keep(c, "b", "words", 1), "begin")
        after = await database.read(lambda c: drafts.load(c, "b"))
        await database.close()
        return [before, after]

    assert asyncio.run(story()) == ["", "words"]
    assert Reserve(path).is_kept()


def test_what_was_erased_is_given_back_to_the_disk_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"

    async def story() -> None:
        database = await Database.open(path, now_ms=1)
        await database.write(lambda c: drafts.keep(c, "long", "x" * 3_000_000, 1))
        await database.write(lambda c: drafts.keep(c, "short", "kept", 1))
        await database.read(lambda c: c.execute(EMPTY_LOG).fetchall())
        large = path.stat().st_size
        await database.write(lambda c: drafts.clear(c, "long"))
        steps = 0
        while await database.read(shrink):
            steps += 1
        assert steps > 1
        assert path.stat().st_size < large - 2_900_000
        assert await database.read(lambda c: drafts.load(c, "short")) == "kept"
        await database.close()

    asyncio.run(story())


def test_a_store_that_was_not_made_for_that_stays_as_large(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as c:
        c.execute("PRAGMA journal_mode = WAL")
        c.execute("CREATE TABLE long AS SELECT zeroblob(100000) AS words")
        c.execute("DROP TABLE long")
        assert not shrink(c)
