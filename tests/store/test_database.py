"""The store's one connection: all or nothing, durable when it is said, careful with whose file it is."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deepchat.errors import StoreError, StoreFull, StoreReadOnly
from deepchat.store import drafts
from deepchat.store.database import Connection, Database
from deepchat.store.locks import WriterLock

NOW_MS = 1_750_000_000_000


def run(path: Path, story: Callable[[Database], Coroutine[Any, Any, None]]) -> list[str]:
    """The story of one store that is open; what it told its user."""

    async def tell() -> list[str]:
        database = await Database.open(path, now_ms=NOW_MS)
        try:
            await story(database)
        finally:
            await database.close()
        return database.notices

    return asyncio.run(tell())


def keep(name: str, words: str = "words") -> Callable[[Connection], None]:
    return lambda c: drafts.keep(c, name, words, NOW_MS)


async def nothing(database: Database) -> None:
    assert not database.read_only


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "deepchat.db"


def test_it_is_for_this_user_alone_from_its_first_moment(path: Path) -> None:
    before = os.umask(0)
    try:

        async def story(database: Database) -> None:
            await database.write(keep("a"))
            for file in path.parent.iterdir():
                assert file.stat().st_mode & 0o077 == 0, file

        run(path, story)
    finally:
        os.umask(before)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_it_is_set_up_to_lose_nothing(path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}

    async def story(database: Database) -> None:
        def look(c: Connection) -> dict[str, object]:
            return {name: c.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

        assert await database.read(look) == wanted

    assert run(path, story) == []


def test_what_is_written_is_there_for_the_next_run(path: Path) -> None:
    run(path, lambda database: database.write(keep("a", "kept")))

    async def story(database: Database) -> None:
        assert await database.read(lambda c: drafts.load(c, "a")) == "kept"

    run(path, story)
    assert not path.with_name("deepchat.db-wal").exists()


def test_a_write_that_fails_changes_nothing(path: Path) -> None:
    async def story(database: Database) -> None:
        def half(c: Connection) -> None:
            drafts.keep(c, "a", "half", NOW_MS)
            raise LookupError("on purpose")

        with pytest.raises(LookupError, match="on purpose"):
            await database.write(half)
        assert await database.read(lambda c: drafts.load(c, "a")) in (None, "")
        await database.write(keep("b"))

    run(path, story)


def test_who_is_cancelled_has_it_written_all_the_same(path: Path) -> None:
    async def story(database: Database) -> None:
        for number in range(20):
            task = asyncio.ensure_future(database.write(keep(f"n{number}")))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        found = await database.read(lambda c: [drafts.load(c, f"n{number}") for number in range(20)])
        assert found == ["words"] * 20

    run(path, story)


def test_what_was_handed_over_is_written_when_nobody_closes_it(path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import asyncio, sys; from pathlib import Path; from deepchat.store.database import Database; "
        "from deepchat.store import drafts\n"
        "async def main():\n"
        f"    database = await Database.open(Path(sys.argv[1]), now_ms={NOW_MS})\n"
        "    [database.submit(lambda c, n=n: drafts.keep(c, f'n{n}', 'words', 1)) for n in range(50)]\n"
        "asyncio.run(main())"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=30)
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("SELECT count(*) FROM draft").fetchone() == (50,)


def test_two_programs_write_without_a_locked_error(path: Path) -> None:
    async def both() -> int:
        one, other = [await Database.open(path, now_ms=NOW_MS) for _ in range(2)]
        async with asyncio.TaskGroup() as group:
            for number in range(60):
                group.create_task(one.write(keep(f"one{number}")))
                group.create_task(other.write(keep(f"other{number}")))
        count = await one.read(lambda c: int(c.execute("SELECT count(*) FROM draft").fetchone()[0]))
        await one.close()
        await other.close()
        return count

    assert asyncio.run(both()) == 120


def test_a_writer_that_hangs_is_not_waited_for_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepchat.store.locks.LONGEST_WAIT_S", 0.05)

    async def story(database: Database) -> None:
        with WriterLock(path.with_name("deepchat.db.lock")), pytest.raises(StoreError, match="too long"):
            await database.write(keep("a"))
        await database.write(keep("a"))

    run(path, story)


def test_a_full_store_says_so_and_works_again_when_there_is_room(path: Path) -> None:
    async def story(database: Database) -> None:
        pages = await database.read(lambda c: int(c.execute("PRAGMA page_count").fetchone()[0]))
        await database.read(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        with pytest.raises(StoreFull) as full:
            await database.write(keep("a", "x" * 1_000_000))
        assert "make room" in full.value.hint
        await database.write(keep("a", "x" * 1_000_000))

    run(path, story)


def test_a_newer_store_is_only_read(path: Path) -> None:
    run(path, nothing)
    with closing(sqlite3.connect(path)) as c:
        c.execute("PRAGMA user_version = 99")

    async def story(database: Database) -> None:
        assert database.read_only
        with pytest.raises(StoreReadOnly):
            await database.write(keep("a"))
        await database.read(lambda c: drafts.load(c, "a"))

    assert "newer" in run(path, story)[0]


def test_another_programs_file_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as c:
        c.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        run(path, nothing)
    assert path.read_bytes() == before


def test_a_store_that_is_deleted_while_it_is_open_is_begun_anew_aloud(path: Path) -> None:
    async def story(database: Database) -> None:
        await database.write(keep("a"))
        for file in path.parent.glob("deepchat.db*"):
            if not file.name.endswith((".lock", ".open")):
                file.unlink()
        await database.write(keep("b"))
        assert await database.read(lambda c: drafts.load(c, "b")) == "words"

    assert "moved or deleted" in run(path, story)[0]


def test_a_folder_that_can_not_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError):
        run(tmp_path / "data" / "deepchat.db", nothing)


def test_an_empty_file_is_a_new_store_and_backups_are_named(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert run(path, nothing) == []
    copy = path.parent / "backups" / "mine.db"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    path.unlink()
    path.touch()
    assert "deepchat restore" in run(path, nothing)[0]
