"""What fits is sent, and what is left out or summed up is told."""

from __future__ import annotations

import pytest

from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parts import Image, ToolCall, ToolResult
from deepchat.engine.compact import (
    ROOM_FOR_SUMMARY,
    SUMMARY_FOLLOWS,
    SUMMARY_WANTED,
    is_summary,
    summary_message,
    summary_request,
    turns_that_fit,
)
from deepchat.engine.context import Fit, TrimRule, estimate_many, estimate_prompt, measure, trim

CALLED = Message("assistant", (ToolCall("1", "weather", '{"town":"Oslo"}'),))
RAIN = Message("tool", (ToolResult("1", "rain"),))
TALK = [
    system("Be brief."),
    user("one"),
    assistant("first"),
    user("two"),
    CALLED,
    RAIN,
    assistant("second"),
    user("three"),
]
ALL = estimate_prompt(TALK)


@pytest.mark.parametrize(
    ("message", "tokens"),
    [
        (user("four chars each."), 9),
        (user("\U0001f30a"), 5),
        (user("look", Image("image/png", b"...")), 1_005),
        (CALLED, 12),
        (RAIN, 5),
    ],
)
def test_every_part_of_a_message_counts(message: Message, tokens: int) -> None:
    assert estimate_prompt([message]) == tokens


def test_very_many_messages_are_counted_to_within_a_token_each() -> None:
    talk = [*TALK, user("look", Image("image/png", b"..."))]
    assert 0 <= estimate_prompt(talk) - estimate_many(talk) < len(talk)
    assert estimate_many(talk[-1:]) == estimate_prompt(talk[-1:])


def test_a_window_is_as_full_as_what_was_said() -> None:
    fit = measure(TALK, 2 * ALL, 10)
    assert fit == Fit(2 * ALL, ALL, 10)
    assert (fit.full, fit.left, fit.fits) == (0.5, ALL - 10, True)


def test_a_smaller_window_may_be_too_small() -> None:
    fit = measure(TALK, ALL // 2, None)
    assert (fit.full, fit.fits) == (1.0, False)
    assert fit.left is not None
    assert fit.left < 0


def test_an_unknown_window_is_tried() -> None:
    fit = measure(TALK, None, 10)
    assert (fit.full, fit.left, fit.fits) == (None, None, True)


@pytest.mark.parametrize("rule", ["stop", "oldest"])
def test_what_fits_is_left_as_it_is(rule: TrimRule) -> None:
    trimmed = trim(TALK, ALL, 0, rule)
    assert (trimmed.messages, trimmed.left_out, trimmed.fits) == (TALK, 0, True)


def test_whoever_wants_nothing_left_out_is_told_that_it_does_not_fit() -> None:
    trimmed = trim(TALK, ALL, 1, "stop")
    assert (trimmed.messages, trimmed.left_out, trimmed.fits) == (TALK, 0, False)


def test_the_oldest_turn_goes_first_and_as_a_whole() -> None:
    trimmed = trim(TALK, ALL, 1, "oldest")
    assert (trimmed.messages, trimmed.left_out, trimmed.fits) == ([TALK[0], *TALK[3:]], 2, True)


def test_a_turn_goes_with_its_calls_and_their_results() -> None:
    window = estimate_prompt([TALK[0], TALK[7]])
    trimmed = trim(TALK, window, 0, "oldest")
    assert (trimmed.messages, trimmed.left_out, trimmed.fits) == ([TALK[0], TALK[7]], 6, True)


def test_the_instructions_and_the_last_question_always_stay() -> None:
    trimmed = trim(TALK, 1, 0, "oldest")
    assert (trimmed.messages, trimmed.left_out, trimmed.fits) == ([TALK[0], TALK[7]], 6, False)


def test_what_comes_before_the_first_question_is_a_turn_too() -> None:
    talk = [assistant("Hello, how can I help?"), user("one")]
    assert trim(talk, estimate_prompt(talk) - 1, 0, "oldest").messages == talk[1:]


def test_as_many_turns_are_summed_up_as_fit_beside_the_request_and_the_summary() -> None:
    turns = [[user("word " * 100), assistant("word " * 100)] for _ in range(4)]
    each = estimate_prompt(turns[0])
    around = estimate_prompt(summary_request(()))
    assert turns_that_fit(turns, None, None) == 4
    assert turns_that_fit(turns, around + 4 * each + ROOM_FOR_SUMMARY + each, 1) == 4
    assert turns_that_fit(turns, around + 4 * each + 500, 500) == 4
    assert turns_that_fit(turns, around + 4 * each + 499, 500) == 3
    assert turns_that_fit(turns, around + 2 * each + 500, 500) == 2


def test_one_turn_is_tried_even_if_it_may_be_too_long_for_our_count_is_rough() -> None:
    assert turns_that_fit([[user("word " * 100)], [user("?")]], 10, None) == 1


def test_the_summary_is_said_by_the_user() -> None:
    told = user(f"{SUMMARY_FOLLOWS}\n\nThey counted.")
    assert summary_message(" They counted.\n") == told
    assert summary_request([told]) == [told, user(SUMMARY_WANTED)]
    assert is_summary(told)
    assert not is_summary(user("In short?"))
