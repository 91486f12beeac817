"""What helps next is told in the words of the app, not of the command line."""

from __future__ import annotations

import pytest

from deepchat.config.keys import missing_key
from deepchat.config.providers import BUILT_IN
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import assistant, user
from deepchat.conversation.tree import Node, State
from deepchat.engine.context import fitted
from deepchat.engine.limits import answer_limit
from deepchat.engine.verdicts import STOPS
from deepchat.errors import AnswerIncomplete, BudgetReached, ContextTooLong
from deepchat.tui.ways_out import hint_here, keys_after
from deepchat.wire.failures import from_status
from deepchat.wire.request import ChatRequest


def test_without_a_key_the_way_to_one_is_named_first() -> None:
    assert hint_here(missing_key(BUILT_IN["deepinfra"])).startswith("/welcome takes a key")


def test_who_sits_before_the_app_is_told_no_options_of_the_command_line() -> None:
    (limit,) = answer_limit(1)
    assert hint_here(BudgetReached("too dear", limit.hint)) == "raise it: /budget answer USD"
    assert hint_here(BudgetReached("too dear", "raise it: deepchat config set budget.day USD")) == (
        "raise it: /budget day USD"
    )
    for stop in STOPS.values():
        assert "--" not in hint_here(AnswerIncomplete(stop.message, stop.hint))
    unpriced = "no server says what a picture costs: take [budget] out of config.toml for it"
    assert hint_here(BudgetReached("not known", unpriced)).endswith("/budget day none takes a limit away")


def keys(state: State, error: str, said: str = "") -> str:
    return keys_after(Node("a", "q", assistant(said), 0, state, Answer("test", "any", error=error)))


def test_what_is_too_long_is_not_just_asked_again() -> None:
    refused = from_status(400, {}, b"This model's maximum context length is 8 tokens. However, you requested 9.")
    assert isinstance(refused, ContextTooLong)
    asked_again = keys("failed", refused.message)
    assert "/compact sums up" in asked_again
    assert "ctrl+o" in asked_again
    assert "larger window" in asked_again
    assert "e edits" in asked_again
    assert asked_again.index("larger window") < asked_again.index("then r asks again")
    assert "r asks" in keys("failed", "the server failed")
    for error in (refused.message, STOPS["context_full"].message):
        assert "/compact sums up" in keys("incomplete", error, "Well, ")
        assert keys("incomplete", error, "Well, ").endswith("then m goes on")


def test_what_was_not_sent_for_its_length_is_told_with_what_makes_it_shorter() -> None:
    question = ChatRequest("any", (user("One? " * 10_000), assistant("One."), user("Two?")))
    with pytest.raises(ContextTooLong) as caught:
        fitted(question, 100, "stop")
    assert "/compact sums up what came before" in hint_here(caught.value)
    assert "(ctrl+o)" in hint_here(caught.value)
    assert "--compact" in caught.value.hint
    assert ContextTooLong.WORDS in caught.value.message


def test_a_question_that_is_too_long_alone_is_not_told_to_sum_up_what_came_before() -> None:
    question = ChatRequest("any", (user("One?"), assistant("One."), user("Two? " * 10_000)))
    with pytest.raises(ContextTooLong) as caught:
        fitted(question, 100, "stop")
    assert "the question alone" in caught.value.message
    assert "compact" not in hint_here(caught.value)
    assert "shorten it" in hint_here(caught.value)
    assert "(ctrl+o)" in hint_here(caught.value)
