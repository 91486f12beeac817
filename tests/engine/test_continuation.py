"""Each way in which carrying on can fail has its verdict, and the next request says only what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import (
    Finish,
    Finished,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parameters import NOTHING_SET, JsonObject, JsonSchema, Parameters
from deepchat.conversation.parts import ToolCall
from deepchat.conversation.usage import Usage
from deepchat.engine.continuation import (
    NUDGE,
    Rules,
    after_break,
    after_refusal,
    another_model,
    judge,
    next_request,
    refuses_prefill,
)
from deepchat.engine.forms import Form
from deepchat.engine.repetition import LOOKED_AT, Loop, loop_at_end
from deepchat.engine.verdicts import STOPS, CarryOn, Reason, Stop, Verdict, Whole
from deepchat.errors import ContextTooLong, Overloaded, RequestRefused, ServerFailed, WireError
from deepchat.wire.request import ChatRequest

QUESTION = ChatRequest("any", (system("Be brief."), user("Count the ships.")))
AS_USUAL = Rules()
LAMP = "The keeper lit the lamp, counted the ships, and wrote them all down. "
CALL = ToolCallDelta(0, "call_1", "weather", '{"town": "Os')


@dataclass(frozen=True, slots=True)
class Case:
    mode: str
    """Its number in the catalogue of failures, and what happened."""
    verdict: Reason | Form | None
    """Why it stops, how it goes on, or nothing: it is whole."""
    heard: tuple[StreamEvent, ...] = (TextDelta("Three ships"),)
    finish: Finish | None = "length"
    shown: str | None = None
    """What the leg added; its text, when nothing else is said."""
    before: str = ""
    asked: Parameters = NOTHING_SET
    context: int | None = None
    legs_done: int = 1
    rules: Rules = AS_USUAL
    form: Form = "prefill"


CASES = (
    Case("cut at the limit", "prefill"),
    Case("cut at the limit, asked in words", "nudge", form="nudge"),
    Case("2 only the last words again", "no_progress", shown="", before="Three ships"),
    Case("3 begun anew and never as far", "no_progress", (TextDelta("Three"),), shown="", before="Three ships, four"),
    Case("6 thinking and no answer", "thinking_ate_all", (ReasoningDelta("Hm."),)),
    Case("6 thinking that is only counted", "thinking_ate_all", (UsageReported(Usage(9, 9, 0, 9)),)),
    Case("6 thinking again and no more answer", "thinking_ate_all", (ReasoningDelta("Hm."),), before="Three"),
    Case("6 thinking that ended by itself", None, (ReasoningDelta("Hm."),), "stop"),
    Case(
        "7 the window is nearly full", "context_full", (TextDelta("x"), UsageReported(Usage(3_000, 600))), context=4_096
    ),
    Case("7 there is room left", "prefill", (TextDelta("x"), UsageReported(Usage(3_000, 584))), context=4_096),
    Case("7 a small window", "prefill", (TextDelta("x"), UsageReported(Usage(300, 12))), context=512),
    Case(
        "7 a small window that is full", "context_full", (TextDelta("x"), UsageReported(Usage(300, 112))), context=512
    ),
    Case("7 full by our own estimate", "context_full", (TextDelta("word " * 3_200),), shown="x", context=4_096),
    Case("7 room by our own estimate", "prefill", (TextDelta("word " * 2_000),), shown="x", context=4_096),
    Case("7 shorter than was asked for, in an unknown window", "prefill", asked=Parameters(max_tokens=900)),
    Case("9 nothing more, and an end", None, (), "stop", before="Three ships."),
    Case("9 blanks, and an end", None, (TextDelta(" \n"),), "stop", before="Three ships."),
    Case("9 nothing more, and cut", "no_progress", (), before="Three ships"),
    Case("9 blanks, and cut", "no_progress", (TextDelta(" \n"),)),
    Case("9 a few blanks more, and cut", "prefill", (TextDelta(" \n"),), before="Three ships"),
    Case("9 blanks without end, and cut", "no_progress", (TextDelta(" " * 500),), before="Three ships"),
    Case("9 as many legs as there may be", "legs_used_up", legs_done=8),
    Case("9 one leg fewer", "prefill", legs_done=7),
    Case("9 more legs are allowed", "prefill", legs_done=24, rules=Rules(legs=25)),
    Case("9 by hand", "by_hand", rules=Rules(automatic=False)),
    Case("10 a loop", "repetition", (TextDelta(LAMP * 8),)),
    Case("10 a loop of several legs", "repetition", (TextDelta(LAMP),), before=LAMP * 7),
    Case("13 a call that was cut", "tool_call_cut", (TextDelta("Let me see."), CALL)),
    Case("13 a call that is whole", None, (CALL,), "tool_calls"),
    Case("14 JSON that was cut", "json_cut", (TextDelta('{"a"'),), asked=Parameters(response_format=JsonObject())),
    Case("14 a schema", "json_cut", (TextDelta("{"),), asked=Parameters(response_format=JsonSchema("x", {}))),
    Case("14 JSON that is whole", None, (TextDelta("{}"),), "stop", asked=Parameters(response_format=JsonObject())),
    Case(
        "15 a stop text across the seam",
        None,
        (TextDelta("OP more"),),
        before="so. ST",
        asked=Parameters(stop=("STOP",)),
    ),
    Case("15 a stop text that was not said", "prefill", before="so. ST", asked=Parameters(stop=("STOP", "."))),
    Case("15 several answers", "several_answers", asked=Parameters(n=2)),
    Case("15 one answer", "prefill", asked=Parameters(n=1)),
    Case("22 no word about the end", None, finish=None),
    Case("22 an odd word about the end", None, finish="other"),
    Case("22 filtered", "filtered", finish="content_filter"),
)
BROKEN = (
    Case("18 broken in the text", "prefill", finish=None),
    Case("18 broken in the text, by hand", "by_hand", finish=None, rules=Rules(automatic=False)),
    Case("18 broken once too often", "legs_used_up", finish=None, legs_done=8),
    Case("18 broken before anything new", "no_progress", (), finish=None, before="Three"),
    Case("18 broken while thinking", "thinking_ate_all", (ReasoningDelta("Hm."),), finish=None),
    Case("18 broken in a call", "tool_call_cut", (CALL,), finish=None),
    Case("18 broken in JSON", "json_cut", finish=None, asked=Parameters(response_format=JsonObject())),
)


def verdict_of(case: Case, *, broken: bool = False) -> Verdict:
    draft = Draft()
    for event in case.heard:
        draft.take(event, 0.0)
    if case.finish:
        draft.take(Finished(case.finish, case.finish), 0.0)
    return (after_break if broken else judge)(
        draft,
        draft.text if case.shown is None else case.shown,
        replace(QUESTION, parameters=case.asked),
        case.context,
        case.legs_done,
        case.rules,
        before=case.before,
        form=case.form,
    )


def expected(verdict: Reason | Form | None) -> Verdict:
    if verdict is None:
        return Whole()
    return CarryOn(verdict) if verdict in ("prefill", "nudge") else STOPS[verdict]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.mode)
def test_every_end_of_a_leg_has_its_verdict(case: Case) -> None:
    assert verdict_of(case) == expected(case.verdict)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.mode)
def test_what_broke_off_is_carried_on_by_the_same_rules(case: Case) -> None:
    assert verdict_of(case, broken=True) == expected(case.verdict)


@pytest.mark.parametrize("stop", STOPS.values(), ids=lambda stop: stop.reason)
def test_every_stop_says_what_happened_and_what_comes_next(stop: Stop) -> None:
    assert stop.message
    assert stop.hint


NO_PREFILL = (
    "Assistant response prefill is incompatible with enable_thinking. (HTTP 400)",
    "This model does not support assistant message prefill. The conversation must end with a user message.",
    "continue_final_message is set but the final message does not appear in the chat after applying the chat template",
    "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
    "the last message must be from the user",
)


@pytest.mark.parametrize("said", NO_PREFILL)
def test_a_server_that_cannot_prefill_is_asked_in_words_once(said: str) -> None:
    error = RequestRefused(f"the server refused the request: {said}", "change it", status=400)
    assert refuses_prefill(error)
    assert after_refusal(error, "prefill") == CarryOn("nudge")
    assert after_refusal(error, "nudge") == Stop(
        "refused", f"the rest of the answer did not come: {error}", "change it"
    )


REFUSALS: Mapping[str, tuple[WireError, Reason]] = {
    "no room": (ContextTooLong("this is longer than the model can take in", status=400), "context_full"),
    "busy": (Overloaded("the model is busy", status=429), "refused"),
    "failed": (ServerFailed("the server failed", status=500), "refused"),
}


@pytest.mark.parametrize(("error", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_leaves_what_stands(error: WireError, reason: Reason) -> None:
    verdict = after_refusal(error, "prefill")
    assert isinstance(verdict, Stop)
    assert verdict.reason == reason


def test_an_answer_goes_back_as_the_last_message_without_the_blanks_at_its_end() -> None:
    asked = next_request(QUESTION, "Three ships,\n\n", "Let me count.", "prefill")
    assert asked.messages == (*QUESTION.messages, replace(assistant("Three ships,"), reasoning="Let me count."))


def test_in_words_the_answer_is_followed_by_what_is_wanted() -> None:
    asked = next_request(QUESTION, "Three ships, ", "", "nudge")
    assert asked.messages == (*QUESTION.messages, assistant("Three ships,"), user(NUDGE))


@pytest.mark.parametrize("form", ["prefill", "nudge"])
def test_an_empty_answer_is_never_sent(form: Form) -> None:
    assert next_request(QUESTION, " \n", "Let me count.", form) == QUESTION


@pytest.mark.parametrize("form", ["prefill", "nudge"])
def test_an_answer_that_was_begun_before_becomes_one_with_it(form: Form) -> None:
    begun = replace(QUESTION, messages=(*QUESTION.messages, assistant("Three ")))
    assert next_request(begun, "ships", "", form) == next_request(QUESTION, "Three ships", "", form)
    assert next_request(begun, "", "", form) == next_request(QUESTION, "Three", "", form)


def test_a_call_is_not_taken_for_words() -> None:
    called = Message("assistant", (ToolCall("1", "weather", "{}"),))
    assert next_request(replace(QUESTION, messages=(called,)), "So", "", "prefill").messages == (
        called,
        assistant("So"),
    )


@pytest.mark.parametrize(
    ("asked", "left", "sent"), [(64, None, 64), (64, 900, 64), (900, 64, 64), (900, -5, 1), (None, 64, None)]
)
def test_each_leg_may_be_as_long_as_was_asked_for_if_it_fits(
    asked: int | None, left: int | None, sent: int | None
) -> None:
    question = replace(QUESTION, parameters=Parameters(max_tokens=asked, stop=("STOP",), reasoning_effort="high"))
    parameters = next_request(question, "Three", "", "prefill", left).parameters
    assert parameters == replace(question.parameters, max_tokens=sent)


@pytest.mark.parametrize(
    ("first", "now", "told"), [("a", "b", True), ("a", "a", False), ("", "b", False), ("a", "", False)]
)
def test_another_model_between_two_legs_is_told(first: str, now: str, told: bool) -> None:
    assert bool(another_model(first, now)) == told


LOOPS: Mapping[str, tuple[str, int | None]] = {
    "eight sentences": ("Once. " + LAMP * 8, len(LAMP)),
    "a cut one at the end": (LAMP * 6 + LAMP[:30], len(LAMP)),
    "five sentences": (LAMP * 5, None),
    "three long paragraphs": ((LAMP + "Then it was night. " * 2 + "".join(map(str, range(150)))) * 3, 447),
    "two long paragraphs": ((LAMP + "".join(map(str, range(300)))) * 2, None),
    "one letter": ("a" * 400, 1),
    "a table's rule": ("|---|---|---|---|\n" * 2, None),
    "a row of zeros": ("0, " * 120, None),
    "a loop that was left": (LAMP * 20 + "At last, morning came to the harbour.", None),
    "a count": ("".join(f"This is part {n} of a tale without an end. " for n in range(60)), None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("text", "period"), LOOPS.values(), ids=LOOPS)
def test_a_loop_is_told_from_a_refrain(text: str, period: int | None) -> None:
    found = loop_at_end(text)
    assert (found.period if found else None) == period


def test_only_the_end_of_an_answer_is_looked_at() -> None:
    assert loop_at_end("ab" * 50_000) == Loop(2, LOOKED_AT)
