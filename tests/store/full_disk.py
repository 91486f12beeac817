"""A full disk, as the store tells of it."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from deepchat.errors import StoreFull
from deepchat.store import opening
from deepchat.store.database import Database, Room, T, Work
from deepchat.store.opening import Opened


class FullDisk:
    """From now on no store has room but for what is said here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.takes: set[Room] = set()
        submit = Database.submit

        def submit_if_there_is_room(database: Database, work: Work[T], room: Room = "free") -> Future[T]:
            if room not in self.takes:
                raise _full()
            return submit(database, work, room)

        monkeypatch.setattr(Database, "submit", submit_if_there_is_room)


def open_without_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on there is not even room to open a store but for reading."""

    def fail(*given: object) -> Opened:
        raise _full()

    monkeypatch.setattr(opening, "_open_or_mend", fail)


def _full() -> StoreFull:
    return StoreFull("the disk is full", "make room")
