"""A conversation that begins as another did: its own from the start, on disk from its next question on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

import pytest

from deepchat.conversation.message import user
from deepchat.errors import NotFound, UsageError
from deepchat.session.chat import Chat
from deepchat.store import search
from tests.session.holding import Home, Story, heard


async def asked_thrice(home: Home) -> Chat:
    chat = home.chat("Be brief.")
    for words in ("One?", "Two?", "Three?"):
        await home.ask(chat, words)
    return chat


def test_a_fork_can_be_summed_up_and_instructed_before_its_first_question(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        original = await asked_thrice(home)
        fork = original.fork()
        assert not fork.is_kept
        answering = await fork.sum_up(home.put)
        await heard(answering)
        assert answering.stands_for == 4
        await fork.begin_from(answering.turn.draft.text, answering.stays)
        await fork.instruct("Be long.")
        with pytest.raises(NotFound):
            await home.kept(fork)
        await home.ask(fork, "Four?")
        assert fork.is_kept
        assert list((await home.kept(fork)).tree) == list(fork.tree)
        assert (await home.kept(fork)).tree.path[0].message.text == "Be long."
        assert (await home.kept(original)).tree.path[0].message.text == "Be brief."

    held(story)


def test_one_looks_around_in_a_fork_that_is_not_on_disk_yet(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        fork = (await asked_thrice(home)).fork()
        await fork.lead(fork.tree.path[2].id, ends_there=True)
        await home.ask(fork, "Otherwise?")
        assert [node.message.text for node in (await home.kept(fork)).tree.path if node.message.role == "user"] == [
            "One?",
            "Otherwise?",
        ]

    held(story)


def test_what_is_not_kept_is_not_kept_in_a_fork_either(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat(keeps_words=False)
        await home.ask(chat, "My secret?")
        fork = chat.fork()
        await home.ask(fork, "Go on?")
        assert not fork.is_kept
        assert await home.database.read(lambda c: search.search(c, "secret")) == []

    held(story)


def test_what_follows_a_question_that_came_from_a_fork_is_on_disk_at_once(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        fork = (await asked_thrice(home)).fork()
        await heard(await fork.edit(fork.tree.path[1].id, user("Otherwise?"), home.put))
        await fork.instruct("Be long.")
        assert (await home.kept(fork)).tree.path[0].message.text == "Be long."

    held(story)


def test_an_answer_that_is_still_coming_is_not_copied(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat, "One?")
        before = chat.tree.leaf.id
        answering = await chat.send(user("Two?"), home.put)
        with pytest.raises(UsageError, match="still coming"):
            chat.fork(answering.node.id)  # not yet in the tree
        async with aclosing(answering.events()) as events:
            await anext(events)
            for leaf_id in ("", answering.node.id):
                with pytest.raises(UsageError, match="still coming"):
                    chat.fork(leaf_id)
            assert chat.fork(before).tree.leaf.text == chat.tree[before].text
            assert chat.fork(chat.tree.leaf.parent or "").tree.leaf.text == "Two?"
        assert chat.fork().tree.leaf.state == "stopped"

    held(story)
