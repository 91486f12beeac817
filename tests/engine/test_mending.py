"""Whatever was interrupted in a conversation, a strict server takes it once it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.engine.mending import INTERRUPTED, mended
from deepchat.simulator.answers import Refusal
from deepchat.simulator.messages import checked
from deepchat.simulator.values import Json, parse, to_bytes
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest

PICTURE = Image("image/png", b"\x89PNG")


def call(call_id: str = "1", arguments: str = "{}") -> ToolCall:
    return ToolCall(call_id, "weather", arguments)


def calling(*parts: Part) -> Message:
    return Message("assistant", parts)


def told(*call_ids: str, text: str = "rain") -> Message:
    return Message("tool", tuple(ToolResult(call_id, text) for call_id in call_ids))


def sent(messages: list[Message]) -> Json:
    """The messages as they leave."""
    body = OpenAIChat(Place("test", "http://127.0.0.1")).chat(ChatRequest("any", tuple(messages))).body
    whole = parse(body or b"")
    assert isinstance(whole, dict)
    return whole["messages"]


CASES: Mapping[str, tuple[list[Message], list[Message]]] = {
    "in order": ([system("s"), user("q"), assistant("a")], [system("s"), user("q"), assistant("a")]),
    "an empty answer": ([user("q"), assistant(""), user("r")], [Message("user", (Text("q"), Text("\n\n"), Text("r")))]),
    "a blank answer at the end": ([user("q"), assistant(" \n")], [user("q")]),
    "an answer that was only thought": ([user("q"), Message("assistant", (), "hm")], [user("q")]),
    "two answers": (
        [user("q"), Message("assistant", (Text("a"),), "x"), Message("assistant", (Text("b"),), "y")],
        [user("q"), Message("assistant", (Text("a"), Text("\n\n"), Text("b")), "x\n\ny")],
    ),
    "a picture and a question": (
        [Message("user", (PICTURE,)), user("q")],
        [Message("user", (PICTURE, Text("q")))],
    ),
    "instructions later on": (
        [user("q"), system("s"), assistant("a"), system("t"), system("")],
        [Message("system", (Text("s"), Text("\n\n"), Text("t"))), user("q"), assistant("a")],
    ),
    "a call and its result": ([user("q"), calling(call()), told("1")], [user("q"), calling(call()), told("1")]),
    "a call without result": (
        [user("q"), calling(Text("a"), call()), user("r")],
        [user("q"), calling(Text("a"), call()), told("1", text=INTERRUPTED), user("r")],
    ),
    "one result of two, out of order": (
        [calling(call("1"), call("2"), call("3")), told("3"), told("2", "2")],
        [
            calling(call("1"), call("2"), call("3")),
            Message("tool", (ToolResult("1", INTERRUPTED), ToolResult("2", "rain"), ToolResult("3", "rain"))),
        ],
    ),
    "a result without call": ([user("q"), told("9"), assistant("a")], [user("q"), assistant("a")]),
    "a result too late": (
        [calling(call()), user("q"), told("1"), assistant("a")],
        [calling(call()), told("1", text=INTERRUPTED), user("q"), assistant("a")],
    ),
    "a result between two answers": (
        [assistant("a"), told("9"), assistant("b")],
        [Message("assistant", (Text("a"), Text("\n\n"), Text("b")))],
    ),
    "several results of one call": (
        [calling(call()), told("1"), told("1", text="sun"), Message("tool", (ToolResult("1", " "), Text("in Oslo")))],
        [calling(call()), told("1", text="rain\n\nsun\n\nin Oslo")],
    ),
    "a note beside a result": (
        [calling(call()), Message("tool", (Text("It took long."), ToolResult("1", "rain"), Text("That is all.")))],
        [calling(call()), told("1", text="rain\n\nIt took long.\n\nThat is all.")],
    ),
    "thoughts around a result": (
        [Message("assistant", (Text(" "), ToolResult("9", "rain"), Text("a"), ToolResult("8", ""), Text("b")), "hm")],
        [Message("assistant", (Text("a"), Text("\n\n"), Text("b")), "hm")],
    ),
    "calls with one id": ([calling(call(), call()), told("1", "1")], [calling(call()), told("1")]),
    "a call without name": ([assistant("a"), calling(ToolCall("1", "", ""))], [assistant("a")]),
    "a call without id": ([assistant("a"), calling(call(""))], [assistant("a")]),
    "arguments that were cut": (
        [calling(call(arguments='{"town": "Os')), told("1")],
        [calling(call()), told("1")],
    ),
    "arguments that are no object": ([calling(call(arguments="[1]")), told("1")], [calling(call()), told("1")]),
    "arguments without end": ([calling(call(arguments="[" * 100_000)), told("1")], [calling(call()), told("1")]),
    "a turn in one message": (
        [user("q"), calling(Text("a"), call(), ToolResult("1", "rain"), Text("b"))],
        [user("q"), calling(Text("a"), call()), told("1"), assistant("b")],
    ),
    "what a role cannot hold": (
        [Message("user", (Text("q"), call())), calling(Text("a"), PICTURE), Message("tool", (Text("x"),))],
        [user("q"), assistant("a")],
    ),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("messages", "whole"), CASES.values(), ids=CASES)
def test_what_was_interrupted_is_mended(messages: list[Message], whole: list[Message]) -> None:
    assert mended(messages) == whole


_texts = st.sampled_from(["", " \n", "word", "more words"]).map(Text)
_ids = st.sampled_from(["", "1", "2", "3"])
_calls = st.builds(ToolCall, _ids, st.sampled_from(["", "weather"]), st.sampled_from(["", "{}", '{"a":1}', '{"a', "3"]))
_results = st.builds(ToolResult, _ids, st.sampled_from(["", "rain"]))
_parts = st.lists(st.one_of(_texts, _calls, _results, st.just(PICTURE)), max_size=4).map(tuple)
_roles = st.sampled_from(["system", "user", "assistant", "tool"])
_messages = st.lists(st.builds(Message, _roles, _parts, st.sampled_from(["", "hm"])), max_size=8)


@given(_messages)
def test_a_strict_server_takes_every_mended_conversation(messages: list[Message]) -> None:
    whole = mended(messages)
    if whole:
        assert checked(sent(whole))
    assert mended(whole) == whole
    roles = [message.role for message in whole]
    assert "system" not in roles[1:]
    assert all(one != other for one, other in pairwise(roles))


@given(_messages)
def test_mending_loses_no_word_of_a_user_or_a_model(messages: list[Message]) -> None:
    def words(said: list[Message]) -> str:
        spoken = [message for message in said if message.role in ("user", "assistant")]
        return "".join("".join(message.text.split()) for message in spoken)

    assert words(mended(messages)) == words(messages)


TURN = [
    system("Be brief."),
    user("Rain?"),
    calling(Text("Let me see."), call("1"), call("2")),
    told("1"),
    told("2"),
    calling(call("1", '{"town":"Oslo"}')),
    told("1"),
    assistant("Yes, rain."),
]


def test_what_needs_no_mending_stays_as_it_is() -> None:
    messages = [system("s"), user("q", PICTURE), Message("assistant", (Text("a"),), "hm"), user("r")]
    for before, after in zip(messages, mended(messages), strict=True):
        assert after is before


@pytest.mark.parametrize("end", range(1, len(TURN) + 1))
def test_a_turn_with_tools_may_be_interrupted_after_each_of_its_messages(end: int) -> None:
    assert checked(sent(mended(TURN[:end])))
    assert checked(sent(mended([*TURN[:end], user("And tomorrow?")])))


def test_the_server_of_these_tests_is_strict() -> None:
    with pytest.raises(Refusal):
        checked(parse(to_bytes('[{"role":"assistant","content":""}]')))
    with pytest.raises(Refusal):
        checked(sent(TURN[:4]))
