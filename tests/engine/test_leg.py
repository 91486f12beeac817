"""What one request cost, whatever its server counted, and when."""

from __future__ import annotations

import time

import pytest

from deepchat.conversation.events import Asked, FellBack, Finished, Retrying, Served, StreamEvent, TextDelta
from deepchat.conversation.events import UsageReported as Reported
from deepchat.conversation.legs import LegState
from deepchat.conversation.message import user
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage
from deepchat.engine.leg import LegRun
from deepchat.wire.request import ChatRequest
from tests.engine.asking import PRICED

QUESTION = ChatRequest("m", (user("Tell me of the sea."),))
ASKED = (Asked("A", "m"), Served("A/m", request_id="req_1"))
WORDS = TextDelta("word " * 4_000)
HEARD = 5_000
"""Tokens, as we count them."""
END = Finished("stop", "stop")
AGAIN = Retrying(1, 2, 0.0, "it failed")


def heard(*events: StreamEvent, state: LegState = "pending") -> LegRun:
    run = LegRun(QUESTION, lambda provider, _model: PRICED if provider in "AB" else None, None)
    for event in events:
        run.take(event)
    if state != "pending":
        run.end(state)
    return run


@pytest.mark.parametrize("state", ["pending", "stopped", "broken"])
def test_a_count_from_the_beginning_does_not_hide_what_came_since(state: LegState) -> None:
    run = heard(*ASKED, Reported(Usage(1_000, 1)), WORDS, state=state)
    assert run.usage == Usage(1_000, HEARD)
    assert run.cost == Cost(1_000 * 100 + HEARD * 400, "live", estimated=True)


@pytest.mark.parametrize("state", ["pending", "stopped", "broken"])
def test_tokens_that_no_server_counted_are_an_estimate_although_nobody_knows_what_they_cost(state: LegState) -> None:
    unpriced = (Asked("nobody", "m"), WORDS)
    assert heard(*unpriced, state=state).record.cost == Cost(None, "unknown", estimated=True)
    counted = heard(*unpriced, Reported(Usage(1_000, 9)), END, state="whole").record
    assert counted.cost == UNKNOWN_COST
    assert counted.is_counted


def test_a_count_from_the_beginning_is_none_of_a_whole_answer_either() -> None:
    assert heard(*ASKED, Reported(Usage(1_000, 1)), WORDS, END, state="whole").cost.estimated


@pytest.mark.parametrize("count", [100, 9_000])
def test_the_count_at_the_end_holds_whether_it_is_more_or_less_than_we_heard(count: int) -> None:
    usage = Usage(1_000, count)
    for end in ((Reported(usage), END), (END, Reported(usage)), (END, Reported(usage), TextDelta("held back"))):
        run = heard(*ASKED, WORDS, *end, state="whole")
        assert run.usage == usage
        assert run.cost == Cost(1_000 * 100 + count * 400, "live")


@pytest.mark.parametrize("state", ["pending", "stopped", "broken"])
def test_the_providers_figure_before_the_end_is_the_least_that_it_costs(state: LegState) -> None:
    much, little = 10_000_000, 100_400
    assert heard(*ASKED, WORDS, Reported(Usage(9, 1), much), state=state).cost == Cost(much, "provider", estimated=True)
    run = heard(*ASKED, Reported(Usage(1_000, 1), little), WORDS, state=state)
    assert run.cost == Cost(1_000 * 100 + HEARD * 400, "live", estimated=True)


def test_the_providers_figure_is_kept_where_no_price_is_known() -> None:
    run = heard(Asked("dear", "m"), WORDS, Reported(Usage(9, 1), 700), state="stopped")
    assert run.cost == Cost(700, "provider", estimated=True)


def test_what_was_billed_before_the_first_word_is_kept() -> None:
    run = heard(*ASKED, Reported(Usage(1_000, 0), 123_456), state="refused")
    assert run.is_billed
    assert run.record.cost == Cost(123_456, "provider", estimated=True)
    assert heard(*ASKED, Reported(Usage(1_000, 0)), state="refused").cost == Cost(100_000, "live", estimated=True)


def test_on_its_way_it_is_kept_with_what_stopping_it_would_leave_and_the_words_of_a_quarter_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    prompt = heard(*ASKED, state="stopped").usage.prompt_tokens
    run = heard(ASKED[0])
    assert run.record.usage == Usage(prompt, 0)
    assert run.record.cost == Cost(prompt * 100, "live", estimated=True)
    run.take(ASKED[1])
    clock[0] += 10.0
    run.take(WORDS)
    ahead = HEARD // 40
    assert run.record.usage == Usage(prompt, HEARD + ahead)
    assert run.record.cost == Cost(prompt * 100 + (HEARD + ahead) * 400, "live", estimated=True)
    assert (run.record.most_nano or 0) > 16_000 * 400
    assert run.record.claim_nano == run.record.most_nano
    run.end("stopped")
    assert (run.record.usage, run.record.most_nano) == (Usage(prompt, HEARD), None)
    assert run.record.claim_nano == run.record.cost.nano == prompt * 100 + HEARD * 400


def test_the_first_words_are_counted_twice_at_most() -> None:
    run = heard(*ASKED, WORDS)
    usage = run.record.usage
    assert usage
    assert HEARD < usage.completion_tokens <= 2 * HEARD


def test_before_it_was_sent_and_between_two_attempts_it_is_kept_as_nothing() -> None:
    for events in ((), (*ASKED[:1], AGAIN)):
        assert heard(*events).record.usage == Usage(0, 0)


def test_a_refusal_costs_nothing() -> None:
    run = heard(Asked("A", "m"), state="refused")
    assert run.cost == Cost(0, "estimate")
    assert not run.is_billed
    assert heard(*ASKED, state="refused").cost == Cost(0, "estimate", estimated=True)


@pytest.mark.parametrize("between", [AGAIN, FellBack("B", "m", "it failed")])
def test_an_attempt_that_failed_leaves_its_bill_and_nothing_else(between: StreamEvent) -> None:
    run = heard(
        *ASKED,
        Served(tier="priority"),
        Reported(Usage(1_000, 0), 5_000_000),
        between,
        Asked("B", "m"),
        TextDelta("Hi."),
        END,
    )
    assert (run.record.served_model, run.record.tier, run.record.request_id) == ("", "", "")
    assert run.draft.usage is None
    own = heard(Asked("B", "m"), TextDelta("Hi."), END).cost.nano or 0
    assert run.cost == Cost(5_000_000 + own, "estimate", estimated=True)


def test_stopped_between_two_attempts_it_costs_nothing_and_during_one_nobody_knows() -> None:
    assert heard(Asked("A", "m"), AGAIN, state="stopped").cost == Cost(0, "estimate")
    assert heard(Asked("A", "m"), AGAIN, Asked("A", "m"), state="stopped").cost.estimated
    assert heard(Asked("A", "m")).cost == UNKNOWN_COST
