"""Whatever stops an answer, its words are kept and its conversation goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepchat.conversation.events import Asked, TextDelta
from deepchat.conversation.message import user
from deepchat.conversation.tree import Node
from deepchat.errors import AnswerIncomplete, KeyRejected
from deepchat.session.chat import Chat
from deepchat.simulator import SimulatorThread
from deepchat.store import conversations, turns
from deepchat.store.database import Database
from tests.session.holding import Home, Story, heard


def asked(sim: SimulatorThread, at: int = -1) -> Any:
    return json.loads(sim.heard[at].body)["messages"]


async def until_journalled(home: Home, chat: Chat, said: str) -> Node:
    """The answer on disk, once it has these words."""
    async with asyncio.timeout(60):
        while not (leaf := (await home.kept(chat)).tree.leaf).message.text.startswith(said):  # noqa: ASYNC110  # a disk has no event
            await asyncio.sleep(0.01)
    return leaf


def test_the_question_is_on_disk_before_a_byte_leaves(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        assert isinstance(await anext(events), Asked)
        assert not sim.heard
        kept = await home.kept(chat)
        assert [node.message.text for node in kept.tree.path] == ["", "What is a lighthouse?", ""]
        assert kept.tree.leaf.state == "streaming"
        assert await home.spent_nano()
        await events.aclose()
        assert (await home.kept(chat)).tree.leaf.state == "stopped"

    held(story)


def test_what_was_refused_is_kept_and_poisons_nothing(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        with pytest.raises(KeyRejected):
            await home.ask(chat, model="sim/key-rejected")
        leaf = (await home.kept(chat)).tree.leaf
        assert (leaf.state, leaf.message.text) == ("failed", "")
        assert await home.spent_nano() == 0
        await home.ask(chat, "And now?", model="sim/plain")
        assert [message["role"] for message in asked(sim)] == ["user"]

    held(story)


@pytest.mark.parametrize("stop_after", range(1, 12))
def test_stopped_anywhere_a_conversation_goes_on(
    held: Callable[[Story], None], sim: SimulatorThread, stop_after: int
) -> None:
    """The simulator refuses whatever DeepInfra would: empty answers, two answers at the end, calls without results."""

    async def story(home: Home) -> None:
        chat = home.chat("Be brief.")
        for model in ("sim/thinking", "sim/tool-call", "sim/cut-every-40"):
            home.model = model
            answering = await chat.send(user("What is a lighthouse?"), home.put)
            try:
                await heard(answering, stop_after)
            except AnswerIncomplete:
                assert model == "sim/tool-call"
        await home.ask(chat, "And now?", model="sim/essay")
        kept = await home.kept(chat)
        assert kept.tree.leaf.state == "whole"
        assert list(kept.tree) == list(chat.tree)

    held(story)


@pytest.mark.parametrize("ticks", range(0, 60, 3))
def test_cancelled_at_any_await_nothing_streams_on_and_the_next_question_is_taken(
    held: Callable[[Story], None], ticks: int
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        home.model = "sim/slow"
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        task = asyncio.ensure_future(heard(answering))
        for _ in range(ticks):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await home.database.read(turns.unfinished) == []
        await home.ask(chat, "And now?", model="sim/plain")
        assert (await home.kept(chat)).tree.leaf.state == "whole"

    held(story)


def test_words_that_are_heard_are_journalled_while_they_come(held: Callable[[Story], None], tmp_path: Path) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        home.model = "sim/slow"
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        said = ""
        async for event in events:
            said += event.text if isinstance(event, TextDelta) else ""
            if len(said) > 20:
                break
        kept = await until_journalled(home, chat, said)
        assert kept.state == "streaming"
        assert kept.answer
        assert kept.answer.legs[0].text.startswith(said)
        await events.aclose()

    held(story)


@pytest.mark.parametrize("pieces", [10, 45, 60, 85, 130])
def test_a_crash_in_any_leg_leaves_the_answer_joined_as_far_as_it_came(
    held: Callable[[Story], None], sim: SimulatorThread, pieces: int
) -> None:
    async def story(home: Home) -> None:
        whole = (await home.ask(home.chat(), model="sim/cut-every-100000")).turn.draft.text
        chat, home.model = home.chat(), "sim/cut-every-40"
        answering = await chat.send(user("What is a lighthouse?"), home.put)
        events = answering.events()
        heard_so_far = ""
        number = 0
        async for event in events:
            if isinstance(event, TextDelta):
                heard_so_far += event.text
                number += 1
                if number == pieces:
                    break
        await until_journalled(home, chat, heard_so_far)
        other = await Database.open(home.folder / "deepchat.db", now_ms=1)
        recovered = await other.write(lambda c: turns.recover(c, answering.node.id, 2))
        kept = await other.read(lambda c: conversations.load(c, chat.conversation.id))
        await other.close()
        assert recovered
        assert kept.tree.leaf.state == "interrupted"
        assert kept.tree.leaf.message.text.startswith(heard_so_far)
        assert whole.startswith(kept.tree.leaf.message.text)
        await events.aclose()

    held(story)
