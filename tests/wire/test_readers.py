"""What is heard in an answer's JSON, whatever a server makes of the dialect."""

from __future__ import annotations

import json
from typing import cast

import pytest

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import LogprobsReported, Noticed, Served, UsageReported
from deepchat.conversation.usage import Usage
from deepchat.wire.providers.answers import MOST_TOOL_CALLS, ChatReader, CompletionReader
from deepchat.wire.providers.native import NativeReader
from deepchat.wire.providers.reports import MOST_TOKENS, finish_of
from tests.wire.reading import FINISH, delta, heard, sent


def usage(**figures: object) -> dict[str, object]:
    return {"choices": [], "usage": figures}


@pytest.mark.parametrize(
    ("reports", "counted", "cost"),
    [
        ([{"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}], Usage(3, 5), None),
        ([{"prompt_tokens": 3, "completion_tokens": 5}], Usage(3, 5), None),
        ([{"prompt_tokens": 3.0, "completion_tokens": 5}], Usage(3, 5), None),
        # the last one holds, and is never added to the others
        ([{"prompt_tokens": 3, "completion_tokens": n} for n in (1, 2, 3)], Usage(3, 3), None),
        # but a zero takes nothing back
        (
            [{"prompt_tokens": 3, "completion_tokens": 5}, {"prompt_tokens": 0, "completion_tokens": 0}],
            Usage(3, 5),
            None,
        ),
        ([{"prompt_tokens": 3, "completion_tokens": 5}, {}], Usage(3, 5), None),
        (
            [{"prompt_tokens": 3, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 2}}],
            Usage(3, 5, 2),
            None,
        ),
        (
            [{"prompt_tokens": 3, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 99}}],
            Usage(3, 5, 3),
            None,
        ),
        (
            [{"prompt_tokens": 3, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 4}}],
            Usage(3, 5, 0, 4),
            None,
        ),
        (
            [
                {
                    "prompt_tokens": 3,
                    "completion_tokens": 5,
                    "total_tokens": 17,
                    "completion_tokens_details": {"reasoning_tokens": 9},
                }
            ],
            Usage(3, 14, 0, 9),
            None,
        ),
        (
            [{"prompt_tokens": 3, "completion_tokens": 5, "prompt_tokens_details": None, "estimated_cost": 9.68e-05}],
            Usage(3, 5),
            96_800,
        ),
        ([{"prompt_tokens": 3, "completion_tokens": 5, "cost": 0.001}], Usage(3, 5), 1_000_000),
        ([{"prompt_tokens": 3, "completion_tokens": 5, "estimated_cost": "0.5"}], Usage(3, 5), 500_000_000),
        ([{"prompt_tokens": 3, "completion_tokens": 5, "estimated_cost": -1}], Usage(3, 5), None),
        ([{"prompt_tokens": MOST_TOKENS, "completion_tokens": 0}], Usage(MOST_TOKENS, 0), None),
    ],
)
def test_the_last_sensible_count_of_tokens_holds(
    reports: list[dict[str, object]], counted: Usage, cost: int | None
) -> None:
    _, draft = heard(ChatReader("m"), *(usage(**report) for report in reports))
    assert (draft.usage, draft.cost_nano) == (counted, cost)


@pytest.mark.parametrize(
    "figures",
    [
        {"prompt_tokens": -1},
        {"prompt_tokens": "3"},
        {"prompt_tokens": True},
        {"prompt_tokens": 3.5},
        {"prompt_tokens": float("nan")},
        {"completion_tokens": float("inf")},
        {"completion_tokens": MOST_TOKENS + 1},
        {"completion_tokens": [5]},
        {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 9000},
        {"total_tokens": "8"},
    ],
)
def test_a_count_that_can_not_be_true_is_noticed_and_not_used(figures: dict[str, object]) -> None:
    events, draft = heard(ChatReader("m"), usage(prompt_tokens=1, completion_tokens=2), usage(**figures))
    assert draft.usage == Usage(1, 2)
    assert isinstance(events[-1], Noticed)


def test_the_same_count_is_reported_once() -> None:
    events, _ = heard(ChatReader("m"), *[usage(prompt_tokens=1, completion_tokens=2)] * 3)
    assert len([event for event in events if isinstance(event, UsageReported)]) == 1


def test_who_serves_is_said_when_it_becomes_known_and_when_it_changes() -> None:
    chunks = [{"model": "a"}, {"model": "a"}, {"model": "b", "service_tier": "flex"}, {"model": None}, {"model": ""}]
    events, _ = heard(ChatReader("m"), *chunks)
    assert events == [Served("a"), Served("b", "flex")]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", "stop"),
        ("STOP", "stop"),
        ("eos", "stop"),
        ("end_turn", "stop"),
        ("length", "length"),
        ("MAX_TOKENS", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_calls", "tool_calls"),
        ("content_filter", "content_filter"),
        ("SAFETY", "content_filter"),
        ("gave_up", "other"),
    ],
)
def test_the_reason_for_stopping_is_known_in_every_spelling(said: str, meant: str) -> None:
    assert finish_of(said) == meant


def test_whatever_follows_the_end_is_still_heard_and_the_first_reason_holds() -> None:
    length = {"choices": [{"delta": {"content": " more"}, "finish_reason": "length"}]}
    _, draft = heard(
        ChatReader("m"), delta(content="some"), FINISH, length, usage(prompt_tokens=1, completion_tokens=2)
    )
    assert (draft.text, draft.finish, draft.usage) == ("some more", "stop", Usage(1, 2))


def piece(name: str = "", arguments: object = "", **fields: object) -> dict[str, object]:
    return {**fields, "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([piece("f", "{", index=0, id="a"), piece("", "}", index=0)], [("a", "f", "{}")]),
        ([piece("f", "{}", id="a"), piece("g", "{}", id="b")], [("a", "f", "{}"), ("b", "g", "{}")]),
        ([piece("f", "{", id="a"), piece("", "}")], [("a", "f", "{}")]),
        ([piece("f", id="a"), piece("g", id="b"), piece("", "1", id="a")], [("a", "f", "1"), ("b", "g", "")]),
        ([piece("f", index=0, id="a", type="x"), piece("", "{}", index=0, id="", type="")], [("a", "f", "{}")]),
        ([piece("f", {"a": 1}, index=3)], [("call_3", "f", '{"a": 1}')]),
        ([piece("f", index=True), piece("", "1", index=-1)], [("call_0", "f", "1")]),
        ([piece("f", index=MOST_TOOL_CALLS), None, "x", {}, {"function": "g"}], [("call_0", "", "")]),
    ],
)
def test_calls_are_put_together_by_index_else_by_id_else_in_order(
    pieces: list[object], calls: list[tuple[str, str, str]]
) -> None:
    _, draft = heard(ChatReader("m"), *(delta(tool_calls=[one]) for one in pieces))
    assert [(call.id, call.name, call.arguments) for call in draft.tool_calls] == calls


@pytest.mark.parametrize(
    ("chunks", "text", "reasoning"),
    [
        ([delta(content="a"), delta(content=None), delta(content=7), delta(content="b")], "ab", ""),
        ([delta(content=[{"type": "text", "text": "a"}, {"type": "image_url"}, 7])], "a", ""),
        ([delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}])], "", "hm"),
        ([delta(content=[{"type": "thinking", "thinking": "hm"}])], "", "hm"),
        ([delta(reasoning="hm", reasoning_content="hm")], "", "hm"),
        ([delta(reasoning_content="", reasoning="hm")], "", "hm"),
        ([delta(content="<think>hm"), delta(content="</think>\n\na")], "a", "hm"),
        ([{"choices": [{"message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}]}], "a", ""),
        ([{"choices": [None, "x", {"index": 1, "delta": {"content": "b"}}, {"delta": {"content": "a"}}]}], "a", ""),
        ([{"choices": None}, {"choices": 7}, {"id": "x"}], "", ""),
    ],
)
def test_words_and_thoughts_are_heard_wherever_they_stand(
    chunks: list[dict[str, object]], text: str, reasoning: str
) -> None:
    _, draft = heard(ChatReader("m"), *chunks)
    assert (draft.text, draft.reasoning) == (text, reasoning)


def test_a_half_character_at_the_very_end_is_not_lost() -> None:
    for reader in (ChatReader("m"), CompletionReader("m"), NativeReader("m")):
        half: dict[str, object] = {**delta(content="a\ud83e"), "token": {"text": "a\ud83e"}}
        cast("list[dict[str, object]]", half["choices"])[0].update({"text": "a\ud83e", "finish_reason": "stop"})
        events = [*reader.read(sent(half)), *reader.read(sent({"details": {"finish_reason": "stop"}})), *reader.end()]
        draft = Draft()
        for event in events:
            draft.take(event, 0.0)
        assert draft.text == "a\ufffd"
    reader = ChatReader("m")
    reader.read(sent(delta(reasoning="b\ud83e")))
    reader.read(sent(FINISH))
    assert [getattr(event, "text", "") for event in reader.end()] == ["\ufffd"]


def test_a_completion_is_its_text_with_its_probabilities() -> None:
    chunk = {"choices": [{"index": 0, "text": "a", "logprobs": {"tokens": ["a"]}, "finish_reason": "length"}]}
    events, draft = heard(CompletionReader("m"), chunk)
    assert (draft.text, draft.finish) == ("a", "length")
    assert LogprobsReported('{"tokens": ["a"]}') in events


def test_the_native_route_speaks_in_tokens_and_ends_with_its_count() -> None:
    chunks = [
        {"token": {"text": "Hi", "special": False}, "generated_text": None, "details": None},
        {"token": {"text": "</s>", "special": True}, "generated_text": "Hi", "details": {"finish_reason": "length"}},
        {"request_id": "R7", "inference_status": {"cost": 1e-06, "tokens_generated": 1, "tokens_input": 4}},
        {"num_tokens": 2, "num_input_tokens": 5},
    ]
    _, draft = heard(NativeReader("m"), *chunks)
    assert (draft.text, draft.finish, draft.request_id) == ("Hi", "length", "R7")
    assert (draft.usage, draft.cost_nano) == (Usage(5, 2), 1000)


def test_a_whole_native_answer_is_heard_too() -> None:
    reader = NativeReader("m")
    body = {"request_id": "R", "results": [{"generated_text": "Hi"}], "num_tokens": 1, "num_input_tokens": 4}
    events = [*reader.read_body(json.dumps(body).encode()), *reader.end()]
    draft = Draft()
    for event in events:
        draft.take(event, 0.0)
    assert (draft.text, draft.finish, draft.usage) == ("Hi", "stop", Usage(4, 1))


def completed(text: str, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "text": text, "finish_reason": finish}]}


@pytest.mark.parametrize(
    ("pieces", "whole", "noticed"),
    [
        (["Once", " upon", " a time"], "Once upon a time", False),
        ([" a", " time"], "Once upon a time", True),
        (["On", "ly"], "Once uponOnly", True),
        (["Once"], "Once uponOnce", True),
        ([], "Once upon", True),
    ],
)
def test_a_completion_begins_with_the_prompt_when_it_was_to_be_echoed(
    pieces: list[str], whole: str, noticed: bool
) -> None:
    reader = CompletionReader("m", "Once upon")
    events, draft = heard(reader, *map(completed, pieces), completed("", "stop"))
    for event in (last := reader.end()):
        draft.take(event, 0.0)
    assert draft.text == whole
    assert any(isinstance(event, Noticed) and "echo" in event.note for event in (*events, *last)) == noticed
