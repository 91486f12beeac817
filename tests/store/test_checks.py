"""What the store's place is like: how much room is there, and who may look into it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from deepchat.store.checks import look, look_around
from tests.store.opening import opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "deepchat.db"
    opened(path).close()
    path.chmod(0o600)
    return path


def test_a_new_store_lacks_nothing(path: Path) -> None:
    with closing(opened(path)) as c:
        health = look(c)
    assert (health.faults, health.messages, health.orphans, health.is_logged_ahead) == ((), 0, 0, True)


def test_the_room_that_a_weekly_copy_needs_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def some(_path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=1000)

    monkeypatch.setattr("shutil.disk_usage", some)
    place = look_around(path)
    assert (place.bytes, place.free_bytes) == (path.stat().st_size, 1000)
    assert place.copy_needs_bytes == 5 * place.bytes


def test_files_beside_it_that_others_can_look_into_are_named(path: Path) -> None:
    assert look_around(path).seen_by_others == ()
    left, copies = path.with_name("deepchat.db.before-restore-1"), path.parent / "backups"
    left.write_text("words")
    left.chmod(0o604)
    copies.mkdir(mode=0o755)
    assert look_around(path).seen_by_others == (copies, left)
