"""What an answer costs is in the ledger to the nano-dollar, and a budget can stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from deepchat.conversation.events import Noticed
from deepchat.conversation.legs import Leg
from deepchat.conversation.message import user
from deepchat.conversation.parameters import Parameters
from deepchat.engine.continuation import Rules
from deepchat.errors import BudgetReached, DeepChatError
from deepchat.session.budget import Budgets
from deepchat.session.chat import Chat
from deepchat.session.clock import now_ms
from deepchat.simulator import SimulatorThread
from deepchat.store import turns
from tests.session.holding import Home, Story, heard


def test_many_legs_join_exactly_and_the_ledger_is_the_bill(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        whole = await home.ask(home.chat(), model="sim/essay")
        home.rules, home.parameters = Rules(automatic=True, legs=100), Parameters(max_tokens=64)
        chat = home.chat()
        joined = await home.ask(chat, model="sim/essay")
        assert len(joined.turn.legs) > 20
        assert (await home.kept(chat)).tree.leaf.message.text == whole.turn.draft.text
        assert await home.spent_nano() == sim.bill_nano

    held(story)


@pytest.mark.parametrize("scene", ["break-every-40", "cut-every-40", "no-prefill", "ignores-prefill", "thinking"])
def test_whatever_the_server_does_the_ledger_is_the_bill(
    held: Callable[[Story], None], sim: SimulatorThread, scene: str
) -> None:
    async def story(home: Home) -> None:
        home.rules = Rules(automatic=True, legs=200)
        home.parameters = Parameters(max_tokens=1_000)
        await home.ask(home.chat(), model=f"sim/{scene}")
        spent = await home.spent_nano()
        if scene.startswith("break"):  # a leg that broke off is never counted to us, so it is an estimate
            assert sim.bill_nano * 0.8 < (spent or 0) < sim.bill_nano * 1.2
        else:
            assert spent == sim.bill_nano

    held(story)


@pytest.mark.parametrize("which", ["conversation", "day", "month"])
def test_a_budget_counts_what_was_spent_before(held: Callable[[Story], None], sim: SimulatorThread, which: str) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat)
        chat.budgets = Budgets(**{which: (await home.spent_nano() or 0) + 1_000})
        requests = len(sim.heard)
        with pytest.raises(BudgetReached) as reached:
            await home.ask(chat, "And?")
        assert f"budget.{which}" in reached.value.hint
        assert len(sim.heard) == requests
        assert len(chat.tree.path) == 3

    held(story)


def test_several_at_once_spend_a_budget_together(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        most = 300_000
        home.rules, home.parameters = Rules(automatic=True, legs=20), Parameters(max_tokens=60)
        chats = [home.chat(budgets=Budgets(day=most)) for _ in range(4)]

        async def ask(chat: Chat) -> None:
            with suppress(BudgetReached):
                await home.ask(chat, model="sim/essay")

        async with asyncio.TaskGroup() as group:
            for chat in chats:
                group.create_task(ask(chat))
        assert most / 2 < sim.bill_nano <= most

    held(story)


def test_what_another_program_spent_meanwhile_is_not_spent_twice(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        one, two = (home.chat(budgets=Budgets(month=30_000)) for _ in range(2))
        home.model = "sim/essay"
        first, second = [await chat.send(user("What is a lighthouse?"), home.put) for chat in (one, two)]
        with pytest.raises(BudgetReached):
            await heard(first)
        requests = len(sim.heard)
        with pytest.raises(BudgetReached, match="not sent") as refused:
            await heard(second)
        assert "budget.month" in refused.value.hint
        assert len(sim.heard) == requests
        assert second.turn.legs == ()
        assert len(two.tree.path) == 1
        assert await home.spent_nano() == sim.bill_nano <= 30_000

    held(story)


def test_a_budget_says_what_it_can_not_count(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        for name in ("one", "two"):
            unpriced = Leg(name, "lab", "some/model", now_ms(), "whole")
            await home.database.write(lambda c, leg=unpriced: turns.open_leg(c, "elsewhere", "", leg))
        chat = home.chat(budgets=Budgets(conversation=10**9, day=10**9))
        events = [event async for event in (await chat.send(user("What is a lighthouse?"), home.put)).events()]
        assert [event.note for event in events if isinstance(event, Noticed)] == [
            "today has 2 requests whose cost nobody knows: its budget counts the others alone"
        ]

    held(story)


def test_a_limit_stops_an_answer_and_keeps_what_came(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat, home.most_nano = home.chat(), 20_000
        with pytest.raises(BudgetReached):
            await home.ask(chat, model="sim/essay")
        leaf = (await home.kept(chat)).tree.leaf
        assert leaf.state == "stopped"
        assert leaf.message.text
        assert leaf.answer
        assert "limit" in leaf.answer.error

    held(story)


def test_without_words_only_the_cost_is_kept(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat(keeps_words=False)
        answering = await home.ask(chat)
        assert (answering.kept_in, answering.message) == ("", "")
        with pytest.raises(DeepChatError):
            await home.kept(chat)
        assert await home.spent_nano() == sim.bill_nano > 0

    held(story)
