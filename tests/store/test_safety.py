"""Copies, damage, other versions, locks: nothing that can be read is lost, and nothing is deleted to save it."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.errors import StoreError, StoreFull
from deepchat.store import backup, conversations
from deepchat.store.database import Database
from deepchat.store.locks import ConversationLock
from deepchat.store.migrations import STEPS, m001, m002, m003, m004, m005, migrate, version_of
from deepchat.store.restoring import restore
from deepchat.store.surroundings import file_system_of, why_not_logged_ahead

NOW_MS = 1_750_000_000_000
MANY = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deepchat.db"


def fill(path: Path, many: int = MANY) -> None:
    """A conversation with so many messages, whose words are in pages of their own."""

    async def write() -> None:
        database = await Database.open(path, now_ms=NOW_MS)
        tree = Tree(Node("root", None, system(""), 1))
        for name, text in said(many).items():
            tree.add(Node(name, tree.leaf.id, user(text), 1))
        await database.write(lambda c: conversations.create(c, Conversation("talk", tree, 1, "A long talk")))
        await database.close()

    asyncio.run(write())


def said(many: int) -> dict[str, str]:
    """What `fill` says, by the names of its messages."""
    return {f"m{number}": f"message {number} " + "words " * 100 for number in range(many)}


def found(path: Path) -> tuple[dict[str, str], list[str]]:
    """Every message that is there by its name, and what the user is told."""

    async def read() -> tuple[dict[str, str], list[str]]:
        database = await Database.open(path, now_ms=NOW_MS)
        try:
            talks = await database.read(conversations.recent)
            loaded = [await database.read(lambda c, t=talk: conversations.load(c, t.id)) for talk in talks]
        finally:
            await database.close()
        return {node.id: node.message.text for talk in loaded for node in talk.tree}, database.notices

    return asyncio.run(read())


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def lose_header(path: Path) -> None:
    overwrite(path, 0, b"\0" * 100)


def zero(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def write_something_else(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1_000)


@pytest.mark.parametrize("damage", [zero, write_something_else])
def test_what_is_no_database_any_more_is_kept_and_a_new_one_begun(path: Path, damage: Callable[[Path], None]) -> None:
    fill(path)
    damage(path)
    broken = path.read_bytes()
    words, notices = found(path)
    assert words == {}
    assert "damaged" in notices[0]
    assert [file.read_bytes() for file in path.parent.glob("deepchat.db.corrupt-*")] == [broken]


def test_a_file_without_its_header_is_read_all_the_same(path: Path) -> None:
    fill(path)
    lose_header(path)
    words, notices = found(path)
    assert len(words) == MANY + 1
    assert f"1 conversation with {MANY + 1:,} messages" in notices[0]


def test_a_damaged_table_of_tables_is_read_around(path: Path) -> None:
    fill(path)
    overwrite(path, 100, b"\xff" * 8)
    words, notices = found(path)
    assert "kept as" in notices[0]
    assert {name: text for name, text in words.items() if name != "root"} == said(MANY)


def test_damage_in_the_middle_hides_only_what_it_hit(path: Path) -> None:
    fill(path)
    size = path.stat().st_size
    for at in range(size // 2, size // 2 + 3 * 4096, 4096):
        overwrite(path, at // 4096 * 4096, b"\xa5" * 4096)
    from deepchat.store.salvage import salvage

    aside = backup.keep_aside(path, "corrupt-1")
    saved = salvage(aside, path, NOW_MS)
    words, _ = found(path)
    assert MANY * 0.9 < saved.rows["message"] <= MANY + 1
    assert len(words) >= MANY * 0.9
    assert all(said(MANY)[name] == text for name, text in words.items() if name[0] == "m")


def test_half_a_file_is_read_as_far_as_it_goes(path: Path) -> None:
    fill(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)
    from deepchat.store.salvage import salvage

    aside = backup.keep_aside(path, "corrupt-1")
    left = path.read_bytes()
    salvage(aside, path, NOW_MS)
    words, _ = found(path)
    there = {name: text for name, text in said(MANY).items() if text.encode() in left}
    assert there
    assert {name: text for name, text in words.items() if name != "root"} == there


def test_a_copy_is_made_while_it_is_in_use_and_taken_back_later(path: Path, tmp_path: Path) -> None:
    fill(path, 3)
    copy = tmp_path / "copies" / "mine.db"

    async def story() -> None:
        database = await Database.open(path, now_ms=NOW_MS)
        await database.read(lambda c: backup.back_up(c, copy))
        with pytest.raises(StoreError, match="already"):
            await database.read(lambda c: backup.back_up(c, copy))
        with pytest.raises(StoreError, match="open"):
            restore(copy, path, NOW_MS)
        await database.write(lambda c: conversations.rename(c, "talk", "Renamed"))
        await database.close()

    asyncio.run(story())
    assert copy.stat().st_mode & 0o077 == 0
    old = restore(copy, path, NOW_MS)
    assert old
    for file, title in ((path, "A long talk"), (old, "Renamed")):
        with closing(sqlite3.connect(file)) as c:
            assert c.execute("SELECT title FROM conversation").fetchone() == (title,)
    assert len(found(path)[0]) == 4


def make_nothing(copy: Path) -> None:
    assert not copy.exists()


def make_another_programs(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as c:
        c.execute("CREATE TABLE theirs (x)")


def make_damaged(copy: Path) -> None:
    fill(copy)
    overwrite(copy, 8 * 4096, b"\xa5" * 40_960)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_nothing, "not there"),
        (write_something_else, "no copy"),
        (make_another_programs, "no copy of DeepChat"),
        (make_damaged, "damaged"),
    ],
)
def test_what_is_no_whole_copy_is_not_taken_back(
    path: Path, tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    fill(path, 3)
    before = path.read_bytes()
    make(tmp_path / "copy.db")
    with pytest.raises(StoreError, match=words):
        restore(tmp_path / "copy.db", path, NOW_MS)
    assert path.read_bytes() == before


NEXT_STEP = ("ALTER TABLE meta ADD COLUMN more TEXT", "INSERT INTO meta (key, value, more) VALUES ('two', '2', '3')")


def test_a_new_version_comes_whole_or_not_at_all_and_after_a_copy(path: Path, tmp_path: Path) -> None:
    fill(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for moment in (NOW_MS, NOW_MS + 1):
            with pytest.raises(StoreError, match=r"could not be brought to version .* as it was") as told:
                migrate(c, path, tmp_path / "copies", moment, (*STEPS, NEXT_STEP, ("SELECT * FROM nowhere",)))
            assert "report it" in told.value.hint
        assert version_of(c) == len(STEPS)
        assert list((tmp_path / "copies").iterdir()) == []
        assert c.execute("SELECT count(*) FROM meta WHERE key = 'two'").fetchone() == (0,)
        copy = migrate(c, path, tmp_path / "copies", NOW_MS, (*STEPS, NEXT_STEP))
        assert version_of(c) == len(STEPS) + 1
        assert migrate(c, path, tmp_path / "copies", NOW_MS + 2, (*STEPS, NEXT_STEP)) is None
    assert copy
    with closing(sqlite3.connect(copy)) as c:
        assert version_of(c) == len(STEPS)


def test_without_room_for_a_copy_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path, 3)

    def full(_path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=1)

    monkeypatch.setattr("shutil.disk_usage", full)
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        with pytest.raises(StoreFull, match="room"):
            migrate(c, path, path.parent, NOW_MS, (*STEPS, NEXT_STEP))
        assert version_of(c) == len(STEPS)


@pytest.mark.parametrize(
    ("step", "was"),
    [
        (m001, "7e7b813ba5b82f0c"),
        (m002, "264bb8cdaa79b0ee"),
        (m003, "333e26590097dad4"),
        (m004, "81d6f61dee197204"),
        (m005, "0b673fcb12523f77"),
    ],
)
def test_what_was_released_never_changes(step: ModuleType, was: str) -> None:
    """Once a version is out, its statements stay: what comes later is a step of its own."""
    said = hashlib.sha256("\n".join(" ".join(line.split()) for line in step.STATEMENTS).encode()).hexdigest()
    assert said[:16] == was


def hold(folder: Path, name: str, holding: Event, end: Event) -> None:
    assert ConversationLock(folder, name).acquire()
    holding.set()
    end.wait()


def test_a_conversation_is_held_by_one_program_and_freed_when_that_dies(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    holding, end = spawn.Event(), spawn.Event()
    other = spawn.Process(target=hold, args=(tmp_path, "talk", holding, end))
    other.start()
    assert holding.wait(30)
    mine = ConversationLock(tmp_path, "talk")
    assert not mine.acquire()
    assert mine.holder() == other.pid
    assert ConversationLock(tmp_path, "another").acquire()
    other.kill()
    other.join()
    assert mine.acquire()
    assert mine.acquire()
    mine.release()
    assert not (tmp_path / "talk").exists()


def test_where_no_lock_can_be_kept_that_is_said_and_not_that_another_holds_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere/talk can't be used: no such file"):
        ConversationLock(tmp_path / "nowhere", "talk").acquire()


def test_network_and_synced_folders_are_known(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "36 35 98:0 / / rw - ext4 /dev/root rw\n"
        f"37 36 0:42 / {tmp_path}/my\\040share rw,relatime shared:1 - nfs4 server:/home rw\n"
        "broken line\n"
    )
    assert file_system_of(tmp_path / "my share" / "x.db", mounts) == "nfs4"
    assert file_system_of(tmp_path / "mine" / "x.db", mounts) == "ext4"
    assert file_system_of(tmp_path, tmp_path / "missing") == ""
    assert "Dropbox" in why_not_logged_ahead(Path("/home/me/Dropbox/deepchat.db"))
