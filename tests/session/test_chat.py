"""A conversation being held: what is asked and heard is in its tree and on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from deepchat.conversation.events import LeftOut
from deepchat.conversation.message import user
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.tree import Node
from deepchat.engine.continuation import Rules
from deepchat.errors import AnswerIncomplete, ContextTooLong, ConversationBusy, StoreError, UsageError
from deepchat.session.chat import Chat
from deepchat.simulator import SimulatorThread
from tests.session.holding import Home, Story, heard


def asked(sim: SimulatorThread, at: int = -1) -> Any:
    return json.loads(sim.heard[at].body)["messages"]


def roles(path: list[Node]) -> list[str]:
    return [node.message.role for node in path]


def test_an_answer_is_kept_with_its_question(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat("Be brief.")
        answering = await home.ask(chat)
        kept = await home.kept(chat)
        assert roles(kept.tree.path) == ["system", "user", "assistant"]
        assert kept.tree.leaf.message.text == answering.turn.draft.text != ""
        assert (kept.tree.leaf.state, kept.title) == ("whole", "What is a lighthouse?")
        assert kept.tree.leaf.answer == answering.node.answer
        assert await home.spent_nano() == sim.bill_nano

    held(story)


def test_a_conversation_goes_on_with_all_that_was_said(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        first = await home.ask(chat)
        await home.ask(chat, "And who lives there?")
        said = [message["content"] for message in asked(sim)]
        assert said == ["What is a lighthouse?", first.turn.draft.text, "And who lives there?"]
        assert len((await home.kept(chat)).tree.path) == 5

    held(story)


def test_an_edited_question_is_a_branch_and_so_is_another_answer(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat)
        question = chat.tree.path[1]
        await heard(await chat.edit(question.id, user("What is a harbour?"), home.put))
        await heard(await chat.regenerate(home.put))
        kept = await home.kept(chat)
        assert [node.message.text for node in kept.tree.siblings(question.id)] == [
            "What is a lighthouse?",
            "What is a harbour?",
        ]
        assert len(kept.tree.siblings(kept.tree.leaf.id)) == 2
        assert [node.id for node in kept.tree.path] == [node.id for node in chat.tree.path]

    held(story)


def test_a_cut_answer_goes_on_by_hand_without_a_seam(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        whole = await home.ask(home.chat(), model="sim/essay")
        home.rules, home.parameters = Rules(automatic=False, legs=8), Parameters(max_tokens=1_000)
        with pytest.raises(AnswerIncomplete):
            await home.ask(chat, model="sim/essay")
        assert (await home.kept(chat)).tree.leaf.state == "incomplete"
        with pytest.raises(AnswerIncomplete):
            await heard(await chat.more(home.put))
        await heard(await chat.more(home.put))
        leaf = (await home.kept(chat)).tree.leaf
        assert leaf.message.text == whole.turn.draft.text
        assert leaf.answer
        assert [leg.finish for leg in leaf.answer.legs] == ["length", "length", "stop"]
        assert await home.spent_nano() == sim.bill_nano

    held(story)


def test_one_leg_is_dropped_and_asked_for_again_alone(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        home.parameters = Parameters(max_tokens=1_000)
        whole = await home.ask(chat, model="sim/essay")
        await chat.drop_leg()
        leaf = (await home.kept(chat)).tree.leaf
        assert leaf.answer
        assert [leg.dropped for leg in leaf.answer.legs] == [False, False, True]
        assert leaf.message.text == whole.turn.draft.text[: len(leaf.message.text)] != whole.turn.draft.text
        requests = len(sim.heard)
        await heard(await chat.more(home.put))
        assert len(sim.heard) == requests + 1
        assert (await home.kept(chat)).tree.leaf.message.text == whole.turn.draft.text
        assert await home.spent_nano() == sim.bill_nano

    held(story)


def test_another_program_may_read_and_fork_but_not_write(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        mine = home.chat()
        await home.ask(mine)
        theirs = Chat(await home.kept(mine), home.database, home.folder / "locks")
        assert theirs.read_only
        with pytest.raises(ConversationBusy):
            await home.ask(theirs, "Mine too?")
        fork = theirs.fork()
        assert not fork.read_only
        await home.ask(fork, "Mine alone?")
        assert len((await home.kept(mine)).tree.path) == 3
        assert len((await home.kept(fork)).tree.path) == 5
        mine.close()
        again = Chat(await home.kept(mine), home.database, home.folder / "locks")
        assert not again.read_only

    held(story)


def test_what_can_not_be_done_is_said(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat("Be brief.")
        with pytest.raises(UsageError):
            await chat.more(home.put)
        with pytest.raises(UsageError):
            await chat.regenerate(home.put)
        with pytest.raises(UsageError):
            await chat.drop_leg()
        with pytest.raises(UsageError):
            await chat.edit(chat.tree.root_id, user("?"), home.put)
        await home.ask(chat)
        with pytest.raises(UsageError, match="only a question"):
            await chat.edit(chat.tree.leaf.id, user("?"), home.put)
        assert roles(chat.tree.path) == ["system", "user", "assistant"]

    held(story)


def test_one_question_is_asked_at_a_time(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        never_heard = await chat.send(user("One?"), home.put)
        answering = await chat.send(user("Two?"), home.put)
        with pytest.raises(UsageError, match="asked meanwhile"):
            await heard(never_heard)
        events = answering.events()
        await anext(events)
        for change in (
            lambda: chat.send(user("Three?"), home.put),
            lambda: chat.regenerate(home.put),
            lambda: chat.sum_up(home.put),
            lambda: chat.begin_from("In short.", []),
            chat.drop_leg,
        ):
            with pytest.raises(UsageError, match="still coming"):
                await change()
        async for _ in events:
            pass
        await home.ask(chat, "Four?")
        assert [one.message.text for one in chat.tree.path if one.message.role == "user"] == ["Two?", "Four?"]
        assert list((await home.kept(chat)).tree) == list(chat.tree)
        assert len(sim.heard) == 2

    held(story)


def test_where_no_lock_can_be_made_nobody_is_said_to_hold_it(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat)
        chat.close()
        (home.folder / "locks").rmdir()
        (home.folder / "locks").write_text("a file")
        again = Chat(await home.kept(chat), home.database, home.folder / "locks")
        assert again.read_only
        with pytest.raises(StoreError, match="can't be used: not a directory"):
            await home.ask(again, "And?")

    held(story)


def test_a_conversation_too_long_for_the_model_loses_its_oldest_turns_aloud(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat, "One? " * 200)
        home.window = 600
        with pytest.raises(ContextTooLong):
            await home.ask(chat, "Two? " * 1_000)
        home.trim = "oldest"
        answering = await chat.send(user("Two? " * 200), home.put)
        events = [event async for event in answering.events()]
        assert LeftOut(2) in events
        assert [message["content"][:4] for message in asked(sim)] == ["Two?"]
        assert len(chat.tree.path) == 5

    held(story)
