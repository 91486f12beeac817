"""A store on a full disk: it is read, its log and its older tables too, and written again when there is room."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.store.database import Database
from tests.store.opening import leave_first_version, leave_in_the_log
from tests.store.test_opening import leave

FULL = """
import asyncio, resource, sys
from pathlib import Path
from deepchat.errors import StoreFull
from deepchat.errors import StoreError
from deepchat.store import drafts
from deepchat.store.database import Database

soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)


async def keep(database, words):
    try:
        await database.write(lambda c: drafts.keep(c, "a", words, 1))
    except StoreFull:
        print("full")
    print(database.read_only, await database.read(lambda c: drafts.load(c, "a")), len(database.notices))


async def main():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    database = await Database.open(Path(sys.argv[1]), now_ms=1, read_only=len(sys.argv) > 2)
    print(await database.read(lambda c: drafts.load(c, "a")), *database.notices)
    if len(sys.argv) == 2:
        await keep(database, "lost")
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await keep(database, "after")
    await database.close()

asyncio.run(main())
"""


def without_room(path: Path, *more: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), *more], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_on_a_full_disk_it_is_read_and_written_again_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"
    asyncio.run(leave(path))
    assert without_room(path) == [
        f"words the store {path} is only read: there is no room to write",
        "full",
        "True words 1",
        "False after 2",
    ]


@pytest.mark.parametrize("more", [(), ("read only",)])
def test_on_a_full_disk_its_log_is_read_too(tmp_path: Path, more: tuple[str, ...]) -> None:
    path = tmp_path / "deepchat.db"
    leave_in_the_log(path, "newest")
    assert without_room(path, *more)[0].startswith("newest the store")


def test_a_store_of_a_newer_program_that_is_only_read_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"
    asyncio.run(leave(path))
    with closing(sqlite3.connect(path)) as c:
        c.execute("PRAGMA user_version = 99")

    async def story() -> list[str]:
        database = await Database.open(path, now_ms=1, read_only=True)
        await database.close()
        return database.notices

    assert asyncio.run(story()) == [f"the store {path} was made by a newer DeepChat, so it is only read"]


def test_on_a_full_disk_an_older_store_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"
    leave_first_version(path)
    assert without_room(path) == [
        f"words the store {path} is only read: there is no room to write",
        "full",
        "True words 1",
        "False after 3",
    ]
