"""The store of a run: opened when it is needed, mended after a crash, tidied up at its end."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Leg
from deepchat.conversation.message import assistant, user
from deepchat.conversation.tree import Node
from deepchat.errors import ConfigError, ConversationBusy, StoreError
from deepchat.session.budget import NO_BUDGETS
from deepchat.session.chat import Chat
from deepchat.store import journal, turns
from deepchat.store.database import Database
from deepchat.store.locks import ConversationLock, FileLock, use_of
from deepchat.workspace.keeping import Keeping
from tests.cli.saved import DAY_MS, talk


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def keeping_in(data: Path, days: int = 30) -> Keeping:
    return Keeping(data, [], lambda: days)


def modes_in(data: Path) -> dict[str, int]:
    """Who may do what with the folder of data, and with all that is in it."""
    return {path.name: path.stat().st_mode & 0o777 for path in (data, *data.glob("*"))} if data.exists() else {}


async def crash(data: Path, title: str = "Rust") -> str:
    """A program that dies while an answer comes; gives the conversation's id."""
    keeping = keeping_in(data)
    keeping.tidies = False
    async with keeping:
        database = await keeping.database()
        kept = talk(title)
        question = Node(new_id(), kept.tree.root_id, user("What is a lifetime?"), kept.created_ms)
        answer = Node(new_id(), question.id, assistant(""), kept.created_ms, "streaming")
        await database.write(lambda c: turns.begin(c, kept, [question], answer))
    return kept.id


async def test_nothing_is_opened_that_is_not_needed(data: Path) -> None:
    async with keeping_in(data):
        pass
    assert modes_in(data) == {}


async def test_all_of_it_is_the_users_alone(data: Path) -> None:
    async with keeping_in(data) as keeping:
        await (await keeping.library()).add(talk("Oslo", "a"))
    modes = modes_in(data)
    assert {modes[name] for name in ("data", "locks", "backups")} == {0o700}
    assert modes["deepchat.db"] == 0o600


async def test_an_answer_that_was_cut_off_is_recovered_once_and_told_of(data: Path) -> None:
    conversation = await crash(data)
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        clock = time.strftime("%H:%M", time.localtime(1_795_262_400))
        assert keeping.notices == [
            f"recovered an answer that was cut off at {clock} in «Rust» ({conversation})",
        ]
        assert (await library.load(conversation)).tree.leaf.state == "interrupted"
    async with keeping_in(data) as keeping:
        await keeping.database()
        assert keeping.notices == []


async def crash_unreadably(data: Path) -> str:
    """The same, and a page of what was heard of the answer is damaged afterwards."""
    conversation = await crash(data, "Broken")
    keeping = keeping_in(data)
    database = await Database.open(keeping.file, now_ms=1)
    leg = Leg("leg", "lab", "some/model", 1)
    ((_, message),) = await database.read(turns.unfinished)
    await database.write(lambda c: turns.open_leg(c, conversation, message, leg))
    for _ in range(200):
        await database.write(lambda c: journal.append(c, "leg", [("text", "heard " * 50)]))
    await database.close()
    content = bytearray(keeping.file.read_bytes())
    pages = [at for at in range(0, len(content), 4096) if content[at : at + 4096].count(b"heard ") > 300]
    at = pages[len(pages) // 2]
    content[at : at + 4096] = b"\xaa" * 4096
    keeping.file.write_bytes(content)
    return conversation


async def test_an_answer_that_cannot_be_recovered_stands_in_nobodys_way(data: Path) -> None:
    broken, whole = await crash_unreadably(data), await crash(data)
    async with keeping_in(data) as keeping:
        assert {one.id for one in await (await keeping.library()).recent()} == {broken, whole}
        told = "\n".join(keeping.notices)
        assert f"cut off in {broken} can't be recovered: " in told
        assert f"in «Rust» ({whole})" in told


async def test_an_answer_that_another_program_is_hearing_is_left_alone(data: Path) -> None:
    conversation = await crash(data)
    lock = ConversationLock(data / "locks", conversation)
    assert lock.acquire()
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        assert keeping.notices == []
        assert (await library.load(conversation)).tree.leaf.state == "streaming"
        with pytest.raises(ConversationBusy):
            await library.trash.throw(conversation, 1)
    lock.release()


async def test_what_is_new_can_be_found_in_the_next_run(data: Path) -> None:
    async with keeping_in(data) as keeping:
        assert await (await keeping.library()).add(talk("Oslo", "Where is the lighthouse?"))
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        assert not await library.index(0)
        assert [hit.title for hit in await library.search("lighthouse")] == ["Oslo"]


async def test_what_was_in_the_trash_for_long_enough_is_erased(data: Path) -> None:
    now = time.time_ns() // 1_000_000
    async with keeping_in(data, days=10) as keeping:
        library = await keeping.library()
        for title, age in (("Old", 11), ("Young", 9)):
            await library.add(talk(title, "a"))
            await library.trash.throw((await library.one(title)).id, now - age * DAY_MS)
    async with keeping_in(data) as keeping:
        assert [one.title for one in await (await keeping.library()).trash.contents()] == ["Young"]


async def test_a_clock_that_is_wrong_for_one_run_does_not_empty_the_trash(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        await library.add(talk("Mine", "a"))
        await library.trash.throw((await library.one("mine")).id, now // 1_000_000)
    monkeypatch.setattr(time, "time_ns", lambda: now + 3650 * DAY_MS * 1_000_000)
    async with keeping_in(data) as keeping:
        await keeping.database()
    async with keeping_in(data) as keeping:
        assert [one.title for one in await (await keeping.library()).trash.contents()] == ["Mine"]


async def test_settings_that_cannot_be_read_erase_nothing(data: Path) -> None:
    def unknown() -> int:
        raise ConfigError("no such place")

    async with Keeping(data, [], unknown) as keeping:
        library = await keeping.library()
        await library.add(talk("Old", "a"))
        await library.trash.throw((await library.one("old")).id, 1)
    async with keeping_in(data, days=36_500) as keeping:
        assert [one.title for one in await (await keeping.library()).trash.contents()] == ["Old"]


async def test_what_can_be_tidied_is_tidied_whatever_else_fails(data: Path) -> None:
    def unknown() -> int:
        raise ConfigError("no such place")

    async with Keeping(data, [], unknown) as keeping:
        library = await keeping.library()
        await library.add(talk("Old", "a"))
        await library.trash.throw((await library.one("old")).id, 1)
    assert len(list((data / "backups").glob("weekly-*.db"))) == 1
    assert keeping.notices == ["the trash is left as it is: no such place"]


async def test_an_index_that_silently_finds_nothing_is_noticed_within_a_week(data: Path) -> None:
    async with keeping_in(data) as keeping:
        await (await keeping.library()).add(talk("Oslo", "Where is the lighthouse?"))
    for copy in (data / "backups").iterdir():
        copy.unlink()
    with closing(sqlite3.connect(keeping.file)) as c:
        c.execute("UPDATE found_data SET block = x'00ff' WHERE id = 10")
        c.commit()
    async with keeping_in(data) as keeping:
        assert await (await keeping.library()).search("lighthouse") == []
    for _ in range(2):
        async with keeping_in(data) as keeping:
            assert [hit.title for hit in await (await keeping.library()).search("lighthouse")] == ["Oslo"]


async def test_what_is_opened_twice_at_once_is_one_store(data: Path) -> None:
    async with keeping_in(data) as keeping:
        one, other = await asyncio.gather(keeping.database(), keeping.database())
        assert one is other
    assert FileLock(use_of(keeping.file)).acquire()


async def test_a_run_that_failed_is_closed_without_being_tidied(data: Path) -> None:
    async def fail() -> None:
        async with keeping_in(data) as keeping:
            await keeping.database()
            raise StoreError("on purpose")

    with pytest.raises(StoreError, match="on purpose"):
        await fail()
    assert "backups" not in modes_in(data)


async def test_a_store_in_use_is_not_replaced(data: Path, tmp_path: Path) -> None:
    async with keeping_in(data) as keeping:
        await (await keeping.library()).add(talk("Oslo", "a"))
        copy = await keeping.back_up(tmp_path / "copy.db")
        with pytest.raises(StoreError, match="has the store open"):
            keeping_in(data).put_back(copy)
    assert keeping_in(data).put_back(copy) is not None
    async with keeping_in(data) as keeping:
        assert [one.title for one in await (await keeping.library()).recent()] == ["Oslo"]


async def test_where_there_can_be_no_store_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigError, match="a file is in its place"):
        async with keeping_in(tmp_path / "data") as keeping:
            await keeping.database()


async def test_a_conversation_that_is_held_is_read_after_it_is_held(data: Path) -> None:
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        await library.add(talk("Oslo", "Where?", "There."))
        one = await library.one("oslo")
        chat = await library.hold(one.id, NO_BUDGETS)
        other: Chat = await library.hold(one.id, NO_BUDGETS)
        assert (chat.read_only, other.read_only) == (False, True)
        assert other.tree.leaf.message.text == "There."
        chat.close()
        other.close()


async def test_a_store_is_read_where_no_lock_can_be_kept(data: Path) -> None:
    async with keeping_in(data) as keeping:
        await (await keeping.library()).add(talk("Oslo", "a"))
    replace_by_file(data / "locks")
    async with keeping_in(data) as keeping:
        library = await keeping.library()
        assert [one.title for one in await library.recent()] == ["Oslo"]
        with pytest.raises(StoreError, match=r"locks/.* can't be used: not a directory"):
            await library.trash.throw((await library.latest()).id, 1)


def replace_by_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file")
