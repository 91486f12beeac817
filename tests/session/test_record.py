"""What the disk refuses for a while leaves no hole in an answer, is told, and costs no row of the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from deepchat.conversation.events import Asked, Noticed, StreamEvent, TextDelta, ToolCallDelta
from deepchat.conversation.message import assistant, user
from deepchat.conversation.tree import Node
from deepchat.engine.leg import LegRun
from deepchat.errors import NotFound, StoreError
from deepchat.session import answering as answerings
from deepchat.session import record
from deepchat.session.answering import Answering
from deepchat.session.chat import Chat
from deepchat.session.record import Bill
from deepchat.store import ledger, locks, messages, trash, turns
from deepchat.store.ledger import UsageRow
from deepchat.store.locks import WriterLock, lock_of
from deepchat.wire.request import ChatRequest
from tests.session.holding import PRICED, Home, Story


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """What another program keeps locked fails at once, and words are written often."""
    monkeypatch.setattr(locks, "LONGEST_WAIT_S", 0.02)
    monkeypatch.setattr(record, "JOURNAL_EVERY_CHARACTERS", 20)


def locked(home: Home) -> WriterLock:
    """As another program that writes, and writes."""
    return WriterLock(lock_of(home.folder / "deepchat.db"))


async def hear_until(events: AsyncGenerator[StreamEvent], answering: Answering, characters: int) -> list[StreamEvent]:
    """What is heard until so much was said."""
    heard: list[StreamEvent] = []
    async for event in events:
        heard.append(event)
        if len(answering.turn.draft.text) >= characters:
            break
    return heard


async def on_disk(home: Home, answering: Answering) -> str:
    node = await home.database.read(lambda c: messages.one(c, answering.node.id).node)
    assert node
    return node.message.text


async def stopped_unsaved(home: Home, chat: Chat | None = None) -> Answering:
    """An answer that was stopped while nothing could be written."""
    home.model = "sim/slow"
    answering = await (chat or home.chat()).send(user("What is a lighthouse?"), home.put)
    events = answering.events()
    await hear_until(events, answering, 60)
    with locked(home):
        await events.aclose()
    assert answering.unsaved
    return answering


def test_words_that_could_not_be_saved_are_saved_with_the_next_ones_and_that_is_told_once(
    held: Callable[[Story], None],
) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/slow"
        answering = await home.chat().send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        told = await hear_until(events, answering, 60)
        with locked(home):
            told += await hear_until(events, answering, 160)
        told += await hear_until(events, answering, 240)
        said = answering.turn.draft.text
        kept = ""
        async with asyncio.timeout(60):
            while len(kept) < 240:
                kept = await on_disk(home, answering)
                assert said.startswith(kept)
        assert [event.note for event in told if isinstance(event, Noticed)] == [
            "what comes can't be saved just now: another DeepChat has been writing for too long"
        ]
        await events.aclose()
        assert answering.unsaved is None

    held(story)


def test_an_answer_that_is_stopped_and_not_on_disk_says_so_and_names_no_place(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/slow"
        chat = home.chat()
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        await hear_until(events, answering, 60)
        assert answering.kept_in == chat.conversation.id
        with locked(home):
            await events.aclose()
        assert isinstance(answering.unsaved, StoreError)
        assert (answering.kept_in, answering.message) == ("", "")
        assert chat.tree.leaf.message.text == answering.turn.draft.text
        recovered = await home.database.write(lambda c: turns.recover(c, answering.node.id, 1))
        assert recovered
        assert recovered.characters > 0

    held(story)


def test_an_answer_that_could_not_be_saved_is_saved_as_soon_as_it_can_be(
    held: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(home: Home) -> None:
        answering = await stopped_unsaved(home)
        monkeypatch.setattr(answerings, "SAVE_AGAIN_S", 0.0)
        async with asyncio.timeout(60):
            await answering.save_in_time()
        assert await on_disk(home, answering) == answering.turn.draft.text
        assert await home.spent_nano() == answering.turn.cost.nano
        assert answering.message == answering.node.id

    held(story)


def test_an_answer_that_could_not_be_saved_is_tried_once_more_at_the_end(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        answering = await stopped_unsaved(home)
        async with asyncio.TaskGroup() as tasks:
            saving = tasks.create_task(answering.save_in_time())
            await asyncio.sleep(0)
            saving.cancel()
        assert await on_disk(home, answering) == answering.turn.draft.text

    held(story)


def test_an_answer_that_could_not_be_saved_is_before_the_next_question(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        answering = await stopped_unsaved(home, chat)
        with locked(home), pytest.raises(StoreError):
            await home.ask(chat)
        await home.ask(chat, model="sim/plain")
        assert await on_disk(home, answering) == answering.turn.draft.text

    held(story)


def test_a_bill_that_could_not_be_entered_is_entered_at_the_end(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        bill = Bill(home.database, "", "answer")
        run = LegRun(ChatRequest("sim/plain", (user("?"),)), lambda provider, model: PRICED, None)
        run.take(Asked("test", "sim/plain"))
        await bill.asked(run)
        asked = await home.spent_nano()
        run.take(TextDelta("A tower."))
        run.end("stopped")
        with locked(home), pytest.raises(StoreError):
            await bill.leg_ended()
        assert await home.spent_nano() == asked
        await bill.finish(Node("answer", "question", assistant(""), 0))
        assert (await home.database.read(ledger.spent)).nano == run.cost.nano != asked
        states = await home.database.read(lambda c: c.execute("SELECT state FROM leg").fetchall())
        assert states == [("stopped",)]

    held(story)


@pytest.mark.parametrize("keeps_words", [True, False])
def test_the_row_of_a_request_on_its_way_has_what_stopping_it_would_leave_and_a_budget_keeps_the_most(
    held: Callable[[Story], None], keeps_words: bool
) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/slow"
        answering = await home.chat(keeps_words=keeps_words).send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        await hear_until(events, answering, 1)
        asked = await home.database.read(lambda c: ledger.spent(c, at_most=True))
        await hear_until(events, answering, 200)
        async with asyncio.timeout(60):
            while not (row := await used(home)).completion_tokens > 40:  # noqa: ASYNC110  # a disk has no event
                await asyncio.sleep(0.01)
        now = answering.turn.usage
        assert row.prompt_tokens == now.prompt_tokens > 0
        assert row.spent.cost.estimated
        assert row.spent.nano == row.prompt_tokens * 100 + row.completion_tokens * 400
        at_most = await home.database.read(lambda c: ledger.spent(c, at_most=True))
        assert at_most.nano == asked.nano
        assert (at_most.nano or 0) > 100 * (row.spent.nano or 0)
        await events.aclose()
        stopped = await used(home)
        assert stopped.completion_tokens == answering.turn.usage.completion_tokens
        assert stopped.completion_tokens >= row.completion_tokens / 2

    held(story)


@pytest.mark.parametrize("keeps_words", [True, False])
def test_the_row_of_a_request_on_its_way_has_what_a_call_without_a_word_costs_by_now(
    held: Callable[[Story], None], keeps_words: bool
) -> None:
    async def story(home: Home) -> None:
        bill = Bill(home.database, "", "answer", keeps_words=keeps_words)
        run = LegRun(ChatRequest("sim/plain", (user("?"),)), lambda provider, model: PRICED, None)
        run.take(Asked("test", "sim/plain"))
        await bill.asked(run)
        for _ in range(200):
            run.take(ToolCallDelta(0, "call_0", "write", "a tower "))
        async with asyncio.timeout(60):
            while not (row := await used(home)).completion_tokens:  # noqa: ASYNC110  # a disk has no event
                await asyncio.sleep(0.01)
        assert row.completion_tokens >= run.usage.completion_tokens > 200
        assert (row.spent.nano or 0) >= (run.cost.nano or 0) > 0
        run.end("stopped")
        await bill.leg_ended()

    held(story)


async def used(home: Home) -> UsageRow:
    """What the ledger has of the one model that is asked."""
    (row,) = await home.database.read(lambda c: ledger.usage_by(c, "model"))
    return row


def test_an_answer_whose_conversation_was_erased_meanwhile_is_told_of_and_its_bill_is_entered(
    held: Callable[[Story], None],
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        home.model = "sim/slow"
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        await hear_until(events, answering, 60)
        await home.database.write(lambda c: trash.erase(c, chat.conversation.id))
        await events.aclose()
        assert isinstance(answering.unsaved, NotFound)
        assert answering.kept_in == ""
        assert await home.spent_nano() == answering.turn.cost.nano
        assert await home.database.read(lambda c: c.execute("SELECT count(*) FROM journal").fetchone()) == (0,)

    held(story)
