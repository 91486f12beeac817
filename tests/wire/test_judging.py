"""Whether an answer was whole: what is skipped, what is missed, and what no server can upset."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.events import Noticed
from deepchat.errors import AnswerFailed, BadReply, ConnectionLost, DeepChatError, NotTheApi
from deepchat.wire.providers.answers import ChatReader, CompletionReader
from deepchat.wire.providers.base import MOST_BROKEN, AnswerReader
from deepchat.wire.providers.native import NativeReader
from tests.wire.reading import FINISH, delta, heard, sent

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("tool_calls"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "choices",
                        "delta",
                        "message",
                        "content",
                        "reasoning",
                        "reasoning_content",
                        "tool_calls",
                        "index",
                    ),
                    *(
                        "function",
                        "name",
                        "arguments",
                        "id",
                        "finish_reason",
                        "usage",
                        "prompt_tokens",
                        "text",
                        "model",
                    ),
                    *("completion_tokens", "total_tokens", "prompt_tokens_details", "cached_tokens", "estimated_cost"),
                    *("thinking", "type", "logprobs", "token", "results", "details", "inference_status", "request_id"),
                    *("service_tier", "x_groq", "generated_text", "num_tokens", "special"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("reader", [ChatReader("m"), CompletionReader("m"), NativeReader("m")])
def test_silence_from_beginning_to_end_is_an_empty_reply(reader: AnswerReader) -> None:
    with pytest.raises(ConnectionLost, match="empty"):
        reader.end()


def test_an_answer_without_a_reason_is_whole_only_when_it_was_said_to_be_done() -> None:
    cut, done = ChatReader("m"), ChatReader("m")
    heard(cut, delta(content="a"))
    heard(done, delta(content="a"), "[DONE]")
    with pytest.raises(ConnectionLost, match="cut off"):
        cut.end()
    assert [getattr(event, "reason", "") for event in done.end()] == ["other"]


def test_json_that_holds_no_answer_is_no_answer() -> None:
    reader = ChatReader("m")
    assert reader.read_body(b'{"object":"list","data":[]}') == []
    with pytest.raises(BadReply, match="no answer"):
        reader.end()


@pytest.mark.parametrize("torn", ['{"id":"c","usa', "9" * 5000, "[" * 100_000, '{"a":' * 100_000, "{} {}"])
def test_a_few_unreadable_pieces_are_skipped_and_many_are_not(torn: str) -> None:
    few, many = ChatReader("m"), ChatReader("m")
    events, draft = heard(few, delta(content="a"), *[torn] * MOST_BROKEN, FINISH)
    assert (draft.text, len([event for event in events if isinstance(event, Noticed)])) == ("a", MOST_BROKEN)
    few.end()
    heard(many, delta(content="a"), *[torn] * (MOST_BROKEN + 1), FINISH)
    with pytest.raises(BadReply):
        many.end()


def test_an_unreadable_piece_with_words_in_it_makes_the_answer_incomplete() -> None:
    reader = ChatReader("m")
    heard(reader, '{"choices":[{"delta":{"content":"lo', FINISH)
    with pytest.raises(BadReply):
        reader.end()


def test_two_events_without_a_line_between_them_are_both_heard() -> None:
    two = json.dumps(delta(content="a")) + "\n" + json.dumps(delta(content="b"))
    assert heard(ChatReader("m"), two)[1].text == "ab"


def test_a_page_is_not_an_answer() -> None:
    with pytest.raises(NotTheApi):
        ChatReader("m").read(sent("<html>"))
    with pytest.raises(NotTheApi):
        ChatReader("m").read_body(b"\n<html>")
    with pytest.raises(BadReply, match="no JSON"):
        ChatReader("m").read_body(b"hello")
    assert ChatReader("m").read_body(b" \n") == []


def test_an_error_in_a_stream_is_raised() -> None:
    with pytest.raises(AnswerFailed, match="broken"):
        ChatReader("m").read(sent({"error": "broken"}))
    with pytest.raises(AnswerFailed, match="timed out"):
        ChatReader("m").read(sent("upstream timed out", "error"))
    with pytest.raises(AnswerFailed):
        ChatReader("m").read(sent({"choices": [{"finish_reason": "error"}]}))


@given(st.lists(ANY_JSON, max_size=4), st.sampled_from([ChatReader, CompletionReader, NativeReader]))
def test_any_json_leads_to_events_or_to_one_of_our_errors(
    chunks: list[object], kind: type[ChatReader | CompletionReader | NativeReader]
) -> None:
    reader = kind("m")
    with suppress(DeepChatError):
        heard(reader, *map(json.dumps, chunks))
        reader.end()


@given(st.lists(st.text(), max_size=4))
def test_any_text_leads_to_events_or_to_one_of_our_errors(texts: list[str]) -> None:
    reader = ChatReader("m")
    with suppress(DeepChatError):
        heard(reader, *texts)
        reader.end()
