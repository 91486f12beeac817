"""Exact words out of pieces: halves of characters joined, thinking told from speaking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.events import ReasoningDelta
from deepchat.wire.providers.words import Echo, Joiner, ThinkTags
from tests.wire.chopping import chopped

HALVES = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"])))
TAGGED = st.lists(st.sampled_from(["<think>", "</think>", "<", "/", "th", "ink>", "\n", " ", "word", "犬"])).map(
    "".join
)
CUTS = st.lists(st.integers(0), max_size=20)


def units(text: str) -> str:
    """The text as JSON's escapes spell it: every character beyond U+FFFF in two halves."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[n] | raw[n + 1] << 8) for n in range(0, len(raw), 2))


@given(HALVES, CUTS)
def test_halves_of_characters_are_joined_and_lone_ones_replaced(text: str, cuts: list[int]) -> None:
    joiner = Joiner()
    heard = "".join([*map(joiner.feed, chopped(units(text), cuts)), joiner.end()])
    assert heard == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert joiner.end() == ""


def told_apart(pieces: list[str]) -> tuple[str, str]:
    tags = ThinkTags()
    events = [event for piece in pieces for event in tags.feed(piece)] + list(tags.end())
    assert all(event.text for event in events)
    thought = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    return thought, "".join(event.text for event in events if not isinstance(event, ReasoningDelta))


@given(TAGGED, CUTS)
def test_thinking_is_told_from_speaking_wherever_the_pieces_end(text: str, cuts: list[int]) -> None:
    opening = text.lstrip()
    thought, _, words = opening.removeprefix("<think>").partition("</think>")
    expected = (thought, words.lstrip("\n")) if opening.startswith("<think>") else ("", text)
    assert told_apart([text]) == expected
    assert told_apart(chopped(text, cuts)) == expected
    assert told_apart(list(text)) == expected


@pytest.mark.parametrize(
    ("text", "thought", "words"),
    [
        ("<think>hm</think>yes", "hm", "yes"),
        (" \n<think>hm</think>\n\nyes", "hm", "yes"),
        ("<think></think>yes", "", "yes"),
        ("<think>hm", "hm", ""),
        ("<think>hm</th", "hm</th", ""),
        ("<th", "", "<th"),
        ("<think", "", "<think"),
        ("<thinking>", "", "<thinking>"),
        ("yes <think>hm</think>", "", "yes <think>hm</think>"),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("  yes", "", "  yes"),
        ("", "", ""),
    ],
)
def test_only_a_block_at_the_very_start_is_thinking(text: str, thought: str, words: str) -> None:
    assert told_apart([text]) == (thought, words)


@given(st.text(), st.text(), CUTS)
def test_a_prompt_that_was_echoed_is_not_put_before_the_answer_again(prompt: str, rest: str, cuts: list[int]) -> None:
    echo = Echo(prompt)
    assert "".join([*map(echo.feed, chopped(prompt + rest, cuts)), echo.end()]) == prompt + rest
    assert not echo.was_missing


@given(st.text("ab", min_size=1), st.text("ab"), CUTS)
def test_a_prompt_that_was_not_echoed_is_put_before_the_answer(prompt: str, answer: str, cuts: list[int]) -> None:
    echo = Echo(prompt)
    whole = answer if answer.startswith(prompt) else prompt + answer
    assert "".join([*map(echo.feed, chopped(answer, cuts)), echo.end()]) == whole
    assert echo.was_missing == (not answer.startswith(prompt))


def test_nothing_is_held_back_once_it_is_known_that_there_is_no_echo() -> None:
    echo = Echo("Once upon")
    assert [echo.feed(piece) for piece in ("On", "ly ", "then")] == ["", "Once uponOnly ", "then"]
