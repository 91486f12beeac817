"""Copies of the store: one a week, of what is whole and not empty."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreDamaged
from deepchat.store import backup, conversations
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation

DAY_MS = 86_400_000
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deepchat.db"


def copied_on(days: tuple[int, ...], c: sqlite3.Connection, path: Path) -> list[int]:
    """The days of the copies that are there after there could be one on each of these days."""
    folder = path.with_name("copies")
    for day in days:
        backup.back_up_weekly(c, path, folder, NOW_MS + day * DAY_MS)
    return sorted((int(copy.stem.removeprefix("weekly-")) - NOW_MS) // DAY_MS for copy in folder.glob("*"))


def test_a_copy_is_made_every_week_and_three_are_kept(path: Path) -> None:
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", "Hello"))
        assert copied_on(tuple(range(60)), c, path) == [42, 49, 56]


def test_a_copy_that_is_dated_in_the_future_does_not_drive_out_the_others(path: Path) -> None:
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", "Hello"))
        assert copied_on((0, 7, 14, 3650, 15, 16, 21), c, path) == [7, 14, 21, 3650]


def test_of_an_empty_store_no_weekly_copy_is_made(path: Path) -> None:
    with closing(opened(path)) as c:
        assert copied_on((0,), c, path) == []


def test_of_a_damaged_store_no_copy_is_made_and_it_is_said_which_one_is_damaged(path: Path) -> None:
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", *["words " * 100] * 200))
    content = path.read_bytes()
    pages = [at for at in range(0, len(content), PAGE) if content[at : at + PAGE].count(b"words ") > 300]
    with path.open("r+b") as file:
        file.seek(pages[len(pages) // 2])
        file.write(b"\xa5" * PAGE)

    with closing(opened(path)) as c, pytest.raises(StoreDamaged, match=r"deepchat\.db is damaged"):
        backup.back_up(c, path.with_name("copy.db"))
    assert not list(path.parent.glob("*copy*"))
