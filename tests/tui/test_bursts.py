"""A paste without marks is told from what is typed, and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.tui.bursts import END_WAIT_S, FASTEST_S, LEAST_PASTED, LINE_WAIT_S, Bursts
from deepchat.tui.sequences import Pasted, Pressed, Reported, Token, Typed

TWO_LINES = "the first of two lines\rand the second\r"
SLOWLY_S = FASTEST_S * 2


def come(*pieces: str | Token, apart_s: float = 0.0, bursts: Bursts | None = None) -> Sequence[Token]:
    """What is told of pieces that come one after the other, then of the silence after them."""
    bursts = bursts or Bursts()
    told: list[Token] = []
    for order, piece in enumerate(pieces):
        told += bursts.feed([Typed(piece) if isinstance(piece, str) else piece], order * apart_s)
    return [*told, *bursts.pause()]


def typed(text: str) -> list[Token]:
    return [Typed(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "\r",
        "hi\r",
        "one line of a script, as tmux sends it\r",
        "one line, and Enter held down" + "\r" * 50,
        "é" * 5000,
        "y\rn\r",  # few enough to be typed while the line was slow
        "now\rand then" + "." * (LEAST_PASTED - 13),
        "\t" * 40,
    ],
)
def test_what_can_be_typed_is_typed(text: str) -> None:
    assert come(text) == typed(text)


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        (TWO_LINES, "the first of two lines\nand the second\n"),
        (TWO_LINES.replace("\r", "\r\n"), "the first of two lines\nand the second\n"),
        (TWO_LINES.replace("\r", "\n"), "the first of two lines\nand the second\n"),
        ("def f(x):\r\treturn x + 1", "def f(x):\n\treturn x + 1"),
        ("\r\rafter two empty lines", "\n\nafter two empty lines"),
        ("with a bell\rin its second line\a\rand \x03 ctrl+c", "with a bell\nin its second line\nand  ctrl+c"),
    ],
)
def test_line_ends_with_more_behind_them_break_lines(text: str, pasted: str) -> None:
    assert come(text) == [Pasted(pasted)]


@given(st.lists(st.integers(2, len(TWO_LINES * 20)), max_size=30))
def test_a_paste_is_whole_and_sends_nothing_however_it_is_cut(cuts: Sequence[int]) -> None:
    text = TWO_LINES * 20
    pieces = [text[start:end] for start, end in pairwise([0, *sorted({*cuts, len(text)})])]
    told = come(*pieces, apart_s=FASTEST_S / 2)
    assert isinstance(told[-1], Pasted)
    before = [token.text for token in told if isinstance(token, Typed)]
    assert len(told) == len(before) + 1
    assert not any("\r" in words for words in before)
    assert "".join(before) + told[-1].text == text.replace("\r", "\n")


@given(st.text(alphabet="ab \r\n\t\x7f\x12", max_size=60))
def test_what_is_typed_key_by_key_is_told_at_once(text: str) -> None:
    bursts = Bursts()
    for order, key in enumerate(text, 1):
        assert list(bursts.feed([Typed(key)], order * SLOWLY_S)) == typed(key)
        assert bursts.ends_s is None


@given(st.lists(st.text(alphabet="ab \x7f\x12\x00é", min_size=1, max_size=40), max_size=10))
def test_without_line_ends_everything_is_told_at_once_and_as_it_is(pieces: Sequence[str]) -> None:
    bursts = Bursts(LEAST_PASTED)
    for piece in pieces:
        told = list(bursts.feed([Typed(piece)], 0.0))
        assert "".join(token.text for token in told if isinstance(token, Typed)) == piece


def test_one_line_is_sent_after_a_moment() -> None:
    bursts = Bursts()
    assert not list(bursts.feed(typed("hello\r"), 1.0))
    assert bursts.ends_s == 1.0 + FASTEST_S
    assert list(bursts.feed(typed("again\r"), 1.0 + SLOWLY_S)) == typed("hello\r")
    assert list(bursts.pause()) == typed("again\r")
    assert bursts.ends_s is None


def test_a_long_line_waits_a_little_longer_for_the_next() -> None:
    bursts = Bursts()
    assert not list(bursts.feed(typed("what a script asks in one line\r"), 1.0))
    assert bursts.ends_s == 1.0 + LINE_WAIT_S
    assert list(bursts.pause()) == typed("what a script asks in one line\r")


@pytest.mark.parametrize(
    "lines", [("the first of three lines\r", "two\r", "three\r"), ("the first of three lines", "\rtwo\r", "three\r")]
)
def test_a_paste_that_comes_line_by_line_is_one(lines: Sequence[str]) -> None:
    told = come(*lines, apart_s=0.03)
    assert "".join(token.text for token in told if not isinstance(token, Pressed | Reported)) == (
        "the first of three lines\ntwo\nthree\n"
    )


def test_a_paste_goes_on_until_it_is_quiet_and_then_enter_sends() -> None:
    bursts = Bursts()
    assert not list(bursts.feed(typed(TWO_LINES), 1.0))
    assert bursts.ends_s == 1.0 + END_WAIT_S
    assert not list(bursts.feed(typed("over a network\r"), 1.09))
    assert list(bursts.feed(typed("\r"), 1.2)) == [
        Pasted("the first of two lines\nand the second\nover a network\n"),
        Typed("\r"),
    ]


def test_a_mouse_that_moves_keeps_no_paste_open() -> None:
    bursts, mouse = Bursts(), Reported("\x1b[<35;2;3M")
    assert not list(bursts.feed(typed(TWO_LINES), 1.0))
    assert list(bursts.feed([mouse], 1.05)) == [mouse]
    assert not list(bursts.feed([], 1.09))  # the half of a report
    assert bursts.ends_s == 1.0 + END_WAIT_S
    assert list(bursts.feed([mouse], 1.11)) == [Pasted("the first of two lines\nand the second\n"), mouse]
    assert list(bursts.feed(typed("\x03"), 1.12)) == typed("\x03")


def test_keys_and_the_mouse_come_in_their_turn_and_a_paste_that_goes_on_after_them_sends_nothing() -> None:
    mouse = Reported("\x1b[<35;2;3M")
    assert come(mouse, TWO_LINES, mouse, "third\r", Pressed("up"), "fourth\r") == [
        mouse,
        mouse,
        Pasted("the first of two lines\nand the second\nthird\n"),
        Pressed("up"),
        Pasted("fourth\n"),
    ]
    assert come("\x12the words of a search\r\x0fa model\r") == [
        *typed("\x12"),
        *typed("the words of a search\r"),
        *typed("\x0f"),
        *typed("a model\r"),
    ]


def test_what_waited_in_the_terminal_is_a_paste_however_short() -> None:
    assert come("h\ri\r", bursts=Bursts(LEAST_PASTED)) == [Pasted("h\ni\n")]
    assert come("hi\r", bursts=Bursts(LEAST_PASTED)) == typed("hi\r")
