"""Drafts on a full disk: how often it is told, and whose words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreFull
from deepchat.tui import left_behind
from deepchat.tui.bridge import Bridge
from deepchat.tui.starting import Start
from deepchat.workspace.workspace import Workspace
from tests.store.full_disk import FullDisk, open_without_room
from tests.tui.earlier import keep
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")
KEPT_HERE = "what you write stays here, but can't be kept: the disk is full"


async def test_that_there_is_no_room_is_told_once_until_there_is_some(monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated() as seat:
        drafts, held, disk = seat.stage.desk.drafts, seat.stage.front, FullDisk(monkeypatch)
        for _ in range(2):
            with pytest.raises(StoreFull, match=KEPT_HERE):
                await drafts.keep_as_typed(held, "half")
            await drafts.keep_as_typed(held, "half a")
            disk.takes = {"free", "end"}
            await drafts.keep_as_typed(held, "half a thought")
            disk.takes = set()
        disk.takes = {"free", "end"}


async def test_at_the_end_the_words_of_all_conversations_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated() as seat:
        drafts, first = seat.stage.desk.drafts, seat.stage.front
        await seat.say("/new")
        await seat.until(lambda: seat.stage.front is not first)
        first.draft, seat.stage.front.draft = "one", "two"
        disk = FullDisk(monkeypatch)
        with pytest.raises(StoreFull, match=r"what you wrote is not kept:\n\none\n\ntwo$"):
            await seat.stage.desk.bridge.call(lambda: drafts.keep_all([first, seat.stage.front]))
        disk.takes = {"free", "end"}


def write_before_it_opens(words: str) -> BaseException | None:
    """What went wrong."""
    bridge = Bridge(Workspace())
    left_behind.keep(bridge, Start(), words)
    bridge.close()
    return bridge.failure


async def test_words_of_a_conversation_that_never_opened_are_told_when_no_disk_takes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    open_without_room(monkeypatch)
    assert "what you wrote is not kept:\n\nOne?" in str(write_before_it_opens("One?"))


async def test_words_that_were_left_before_stand_beside_them_and_only_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert write_before_it_opens("half a thought") is None
    disk = FullDisk(monkeypatch)
    disk.takes = {"end"}
    assert write_before_it_opens("One?") is None
    with closing(sqlite3.connect(tmp_path / "home" / "data" / "deepchat.db")) as c:
        assert c.execute("SELECT words FROM draft ORDER BY words").fetchall() == [("One?",), ("half a thought",)]
