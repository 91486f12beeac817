"""An answer with calls in it reads in the order in which it happened, while it streams as when it is over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.conversation.message import Message
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.tui.entries import Entry
from deepchat.tui.said import Said, said_before
from deepchat.tui.widgets.sheet import Sheet
from tests.tui.widgets.test_sheet import answer, coming, laid, lines_of

WORDS = st.sampled_from(["One.", "Two\nlines.", "# A head\n\n", "```py\nx = 1\n```\n", "- a\n- b\n", "  "])


@st.composite
def answers(draw: st.DrawFn) -> list[Said]:
    said: list[Said] = []
    for round_ in range(draw(st.integers(1, 3))):
        said += draw(st.lists(WORDS, max_size=3))
        names = [f"{round_}-{number}" for number in range(draw(st.integers(1, 2)))]
        said += [ToolCall(name, f"tool{name}", "{}") for name in names]
        said += [ToolResult(name, f"gave {name}") for name in names]
    return [*said, *draw(st.lists(WORDS, max_size=3))]


def whole(said: list[Said]) -> Entry:
    parts: list[Part] = []
    for one in said:
        if isinstance(one, str) and parts and isinstance(last := parts[-1], Text):
            parts[-1] = Text(last.text + one)
        else:
            parts.append(Text(one) if isinstance(one, str) else one)
    entry = answer("", "whole")
    return replace(entry, node=replace(entry.node, message=Message("assistant", tuple(parts))))


@settings(max_examples=60, deadline=None)
@given(answers(), st.integers(20, 80))
def test_while_it_streams_it_reads_as_when_it_is_over(said: list[Said], width: int) -> None:
    live, over = laid(Sheet(coming(), is_live=True), width), laid(Sheet(whole(said)), width)
    for one in said:
        settled, before = live.settled, lines_of(live)
        live.say(one)
        assert lines_of(live)[1:settled] == before[1:settled]
    shown = [line.text for line in lines_of(live)[1:] if line.text.strip()]
    assert shown == [line.text for line in lines_of(over)[1:] if line.text.strip()]
    assert live.words == over.words


def test_whoever_comes_back_to_it_sees_the_same() -> None:
    said: list[Said] = ["Let me see. ", ToolCall("1", "time", "{}"), ToolResult("1", "noon"), "It is noon."]
    one, other = laid(Sheet(coming(), is_live=True)), laid(Sheet(coming(), is_live=True))
    for piece in said:
        one.say(piece)
    other.say(*said)
    assert lines_of(one) == lines_of(other)


def test_a_call_is_seen_where_it_is_made_before_it_gave_anything_back() -> None:
    live = laid(Sheet(coming(), is_live=True))
    live.say("Let me see.", ToolCall("1", "time", "{}"))
    texts = [line.text for line in lines_of(live)]
    assert texts[1:4] == ["Let me see.", "", "▸ time {} → …"]


def test_what_is_gone_on_with_stands_with_its_calls() -> None:
    call, result = ToolCall("1", "time", "{}"), ToolResult("1", "noon")
    parts = (Text("See. "), call, result, Text("It is noon, and"))
    assert said_before(parts) == ["See. ", call, result, "It is noon, and"]
    assert said_before(parts, " and") == ["See. ", call, result, "It is noon,"]
    assert said_before(()) == []


def test_calls_that_a_server_numbers_anew_in_each_round_keep_what_each_gave_back() -> None:
    first, second = ToolCall("0", "time", "{}"), ToolCall("0", "calculator", "{}")
    twice = [
        first,
        second,
        ToolResult("0", "noon"),
        ToolResult("0", "4"),
        "So. ",
        first,
        ToolResult("0", "one"),
        second,
    ]
    told = [line.text for line in lines_of(laid(Sheet(whole(twice)))) if "→" in line.text]
    assert told == ["▸ time {} → noon", "▸ calculator {} → 4", "▸ time {} → one", "▸ calculator {} → …"]
