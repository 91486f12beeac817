"""All conversations: found by their names, brought in once, thrown away and taken back."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import Leg
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.errors import ConversationBusy, ImportFailed, NotFound, StoreReadOnly, UsageError
from deepchat.session.accounts import Accounts
from deepchat.session.budget import NO_BUDGETS
from deepchat.session.library import Library
from deepchat.store import conversations, turns
from deepchat.store.database import Database
from deepchat.store.search import Filter
from tests.cli.saved import DAY_MS, NOON_MS, talk


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    (tmp_path / "locks").mkdir()
    opened = await Database.open(tmp_path / "deepchat.db", now_ms=NOON_MS)
    yield opened
    await opened.close()


@pytest.fixture
async def library(database: Database, tmp_path: Path) -> Library:
    return Library(database, tmp_path / "locks")


async def keep(library: Library, *titles: str) -> None:
    for title in titles:
        assert await library.add(talk(title, f"{title}?", "Yes."))


async def asked_here(database: Database, conversation: Conversation) -> None:
    """What is brought in was not spent here; this was."""
    await database.write(lambda c: conversations.create(c, conversation))


async def test_the_last_one_is_the_one_that_was_last_used(library: Library) -> None:
    with pytest.raises(NotFound, match="no conversation yet"):
        await library.latest()
    await keep(library, "Oslo", "Rust")
    assert (await library.latest()).title == "Rust"
    assert [one.title for one in await library.recent()] == ["Rust", "Oslo"]


@pytest.mark.parametrize("form", ["id", "beginning", "title", "words"])
async def test_one_is_meant_by_its_id_or_by_words_of_its_title(library: Library, form: str) -> None:
    await keep(library, "Trip to Oslo", "Rust")
    oslo = (await library.recent())[1]
    words = {"id": oslo.id, "beginning": oslo.id[:6], "title": "trip to oslo", "words": "OSLO trip"}[form]
    assert await library.one(words) == oslo


async def test_words_that_mean_none_or_several_are_told_with_what_to_do(library: Library) -> None:
    await keep(library, *(f"Twin {number}" for number in range(7)))
    with pytest.raises(UsageError) as several:
        await library.one("twin")
    assert several.value.message.startswith("7 conversations are meant by 'twin': ")
    assert several.value.message.endswith(" …")
    with pytest.raises(NotFound) as none:
        await library.one("zeppelin")
    assert none.value.hint == "see deepchat list"


async def test_a_conversation_from_elsewhere_comes_once_even_when_it_was_thrown_away(library: Library) -> None:
    await keep(library, "Oslo")
    assert not await library.add(talk("Oslo", "Oslo?", "Yes."))
    moved = talk("Moved", "a")
    moved.origin = "chatgpt:1"
    assert await library.add(moved)
    again = talk("Again", "b")
    again.origin = "chatgpt:1"
    assert not await library.add(again)
    await library.trash.throw(moved.id, NOON_MS)
    assert not await library.add(again)


async def test_messages_that_are_here_already_keep_the_whole_of_it_out(library: Library) -> None:
    await keep(library, "Oslo")
    copy = talk("Oslo", "Oslo?", "Yes.")
    copy.id = "another"
    with pytest.raises(ImportFailed, match="messages of another are here already"):
        await library.add(copy)
    assert len(await library.recent()) == 1


async def test_what_is_thrown_away_is_out_of_sight_until_it_is_taken_back(library: Library) -> None:
    await keep(library, "Oslo", "Rust")
    oslo = await library.one("oslo")
    await library.trash.throw(oslo.id, NOON_MS)
    assert [one.title for one in await library.recent()] == ["Rust"]
    assert await library.search("oslo") == []
    with pytest.raises(NotFound) as gone:
        await library.one("oslo")
    assert gone.value.hint == f"it is in the trash: deepchat trash restore {oslo.id}"
    assert (await library.trash.one("oslo")).id == oslo.id
    await library.trash.take_back(oslo.id)
    assert await library.one("oslo") == oslo
    with pytest.raises(NotFound, match="in the trash"):
        await library.trash.one("oslo")


async def test_only_what_is_old_enough_is_erased_and_its_cost_stays(library: Library, database: Database) -> None:
    for title in ("Old", "Young", "Kept"):
        await asked_here(database, talk(title, "a", "b"))
    await library.trash.throw((await library.one("old")).id, NOON_MS)
    await library.trash.throw((await library.one("young")).id, NOON_MS + DAY_MS)
    assert await library.trash.empty(NOON_MS + 1) == 1
    assert [one.title for one in await library.trash.contents()] == ["Young"]
    assert await library.trash.empty() == 1
    used = await Accounts(database).used("day")
    assert used.total.spent.cost == Cost(3 * 8_800, "provider")


async def test_a_total_is_as_sure_as_the_least_sure_of_its_rows(database: Database) -> None:
    accounts = Accounts(database)
    assert (await accounts.used("day")).total.spent.nano == 0
    await asked_here(database, talk("Sure", "a", "b", model="a", cost=Cost(5, "provider")))
    assert (await accounts.used("model")).total.spent.cost == Cost(5, "provider")
    await asked_here(database, talk("Other", "a", "b", model="b", cost=Cost(7, "live")))
    assert (await accounts.used("model")).total.spent.cost == Cost(12, "estimate")
    await asked_here(database, talk("Dark", "a", "b", model="c", cost=UNKNOWN_COST))
    total = (await accounts.used("model")).total.spent
    assert (total.cost, total.unknown, total.legs) == (Cost(12, "estimate", estimated=True), 1, 3)


async def test_budgets_are_measured_from_midnight_and_from_the_first_of_the_month(database: Database) -> None:
    for number, ago in enumerate((0, 1, 40)):
        await asked_here(
            database, talk(f"Talk {number}", "a", "b", at_ms=NOON_MS - ago * DAY_MS, cost=Cost(10**ago, "provider"))
        )
    day, month = await Accounts(database).standing(100, None, NOON_MS)
    assert (day.span, day.spent.nano, day.most_nano) == ("day", 1, 100)
    assert (month.span, month.spent.nano, month.most_nano) == ("month", 11, None)


async def test_what_a_clock_that_was_ahead_has_dated_into_the_future_uses_up_no_budget(database: Database) -> None:
    for number, ahead in enumerate((0, 3, 400)):
        await asked_here(
            database, talk(f"Talk {number}", "a", "b", at_ms=NOON_MS + ahead * DAY_MS, cost=Cost(7, "provider"))
        )
    assert [one.spent.nano for one in await Accounts(database).standing(100, 100, NOON_MS)] == [7, 7]


async def test_tags_that_differ_only_by_capitals_are_one(library: Library) -> None:
    await keep(library, "Oslo", "Rust")
    oslo, rust = await library.one("Oslo"), await library.one("Rust")
    await library.tag(oslo.id, ["Übung"])
    await library.tag(rust.id, ["übung", "ÜBUNG", "work"])
    assert (await library.one("Rust")).tags == ("work", "Übung")
    assert [one.title for one in await library.recent(tag="üBUNG")] == ["Rust", "Oslo"]
    assert {hit.title for hit in await library.search("yes", Filter(tag="übung"))} == {"Oslo", "Rust"}
    await library.tag(rust.id, [], ["WORK", "übunG"])
    assert (await library.one("Rust")).tags == ()


async def test_a_name_is_no_novel(library: Library) -> None:
    await keep(library, "Oslo")
    oslo = await library.one("Oslo")
    with pytest.raises(UsageError, match="a title of 100,000 characters is too long"):
        await library.rename(oslo.id, "x" * 100_000)
    with pytest.raises(UsageError, match="a tag of 201"):
        await library.tag(oslo.id, ["y" * 201])
    with pytest.raises(NotFound) as caught:
        await library.one("z" * 100_000)
    assert len(caught.value.message) < 100
    assert (await library.one("Oslo")).tags == ()


async def test_where_nothing_can_be_written_nobody_is_said_to_hold_it(tmp_path: Path) -> None:
    path, no_folder = tmp_path / "deepchat.db", tmp_path / "no-folder"
    (tmp_path / "locks").mkdir()
    no_folder.touch()
    database = await Database.open(path, now_ms=NOON_MS)
    await keep(Library(database, tmp_path / "locks"), "Oslo")
    await database.close()

    database = await Database.open(path, now_ms=NOON_MS, read_only=True)
    library = Library(database, no_folder)
    one = await library.one("oslo")
    chat = await library.hold(one.id, NO_BUDGETS)
    for attempt in (chat.instruct("Be brief."), library.trash.throw(one.id, NOON_MS)):
        with pytest.raises(StoreReadOnly, match="is only read here"):
            await attempt
    await database.close()


async def test_what_another_program_holds_is_said_to_be_held(library: Library) -> None:
    await keep(library, "Oslo")
    one = await library.one("oslo")
    holder = await library.hold(one.id, NO_BUDGETS)
    with pytest.raises(ConversationBusy, match="another DeepChat holds"):
        await library.trash.throw(one.id, NOON_MS)
    holder.close()
    await library.trash.throw(one.id, NOON_MS)


async def test_what_a_crash_left_on_its_way_without_words_is_closed_a_day_later(
    library: Library, database: Database
) -> None:
    await database.write(lambda c: turns.open_leg(c, "", "", Leg("bill", "lab", "some/model", NOON_MS)))
    for at_ms, state in ((NOON_MS + DAY_MS, "pending"), (NOON_MS + DAY_MS + 1, "broken")):
        await library.recover(at_ms)
        assert await database.read(lambda c: c.execute("SELECT state FROM leg").fetchall()) == [(state,)]
