"""An answer is folded once, and nothing that was heard is lost or changed."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import (
    Asked,
    FellBack,
    Finished,
    LogprobsReported,
    Noticed,
    ReasoningDelta,
    Retrying,
    Served,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from deepchat.conversation.parts import ToolCall
from deepchat.conversation.tokens import estimate_tokens
from deepchat.conversation.usage import Usage

ANY_WORD = st.text(st.characters(), max_size=8)
"""Lone surrogates too: half of a character may come at the end of a broken answer."""
TELLING: st.SearchStrategy[StreamEvent] = st.one_of(
    st.builds(Asked, st.text(), st.text()),
    st.builds(Retrying, st.integers(1, 3), st.just(3), st.floats(0, 60), st.text()),
    st.builds(FellBack, st.text(), st.text(), st.text()),
    st.builds(Served, st.text(), st.text(), st.text()),
    st.builds(UsageReported, st.builds(Usage, st.integers(0), st.integers(0)), st.none() | st.integers(0)),
    st.builds(LogprobsReported, st.text()),
    st.builds(Finished, st.sampled_from(["stop", "length", "tool_calls", "content_filter", "other"]), st.text()),
    st.builds(Noticed, st.text()),
)
CALLING: st.SearchStrategy[StreamEvent] = st.builds(
    ToolCallDelta, st.integers(0, 4), st.sampled_from(["", "", "a", "call_0", "call_1", "call_1_"]), ANY_WORD, ANY_WORD
)
SPEAKING: st.SearchStrategy[StreamEvent] = st.builds(TextDelta, ANY_WORD) | st.builds(ReasoningDelta, ANY_WORD)
EVENTS = st.lists(SPEAKING | CALLING | TELLING, max_size=40)


def folded(*events: StreamEvent) -> Draft:
    """All of them, heard one second after another from 0 on."""
    draft = Draft()
    for event, now in zip(events, count(0.0)):
        draft.take(event, now)
    return draft


@given(EVENTS)
def test_the_text_is_every_word_heard_whatever_came_between(events: list[StreamEvent]) -> None:
    draft = folded(*events)
    assert draft.text == "".join(event.text for event in events if isinstance(event, TextDelta))
    assert draft.reasoning == "".join(event.text for event in events if isinstance(event, ReasoningDelta))


@given(EVENTS)
def test_what_was_heard_is_counted_as_if_it_had_come_at_once(events: list[StreamEvent]) -> None:
    draft = folded(*events)
    arguments = "".join(event.arguments for event in events if isinstance(event, ToolCallDelta))
    at_once = estimate_tokens(draft.text + draft.reasoning + arguments)
    assert at_once <= draft.estimated_completion_tokens <= 2 * at_once


def test_a_piece_is_a_token_at_least_but_letters_alone_are_not_believed() -> None:
    assert folded(*[TextDelta("🦊🦊"), TextDelta("a"), TextDelta("b"), TextDelta(".")]).estimated_completion_tokens == 4
    assert folded(*map(TextDelta, "a lighthouse keeper")).estimated_completion_tokens == 10


@given(EVENTS)
def test_the_arguments_of_each_call_are_its_own_pieces_and_its_id_is_its_own(events: list[StreamEvent]) -> None:
    heard = [event for event in events if isinstance(event, ToolCallDelta)]
    calls = folded(*events).tool_calls
    ids = [call.id for call in calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    for index, call in zip(sorted({event.index for event in heard}), calls, strict=True):
        assert call.arguments == "".join(event.arguments for event in heard if event.index == index)


@given(st.lists(TELLING))
def test_what_is_told_about_an_answer_is_no_part_of_it(events: list[StreamEvent]) -> None:
    draft = folded(*events)
    assert draft.is_empty
    assert draft.first_word_at is None
    assert draft.estimated_completion_tokens == 0


@pytest.mark.parametrize(
    "first", [TextDelta("a"), ReasoningDelta("hm"), ToolCallDelta(0, name="look"), ToolCallDelta(0, arguments="{")]
)
def test_the_first_word_has_its_moment(first: StreamEvent) -> None:
    draft = folded(Asked("here", "m"), TextDelta(""), ReasoningDelta(""), first, TextDelta("later"))
    assert draft.first_word_at == 3.0
    assert not draft.is_empty


def test_words_without_a_letter_are_none() -> None:
    assert folded(TextDelta(""), ReasoningDelta("")).is_empty


def test_an_answer_knows_who_was_asked_and_who_answers() -> None:
    draft = folded(
        Asked("first", "m"),
        FellBack("second", "m2", "the first is busy"),
        Asked("second", "m2"),
        Served("vendor/m2", request_id="req_1"),
        Served(tier="priority"),
        Served(request_id="req_2"),
    )
    assert (draft.provider, draft.model) == ("second", "m2")
    assert (draft.served_model, draft.tier, draft.request_id) == ("vendor/m2", "priority", "req_2")


def test_the_last_report_of_usage_holds_and_a_cost_once_known_stays() -> None:
    draft = folded(UsageReported(Usage(10, 1), 700), UsageReported(Usage(10, 5)))
    assert draft.usage == Usage(10, 5)
    assert draft.cost_nano == 700
    draft.take(UsageReported(Usage(10, 6), 0), 2.0)
    assert draft.cost_nano == 0


def test_the_reason_for_the_end_is_unknown_until_it_is_said() -> None:
    assert folded(TextDelta("a")).finish is None
    draft = folded(Finished("other", "eos_token"))
    assert (draft.finish, draft.finish_said) == ("other", "eos_token")


def test_log_probabilities_are_kept_in_order() -> None:
    assert folded(LogprobsReported("[1]"), LogprobsReported("[2]")).logprobs == ["[1]", "[2]"]


@pytest.mark.parametrize(
    "names", [["look_up"], ["look", "_up"], ["look_up", "look_up"], ["look", "_up", "look_up", ""]]
)
def test_a_calls_name_may_come_in_pieces_or_whole_again_and_again(names: list[str]) -> None:
    (call,) = folded(*(ToolCallDelta(0, "a", name) for name in names)).tool_calls
    assert call == ToolCall("a", "look_up", "")


def test_a_calls_first_id_holds() -> None:
    (call,) = folded(
        ToolCallDelta(0, name="look"), ToolCallDelta(0, "a"), ToolCallDelta(0, "b"), ToolCallDelta(0)
    ).tool_calls
    assert call.id == "a"


@pytest.mark.parametrize(
    ("given_ids", "told"),
    [
        (["", ""], ["call_0", "call_1"]),
        (["", "call_0"], ["call_0_", "call_0"]),
        (["call_1", ""], ["call_1", "call_1_"]),
        (["same", "same"], ["same", "call_1"]),
        (["call_1", "call_1", "call_1_"], ["call_1", "call_1__", "call_1_"]),
    ],
)
def test_a_missing_id_is_made_and_is_nobody_elses(given_ids: list[str], told: list[str]) -> None:
    draft = folded(*(ToolCallDelta(index, given_id, "look") for index, given_id in enumerate(given_ids)))
    assert [call.id for call in draft.tool_calls] == told


def test_calls_are_told_in_their_order_however_their_pieces_come() -> None:
    draft = folded(
        ToolCallDelta(1, "b", "second", "{"), ToolCallDelta(0, "a", "first", "["), ToolCallDelta(1, arguments="}")
    )
    assert draft.tool_calls == (ToolCall("a", "first", "["), ToolCall("b", "second", "{}"))


def test_what_a_failed_attempt_reported_is_forgotten_and_what_an_answer_reported_is_not() -> None:
    told = (Asked("A", "m"), Served("A/m", "flex", "req_1"), UsageReported(Usage(9, 0), 700))
    draft = folded(*told, FellBack("B", "m", "it failed"), Asked("B", "m"))
    assert (draft.served_model, draft.tier, draft.request_id, draft.usage, draft.cost_nano) == ("", "", "", None, None)
    assert folded(*told, TextDelta("Hi"), Asked("A", "m")).served_model == "A/m"
