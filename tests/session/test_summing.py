"""Earlier turns summed up: all but the last one, or as many as the model can take in, and none of them lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from deepchat.conversation.tree import Node
from deepchat.engine.compact import SUMMARY_FOLLOWS, SUMMARY_WANTED
from deepchat.errors import ContextTooLong, UsageError
from deepchat.session.chat import Chat
from deepchat.session.summing import Summing
from deepchat.simulator import SimulatorThread
from tests.session.holding import Home, Story, heard

LONG: Final = "A word or two. " * 300
"""1,500 tokens of the simulator."""


async def summed(chat: Chat, home: Home) -> Summing:
    """The conversation goes on from its summary."""
    summing = await chat.sum_up(home.put)
    await heard(summing)
    await chat.begin_from(summing.turn.draft.text, summing.stays)
    return summing


def asked(sim: SimulatorThread, at: int = -1) -> Any:
    return json.loads(sim.heard[at].body)["messages"]


def questions(path: list[Node]) -> list[str]:
    return [node.message.text[:7] for node in path if node.message.role == "user"]


def test_a_summary_takes_the_place_of_earlier_turns_and_loses_none(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat("Be brief.")
        for words in ("One?", "Two?", "Three?"):
            await home.ask(chat, words)
        before = list(chat.tree)
        spent = await home.spent_nano()
        answering = await chat.sum_up(home.put)
        await heard(answering)
        assert len(chat.tree) == len(before)
        assert (await home.spent_nano() or 0) > (spent or 0)
        assert (answering.stands_for, answering.is_all) == (4, True)
        await chat.begin_from(answering.turn.draft.text, answering.stays)
        kept = await home.kept(chat)
        assert [node.message.role for node in kept.tree.path] == ["system", "user", "user", "assistant"]
        assert answering.turn.draft.text in kept.tree.path[1].message.text
        assert kept.tree.path[2].message.text == "Three?"
        assert [kept.tree[node.id] for node in before] == before
        await home.ask(chat, "Four?")

    held(story)


def test_what_is_too_long_for_the_model_is_summed_up_in_pieces_the_oldest_first(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat("Be brief.")
        for words in ("Quest 1", "Quest 2", "Quest 3", "Quest 4"):
            await home.ask(chat, f"{words} {LONG}")
        home.window, home.trim = 5_000, "oldest"
        first = await summed(chat, home)
        told = [message["content"] for message in asked(sim) if message["role"] != "assistant"]
        assert [words[:7] for words in told] == ["Be brie", "Quest 1", "Quest 2", SUMMARY_WANTED[:7]]
        assert (first.stands_for, first.is_all) == (4, False)
        assert questions(chat.tree.path) == [SUMMARY_FOLLOWS[:7], "Quest 3", "Quest 4"]
        home.window = 100_000
        second = await summed(chat, home)
        assert (second.stands_for, second.is_all) == (3, True)
        assert questions(chat.tree.path) == [SUMMARY_FOLLOWS[:7], "Quest 4"]
        with pytest.raises(UsageError, match="nothing before the last question"):
            await chat.sum_up(home.put)

    held(story)


def test_what_the_server_finds_too_long_is_asked_for_half_as_many_turns(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        for number in range(6):
            await home.ask(chat, f"Quest {number} {LONG * 6}", "deepseek-ai/DeepSeek-V3")
        home.model, spent = "Qwen/Qwen3-32B", await home.spent_nano()
        heard_before = len(sim.heard)
        summing = await summed(chat, home)
        assert len(sim.heard) == heard_before + 2
        assert (summing.stands_for, summing.is_all) == (4, False)
        assert questions(chat.tree.path)[1:] == [f"Quest {number}" for number in range(2, 6)]
        assert (await home.spent_nano() or 0) - (spent or 0) == summing.turn.cost.nano

    held(story)


def test_a_summary_whose_rest_is_too_long_is_not_begun_anew_and_what_it_cost_stays_known(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        for number in range(4):
            await home.ask(chat, f"Quest {number}")
        home.model, spent, asked_before = "sim/continued-context-full", await home.spent_nano(), len(sim.heard)
        summing = await chat.sum_up(home.put)
        with pytest.raises(ContextTooLong):
            await heard(summing)
        assert len(sim.heard) == asked_before + 2
        assert [leg.state for leg in summing.turn.legs] == ["whole", "refused"]
        assert (await home.spent_nano() or 0) - (spent or 0) == summing.turn.cost.nano
        assert summing.turn.cost.nano

    held(story)


def test_a_question_that_alone_is_too_long_is_told_with_what_helps(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        for words in (LONG, "And?"):
            await home.ask(chat, words)
        before, home.window = chat.tree.path, 600
        with pytest.raises(ContextTooLong, match="oldest question and its answer alone are longer") as caught:
            await summed(chat, home)
        assert "larger window" in caught.value.hint
        assert chat.tree.path == before

    held(story)
