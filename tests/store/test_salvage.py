"""What is read around damage: as much as is there, from a copy, and nothing half-made takes the old one's place."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreError
from deepchat.store import drafts
from deepchat.store.database import Connection, Database
from deepchat.store.salvage import is_whole, mend, salvage
from tests.store.opening import leave_in_the_log

MANY = 400
NOW_MS = 1_780_000_000_000
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deepchat.db"


def fill(path: Path) -> None:
    async def story() -> None:
        database = await Database.open(path, now_ms=1)

        def write(c: Connection) -> None:
            for number in range(MANY):
                drafts.keep(c, f"n{number:04}", f"draft {number} " * 40, NOW_MS)

        await database.write(write)
        await database.close()

    asyncio.run(story())


def damage_page_with(path: Path, words: bytes) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(words) // PAGE * PAGE
    content[at : at + PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(c.execute("SELECT count(*) FROM draft").fetchone()[0])


def test_a_table_without_row_numbers_loses_only_the_page_that_is_damaged(path: Path) -> None:
    fill(path)
    damage_page_with(path, b"draft 200 ")
    mend(path, 1)
    assert MANY - 20 <= count(path) < MANY


@pytest.mark.parametrize("part", ["", "-wal"])
def test_the_damaged_store_is_kept_as_it_was_found(path: Path, part: str) -> None:
    leave_in_the_log(path, "in the log")
    before = Path(f"{path}{part}").read_bytes()
    mend(path, 1)
    assert Path(f"{path}.corrupt-1{part}").read_bytes() == before
    assert count(path) == 1
    assert not Path(f"{path}-wal").exists()


def test_who_dies_while_he_salvages_leaves_everything_for_the_next_start(path: Path) -> None:
    fill(path)
    with path.open("r+b") as file:
        file.write(b"\0" * 100)
    broken = path.read_bytes()
    program = (
        "import os, sys; from pathlib import Path; from deepchat.store import salvage\n"
        "salvage.take_place = lambda made, path: os._exit(9)\n"
        "salvage.mend(Path(sys.argv[1]), 1)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False, timeout=60).returncode == 9
    assert path.read_bytes() == broken

    async def start() -> list[str]:
        database = await Database.open(path, now_ms=2)
        await database.close()
        return database.notices

    assert "damaged" in asyncio.run(start())[0]
    assert count(path) == MANY


def test_where_a_file_has_one_name_only_a_copy_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    fill(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "link", refuse)
    mend(path, 1)
    kept = Path(f"{path}.corrupt-1")
    assert kept.read_bytes() == before
    assert kept.stat().st_mode & 0o077 == 0
    assert count(path) == MANY


def test_a_newer_store_is_not_mended_by_an_older_program(path: Path) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as c:
        c.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        mend(path, 1)
    assert path.read_bytes() == before


def test_a_store_is_whole_until_a_page_of_it_is_damaged(path: Path) -> None:
    fill(path)
    assert is_whole(path)
    with path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"x" * 3 * 4096)
    assert not is_whole(path)


def test_nothing_is_left_of_the_work(path: Path) -> None:
    fill(path)
    salvage(path, path, 1)
    # The writer's lock and the sign of use stay from when it was open.
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.lock", f"{path.name}.open"}
    assert count(path) == MANY


def test_of_an_empty_file_nothing_comes_over(path: Path) -> None:
    path.write_bytes(b"")
    assert "0 conversations" in mend(path, 1)
    assert count(path) == 0
