"""The store's file is moved, deleted or replaced by others; what was in it is not lost, nor is what took its place."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreError
from deepchat.store import backup, drafts
from deepchat.store.database import Connection, Database
from deepchat.store.restoring import restore

NOW_MS = 1_750_000_000_000
MANY = 300
"""Drafts that need pages which another store's log would write over."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "deepchat.db"


async def begin(path: Path, *names: str) -> Database:
    """A store that is open, and has drafts of these names."""
    database = await Database.open(path, now_ms=NOW_MS)

    def write(c: Connection) -> None:
        for name in names:
            drafts.keep(c, name, f"words of {name}", NOW_MS)

    await database.write(write)
    return database


def kept(path: Path) -> set[str]:
    """The names of drafts in a store that is whole."""
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {str(name) for (name,) in c.execute("SELECT conversation FROM draft")}


async def write(database: Database, name: str) -> None:
    await database.write(lambda c: drafts.keep(c, name, "words", NOW_MS))


def delete_file(path: Path) -> None:
    path.unlink()


def take_place(other: Path, path: Path) -> None:
    other.replace(path)


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("lose", [delete_file, delete_folder, move_folder])
def test_a_store_that_is_gone_is_written_again_with_all_it_had(path: Path, lose: Callable[[Path], None]) -> None:
    async def story() -> list[str]:
        database = await begin(path, "a", "b")
        lose(path)
        await write(database, "after")
        await database.close()
        return database.notices

    assert "moved or deleted" in asyncio.run(story())[0]
    assert kept(path) == {"a", "b", "after"}
    assert path.stat().st_mode & 0o077 == 0


def test_a_store_that_took_its_place_is_not_written_over_by_the_old_log(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    new = {f"new{number}" for number in range(MANY)}

    async def story() -> list[str]:
        await (await begin(other, *new)).close()
        database = await begin(path, "a", "b")
        take_place(other, path)
        await write(database, "after")
        await database.close()
        return database.notices

    assert "was replaced" in asyncio.run(story())[0]
    assert kept(path) == new | {"after"}
    (old,) = path.parent.glob("deepchat.db.replaced-*")
    assert kept(old) == {"a", "b"}


def test_two_programs_that_lose_their_file_both_write_into_the_new_one(path: Path) -> None:
    async def story() -> None:
        one, other = await begin(path, "a"), await begin(path, "b")
        delete_file(path)
        await asyncio.gather(write(one, "one"), write(other, "other"))
        await one.close()
        await other.close()

    asyncio.run(story())
    assert kept(path) == {"a", "b", "one", "other"}


def delete(path: Path, *ends: str) -> None:
    for end in ends:
        path.with_name(path.name + end).unlink()


def die(path: Path, folder: Path) -> Path:
    """The store as a program leaves it on disk that dies now."""
    folder.mkdir()
    # Not by this program: whoever closes a file lets go of all the locks that it has on it.
    subprocess.run(["cp", *path.parent.glob("deepchat.db*"), folder], check=True, timeout=60)
    return folder / path.name


@pytest.mark.parametrize("lost", [("-wal",), ("-shm",), ("-wal", "-shm")], ids="".join)
def test_words_in_a_log_that_is_deleted_are_not_lost(path: Path, tmp_path: Path, lost: tuple[str, ...]) -> None:
    async def story() -> list[str]:
        database = await begin(path, "a", "b")
        delete(path, *lost)
        await write(database, "after")
        assert kept(die(path, tmp_path / "dead")) == {"a", "b", "after"}
        await database.close()
        return database.notices

    assert "log" in asyncio.run(story())[0]
    assert kept(path) == {"a", "b", "after"}
    assert not list(path.parent.glob("*replaced*"))


@pytest.mark.parametrize("lost", [("-wal",), ("-shm",), ("-wal", "-shm")], ids="".join)
def test_two_programs_that_lose_their_log_both_write_on(path: Path, tmp_path: Path, lost: tuple[str, ...]) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    async def story() -> None:
        database = await begin(path, "a")
        command = (sys.executable, "-m", "tests.store.driver_on_cue", str(path), "other", "later")
        other = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert other.stdin
        assert other.stdout
        assert await other.stdout.readline() == b"other\n"
        delete(path, *lost)
        await write(database, "after")
        assert kept(die(path, first)) == {"a", "other", "after"}
        other.stdin.write(b"\n")
        assert await other.stdout.readline() == b"later\n"
        await write(database, "last")
        assert kept(die(path, second)) == {"a", "other", "after", "later", "last"}
        other.stdin.close()
        await other.wait()
        await database.close()

    asyncio.run(story())
    assert kept(path) == {"a", "other", "after", "later", "last"}


def test_a_log_that_another_program_has_begun_is_not_written_over(path: Path) -> None:
    async def story() -> list[str]:
        database = await begin(path, "a")
        await database.read(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        await write(database, "b")
        delete(path, "-wal", "-shm")
        command = (sys.executable, "-m", "tests.store.driver_on_cue", str(path), "other")
        other = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert other.stdout
        assert await other.stdout.readline() == b"other\n"
        await write(database, "after")
        await other.communicate(b"")
        await database.close()
        return database.notices

    assert "log" in asyncio.run(story())[0]
    assert kept(path) == {"a", "other", "after"}
    (old,) = path.parent.glob("deepchat.db.replaced-*")
    assert kept(old) == {"a", "b"}


def crash(path: Path, *names: str) -> None:
    """Leave a store as a program that dies leaves it: all of its words in the log."""

    async def story() -> None:
        database = await begin(path.with_name("alive.db"), *names)
        for end in ("", "-wal"):
            shutil.copy(path.with_name(f"alive.db{end}"), path.with_name(f"deepchat.db{end}"))
        await database.close()

    asyncio.run(story())


@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
def test_a_log_without_its_file_is_read(path: Path, empty: bool) -> None:
    crash(path, "a", "b")
    if empty:
        os.truncate(path, 0)
    else:
        path.unlink()

    async def story() -> list[str]:
        database = await begin(path, "after")
        await database.close()
        return database.notices

    assert "its log was there" in asyncio.run(story())[0]
    assert kept(path) == {"a", "b", "after"}


def test_a_journal_of_the_old_store_does_not_stay_beside_a_restored_one(path: Path, tmp_path: Path) -> None:
    async def story() -> None:
        database = await begin(path, "a")
        await database.read(lambda c: backup.back_up(c, tmp_path / "copy.db"))
        await database.close()

    asyncio.run(story())
    path.with_name("deepchat.db-journal").write_bytes(b"half of a transaction")
    restore(tmp_path / "copy.db", path, NOW_MS)
    assert not path.with_name("deepchat.db-journal").exists()
    assert kept(path) == {"a"}


def test_two_copies_that_are_restored_at_one_moment_keep_both_old_stores(path: Path, tmp_path: Path) -> None:
    async def story() -> None:
        database = await begin(path, "a")
        await database.read(lambda c: backup.back_up(c, tmp_path / "copy.db"))
        await database.close()

    asyncio.run(story())
    olds = {restore(tmp_path / "copy.db", path, NOW_MS) for _ in range(2)}
    assert len(olds) == 2
    assert all(old and kept(old) == {"a"} for old in olds)


def test_a_damaged_store_is_not_replaced_under_another_program(path: Path) -> None:
    async def story() -> None:
        other = await begin(path, "a")
        await other.read(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        with path.open("r+b") as file:
            file.write(b"\0" * 100)
        with pytest.raises(StoreError, match="another DeepChat has it open"):
            await Database.open(path, now_ms=NOW_MS)
        await other.close()

    asyncio.run(story())
    assert not list(path.parent.glob("*corrupt*"))


def test_once_it_is_closed_nothing_waits_for_ever(path: Path) -> None:
    async def story() -> None:
        database = await begin(path, "a")
        await database.close()
        async with asyncio.timeout(60):
            await database.close()
            with pytest.raises(StoreError, match="closed"):
                await write(database, "b")

    asyncio.run(story())
