"""What was said is written anew without losing a word that somebody wants to keep, and all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from deepchat.conversation.events import Finish
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, user
from deepchat.conversation.parts import Text, ToolCall
from deepchat.conversation.tree import Node
from deepchat.engine.continuation import Rules
from deepchat.engine.turn import Turn
from deepchat.errors import AnswerIncomplete, StoreError, UsageError
from deepchat.session.past import without_last_leg
from tests.session.holding import Home, Story, heard

CALL = ToolCall("call-1", "clock", "{}")


def leg(
    text: str, thoughts: str = "", part: slice = slice(0, None), finish: Finish | None = None, *, dropped: bool = False
) -> Leg:
    said = Leg(text, "lab", "some/model", 0, "whole", finish=finish, text=text, reasoning=thoughts, dropped=dropped)
    return replace(said, kept_from=part.start, kept_to=part.stop)


def answer(said: str, *legs: Leg, thoughts: str = "", calls: tuple[ToolCall, ...] = ()) -> Node:
    message = Message("assistant", (Text(said), *calls), thoughts)
    return Node("answer", "question", message, 0, "whole", Answer("lab", "some/model", legs=legs))


def test_what_stood_before_the_legs_stays() -> None:
    """A copy knows its words, but not the legs that said them."""
    left = without_last_leg(answer("Copied, then heard.", leg(" then heard.")))
    assert (left.message.text, left.state) == ("Copied,", "incomplete")
    assert left.answer
    assert [one.dropped for one in left.answer.legs] == [True]


def test_only_what_the_leg_added_goes_its_thoughts_too() -> None:
    first, last = leg("One, ", "Hm. "), leg(", two, three", "Aha.", slice(2, 6))
    left = without_last_leg(answer("One, two,", first, last, thoughts="Hm. Aha."))
    assert (left.message.text, left.message.reasoning) == ("One, ", "Hm. ")


def test_the_leg_before_one_that_was_left_out_already_is_the_last() -> None:
    left = without_last_leg(answer("One, two,", leg("One, "), leg("two,"), leg("three", dropped=True)))
    assert left.answer
    assert left.message.text == "One, "
    assert [one.dropped for one in left.answer.legs] == [False, True, True]


@pytest.mark.parametrize(("finish", "kept"), [("tool_calls", ()), ("stop", (CALL,))])
def test_calls_go_with_the_leg_that_made_them(finish: Finish, kept: tuple[ToolCall, ...]) -> None:
    left = without_last_leg(answer("One, two", leg("One, "), leg("two", finish=finish), calls=(CALL,)))
    assert left.message.parts == (Text("One, "), *kept)


@pytest.mark.parametrize(
    ("said", "legs"),
    [("One", ()), ("One", (leg("One"),)), ("Something else", (leg("One"), leg("two"))), (" One", (leg("One"),))],
)
def test_where_nothing_would_be_left_or_nobody_knows_what_nothing_is_changed(said: str, legs: tuple[Leg, ...]) -> None:
    with pytest.raises(UsageError, match="the last answer"):
        without_last_leg(answer(said, *legs))


def test_a_copy_that_was_gone_on_with_loses_its_last_leg_alone(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.rules, home.model = Rules(automatic=False, legs=1), "sim/cut-every-40"
        chat = home.chat()
        with pytest.raises(AnswerIncomplete):
            await home.ask(chat)
        fork = chat.fork()
        texts = [fork.tree.leaf.message.text]
        for _ in range(2):
            with pytest.raises(AnswerIncomplete):
                await heard(await fork.more(home.put))
            texts.append(fork.tree.leaf.message.text)
        for before in (texts[1], texts[0]):
            await fork.drop_leg()
            assert fork.tree.leaf.message.text == before
            assert (await home.kept(fork)).tree.leaf == fork.tree.leaf
        with pytest.raises(UsageError):
            await fork.drop_leg()

    held(story)


def test_a_summary_and_what_follows_it_are_written_all_at_once(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        for words in ("One?", "Two?"):
            await home.ask(chat, words)
        before = (await home.kept(chat)).tree.path
        await home.database.write(
            lambda c: c.execute(
                "CREATE TRIGGER no_answers BEFORE INSERT ON message WHEN new.role = 'assistant' "
                "BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        )
        with pytest.raises(StoreError):
            await chat.begin_from("We spoke of lighthouses.", before[-2:])
        assert (await home.kept(chat)).tree.path == before
        assert chat.tree.path == before

    held(story)


def test_an_answer_that_called_a_tool_is_gone_on_with_from_its_words(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        chat = home.chat()
        await home.ask(chat)
        leaf = chat.tree.leaf
        chat.tree.put(replace(leaf, state="incomplete", message=Message("assistant", (Text("A lighthouse is"), CALL))))
        put, told = home.put, list[tuple[list[str], str]]()

        async def listening(messages: Sequence[Message], so_far: str) -> Turn:
            told.append(([one.role for one in messages], so_far))
            return await put(messages, so_far)

        await heard(await chat.more(listening))
        assert told == [(["user"], "A lighthouse is")]
        assert CALL in chat.tree.leaf.message.parts
        assert chat.tree.leaf.message.text.startswith("A lighthouse is")
        await heard(await chat.send(user("And?"), home.put))

    held(story)
