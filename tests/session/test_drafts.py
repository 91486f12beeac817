"""What was written where nothing was asked is found by the next conversation: all of it, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.session.drafts import Drafts
from deepchat.store.database import Database
from tests.store.full_disk import FullDisk


async def test_words_that_can_not_be_moved_for_want_of_room_are_found_once_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(tmp_path / "deepchat.db", now_ms=1)
    drafts = Drafts(database)
    await drafts.keep("earlier", "half a thought", 1)
    disk = FullDisk(monkeypatch)
    disk.takes = {"end"}
    assert await drafts.take_up("full", tmp_path) == ""
    await drafts.keep("full", "another one", 2, at_end=True)
    disk.takes = {"free", "end"}
    found: list[str] = []
    for start in range(4):
        found.append(await drafts.take_up(f"start {start}", tmp_path))
        await drafts.keep(f"start {start}", "", 3)  # it was sent
    await database.close()
    assert found == ["another one", "half a thought", "", ""]
