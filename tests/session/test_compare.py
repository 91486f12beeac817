"""One question to several models: siblings that come at once, each paid for, none in another's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest

from deepchat.conversation.events import TextDelta
from deepchat.conversation.message import Message, user
from deepchat.engine.turn import Turn
from deepchat.errors import BudgetReached, DeepChatError, KeyMissing, UsageError
from deepchat.session.budget import Budgets
from deepchat.session.chat import Chat
from deepchat.session.compare import Comparison, Rival
from deepchat.store import ledger
from tests.session.holding import Home, Story

QUESTION = "What is a lighthouse?"
Told = Callable[[Story], None]


def rivals(home: Home, *models: str) -> list[Rival]:
    return [Rival(replace(home, model=model).put) for model in models]


async def hear(comparison: Comparison, rival: Rival, spoke: asyncio.Event | None = None) -> DeepChatError | None:
    """To its end; what it ended with."""
    try:
        async with aclosing(comparison.events(rival)) as events:
            async for event in events:
                if spoke and isinstance(event, TextDelta):
                    spoke.set()
    except DeepChatError as error:
        return error
    return None


async def hear_all(comparison: Comparison, several: Sequence[Rival]) -> list[DeepChatError | None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(hear(comparison, rival)) for rival in several]
    return [task.result() for task in tasks]


async def answers_on_disk(home: Home, chat: Chat) -> list[tuple[str, str]]:
    """Model and state of every answer, in the order in which they were asked for."""
    tree = (await home.kept(chat)).tree
    return [(node.answer.model, node.state) for node in tree if node.answer]


def test_all_answers_are_siblings_on_disk_and_in_the_ledger_and_one_is_gone_on_from(held: Told) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        comparison, several = Comparison(chat, user(QUESTION)), rivals(home, "sim/plain", "sim/essay", "sim/thinking")
        assert await hear_all(comparison, several) == [None] * 3
        await comparison.keep(several[1])
        kept = await home.kept(chat)
        assert [node.message.text for node in kept.tree.path[1:2]] == [QUESTION]
        assert kept.tree.leaf.id == chat.tree.leaf.id
        assert kept.tree.leaf.answer is not None
        assert kept.tree.leaf.answer.model == "sim/essay"
        assert await answers_on_disk(home, chat) == [
            ("sim/plain", "whole"),
            ("sim/essay", "whole"),
            ("sim/thinking", "whole"),
        ]
        costs = [node.answer.cost.nano or 0 for node in kept.tree if node.answer]
        spent = await home.database.read(ledger.spent)
        assert (spent.legs, spent.nano) == (3, sum(costs))

    held(story)


def test_they_come_side_by_side(held: Told) -> None:
    async def story(home: Home) -> None:
        slow, quick = rivals(home, "sim/silence-mid-answer", "sim/plain")
        comparison = Comparison(home.chat(), user(QUESTION))
        async with aclosing(comparison.events(slow)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
            assert await hear(comparison, quick) is None
        assert comparison.node(slow) is not None

    held(story)


def test_one_that_fails_stops_no_other(held: Told) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        comparison, several = Comparison(chat, user(QUESTION)), rivals(home, "sim/unpaid", "sim/plain")
        failed, fine = await hear_all(comparison, several)
        assert failed is not None
        assert fine is None
        await comparison.leave()
        assert chat.tree.leaf.state == "whole"
        assert await answers_on_disk(home, chat) == [("sim/unpaid", "failed"), ("sim/plain", "whole")]

    held(story)


def test_a_question_that_never_left_for_one_is_asked_of_the_next(held: Told) -> None:
    async def story(home: Home) -> None:
        async def keyless(_messages: Sequence[Message], _so_far: str) -> Turn:
            raise KeyMissing("there is no key", "set one")

        chat = home.chat()
        without, fine = Rival(keyless), rivals(home, "sim/plain")[0]
        comparison = Comparison(chat, user(QUESTION))
        assert isinstance(await hear(comparison, without), KeyMissing)
        assert not comparison.is_asked
        await comparison.leave()
        assert len(chat.tree) == 1
        with pytest.raises(UsageError):
            await comparison.keep(without)
        assert await hear(comparison, fine) is None
        assert [node.message.role for node in chat.tree.path] == ["system", "user", "assistant"]

    held(story)


def test_the_last_question_is_answered_again_and_nothing_moves_unless_one_is_kept(held: Told) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        before = await home.ask(chat, QUESTION)
        comparison, several = Comparison(chat, None), rivals(home, "sim/essay", "sim/plain")
        await hear_all(comparison, several)
        await comparison.leave()
        assert chat.tree.leaf.id == before.node.id == (await home.kept(chat)).tree.leaf.id
        assert len(chat.tree.siblings(before.node.id)) == 3
        await home.ask(chat, "And a lightship?")
        assert [node.message.role for node in chat.tree.path[1:]] == ["user", "assistant"] * 2

    held(story)


def test_stopped_answers_keep_what_was_heard(held: Told) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        comparison = Comparison(chat, user(QUESTION))
        several = rivals(home, "sim/silence-mid-answer", "sim/silence-mid-answer")
        spoke = [asyncio.Event() for _ in several]
        tasks = [asyncio.ensure_future(hear(comparison, *one)) for one in zip(several, spoke, strict=True)]
        async with asyncio.timeout(60):
            for one in spoke:
                await one.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await answers_on_disk(home, chat) == [("sim/silence-mid-answer", "stopped")] * 2
        assert all(node.message.text for node in (await home.kept(chat)).tree if node.answer)

    held(story)


def test_what_the_first_may_cost_counts_before_the_next_is_asked(held: Told) -> None:
    async def story(home: Home) -> None:
        home.most_nano = None
        slow, next_one = rivals(home, "sim/silence-mid-answer", "sim/plain")
        comparison = Comparison(home.chat(budgets=Budgets(day=5_000_000)), user(QUESTION))
        async with aclosing(comparison.events(slow)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
            assert isinstance(await hear(comparison, next_one), BudgetReached)

    held(story)
