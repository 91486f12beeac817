"""What comes from a terminal is a key, a paste or a report, or it is nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.tui import keys_in, pastes
from deepchat.tui.keys_in import KeysIn
from deepchat.tui.sequences import Pasted, Pressed, Reported, Token, Typed

REPLIES = [
    "\x1b[?62;22c",
    "\x1b[>1;10;0c",
    "\x1b[?1u",
    "\x1b[24;80R",
    "\x1b[0n",
    "\x1b[?997;1n",
    "\x1b[8;24;80t",
    "\x1b]11;rgb:1414/1717/1c1c\x1b\\",
    "\x1b]10;rgb:ff/ff/ff\x07",
    "\x1b]52;c;cm0gLXJm\x1b\\",
    "\x1b]4;1;rgb:00/00/00\x9c",
    "\x1b]lrm -rf ~\x1b\\",
    "\x1bP>|XTerm(380)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP!|00000000\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b[201~",
]
ODD = [
    "\x1b[97;1:3u",  # let go of again
    "\x1b[13;2:3u",
    "\x1b[55357;1u",  # half of a surrogate pair
    "\x1b[1114112u",
    "\x1b[99999999999999999999999999u",
    "\x1b[57441;2u",  # Shift itself
    "\x1b[999~",
    "\x1b[;;;;;;u",
    "\x1b[:::u",
    "\x1b[" + "1;" * 2000 + "u",
    "\x1b[12",
    "\x1b[<1;2",
    "\x1b[<35;-1;",
    "\x1b]11;" + "a" * 10_000,
    "\x1b[=?!$z",
    "\x1b[48;0;0;0;0t",
]
KEYS = [
    ("\x1b\r", "alt+enter"),
    ("\x1b\n", "alt+enter"),
    ("\x1b[13;3u", "alt+enter"),
    ("\x1b[27;3;13~", "alt+enter"),
    ("\x1b[13;2u", "shift+enter"),
    ("\x1b[27;2;13~", "shift+enter"),
    ("\x1b[13;2:1u", "shift+enter"),
    ("\x1b[13;66u", "shift+enter"),  # with caps lock
    ("\x1b[13;5u", "ctrl+enter"),
    ("\x1b[106;5u", "ctrl+j"),
    ("\x1b[27;5;106~", "ctrl+j"),
    ("\x1b[27;6;74~", "ctrl+shift+j"),
    ("\x1b[27u", "escape"),
    ("\x1ba", "alt+a"),
    ("\x1bA", "alt+shift+a"),
    ("\x1b\x01", "alt+ctrl+a"),
    ("\x1b1", "alt+1"),
    ("\x1b[97;3u", "alt+a"),
    ("\x1b[47;5u", "ctrl+slash"),
    ("\x1b[32;5u", "ctrl+space"),
    ("\x1bb", "ctrl+left"),
    ("\x1b[A", "up"),
    ("\x1bOA", "up"),
    ("\x1b[1;5A", "ctrl+up"),
    ("\x1b[1;2:2A", "shift+up"),
    ("\x1b[1;2R", "shift+f3"),
    ("\x1b[3~", "delete"),
    ("\x1b[3;5~", "ctrl+delete"),
    ("\x1b[3$", "shift+delete"),
    ("\x1b[[A", "f1"),
    ("\x1b[Z", "shift+tab"),
    ("\x1b[57421u", "pageup"),
]
TYPED = [
    ("\x1b[97u", "a"),
    ("\x1b[97;2u", "A"),
    ("\x1b[97:65;2u", "A"),
    ("\x1b[49:33;2u", "!"),
    ("\x1b[97;;97u", "a"),
    ("\x1b[97;2;65u", "A"),
    ("\x1b[0;;128105:8205:128103u", "\U0001f469\u200d\U0001f467"),
    ("\x1b[97;;27:91u", "["),
    ("\x1b[27;2;65~", "A"),
    ("\x1b[57400;129;49u", "1"),
    ("\x1b[13u", "\r"),
    ("\x1b[127u", "\x7f"),
    ("a\x9b31mb", "a31mb"),
]


def tokens(*pieces: str) -> list[Token]:
    """All that the pieces mean, with what one character after the other means joined; a pause at the end."""
    keys = KeysIn()
    found: list[Token] = []
    for token in [*(token for piece in pieces for token in keys.feed(piece)), *keys.pause()]:
        match found, token:
            case [*_, Typed(before)], Typed(text):
                found[-1] = Typed(before + text)
            case _:
                found.append(token)
    return found


@pytest.mark.parametrize("reply", REPLIES)
def test_what_a_terminal_says_by_itself_is_never_typed(reply: str) -> None:
    assert tokens("a" + reply + "b") == [Typed("ab")]


@pytest.mark.parametrize("odd", ODD)
def test_what_no_terminal_should_send_does_nothing_and_stops_nothing(odd: str) -> None:
    assert tokens(odd, "\x1b[A")[-1] == Pressed("up")
    assert len(tokens(odd, "\x1b[A")) == 1


@pytest.mark.parametrize(("sequence", "key"), KEYS)
def test_a_key_has_one_name_however_it_is_sent(sequence: str, key: str) -> None:
    assert tokens(sequence) == [Pressed(key)]


@pytest.mark.parametrize(("sequence", "text"), TYPED)
def test_a_key_that_makes_a_character_types_it(sequence: str, text: str) -> None:
    assert tokens(sequence) == [Typed(text)]


@pytest.mark.parametrize("report", ["\x1b[I", "\x1b[O", "\x1b[<35;10;-1M", "\x1b[?2026;2$y", "\x1b[48;24;80;480;640t"])
def test_a_report_that_was_asked_for_gets_through(report: str) -> None:
    assert tokens(report) == [Reported(report)]


def test_a_size_without_pixels_is_told_so_that_nothing_is_divided_by_them() -> None:
    assert tokens("\x1b[48;24;80;0;0t") == [Reported("\x1b[48;24;80;24;80t")]


def test_an_escape_alone_is_a_key_once_nothing_follows() -> None:
    keys = KeysIn()
    assert keys.waits_s is None
    assert not list(keys.feed("\x1b"))
    assert keys.waits_s == keys_in.ESCAPE_WAIT_S
    assert list(keys.pause()) == [Pressed("escape")]
    assert keys.waits_s is None


def test_escapes_pressed_one_after_the_other_are_as_many() -> None:
    assert tokens("\x1b\x1b") == [Pressed("escape"), Pressed("escape")]
    assert tokens("\x1b\x1b[A") == [Pressed("escape"), Pressed("up")]


@pytest.mark.parametrize(("typed", "key"), [("\x1b[", "left_square_bracket"), ("\x1b]", "right_square_bracket")])
def test_a_bracket_with_alt_is_not_waited_upon_for_ever(typed: str, key: str) -> None:
    assert tokens(typed) == [Pressed(f"alt+{key}")]
    assert tokens(f"{typed}é") == [Pressed(f"alt+{key}"), Typed("é")]


def test_half_a_sequence_is_waited_for_and_then_forgotten() -> None:
    keys = KeysIn()
    assert not list(keys.feed("\x1b[13;"))
    assert keys.waits_s == keys_in.SEQUENCE_WAIT_S
    assert not list(keys.pause())
    assert list(keys.feed("x")) == [Typed("x")]


def test_a_sequence_too_long_to_mean_anything_is_skipped_to_its_end() -> None:
    keys = KeysIn()
    assert not list(keys.feed("\x1b[" + "1;" * 5000))
    assert not list(keys.feed("1;" * 5000))
    assert list(keys.feed("2ux")) == [Typed("x")]


def test_a_string_without_end_swallows_no_more_than_itself() -> None:
    keys = KeysIn()
    assert not list(keys.feed("\x1b]52;c;" + "A" * 100_000))
    assert not list(keys.feed("A" * 100_000 + "\x1b"))
    assert list(keys.feed("\\x")) == [Typed("x")]
    assert not list(keys.feed("\x1b]52;c;" + "A" * 100_000))
    assert list(keys.feed("\x1b[A")) == [Pressed("up")]


PASTE = "one\r\ntwo\rthree\tfour \x1b[31mred\x1b[0m \x1b]0;title\x07\x00\x07\x1b\x9b5 👩\u200d👧"
PASTED = Pasted("one\ntwo\nthree\tfour red 5 👩\u200d👧")


@given(st.lists(st.integers(0, 60), max_size=8))
def test_a_paste_comes_whole_and_clean_however_it_is_cut(cuts: list[int]) -> None:
    stream = f"a\x1b[200~{PASTE}\x1b[201~b"
    places = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert tokens(*pieces) == [Typed("a"), PASTED, Typed("b")]


def test_what_is_pasted_presses_no_key() -> None:
    keys = "\r\x03\x1b\x1b[A\x1b[200~\x1b[13u"
    assert tokens(f"\x1b[200~{keys}\x1b[201~") == [Pasted("\n")]


def test_a_paste_that_is_too_long_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pastes, "MOST_PASTED", 10)
    assert tokens("\x1b[200~12345", "67890", "abc", "de\x1b[20", "1~") == [Pasted("1234567890", cut=5)]


def test_a_paste_whose_end_is_lost_is_told_after_a_long_silence() -> None:
    keys = KeysIn()
    assert not list(keys.feed("\x1b[200~words"))
    assert keys.waits_s == keys_in.PASTE_WAIT_S
    assert list(keys.pause()) == [Pasted("words")]
    assert list(keys.feed("\r")) == [Typed("\r")]


_PARTS = st.one_of(
    st.sampled_from([*REPLIES, *ODD, *(key for key, _ in KEYS), *(key for key, _ in TYPED)]),
    st.text(alphabet="\x1b[]OP?<>;:0127~uAMR\\\x07\x9b aé", max_size=12),
    st.text(max_size=6),
)


@given(
    st.lists(_PARTS, max_size=6).map("".join),
    st.lists(st.one_of(st.integers(0, 80), st.integers(0, 12_000)), max_size=6),
)
def test_any_stream_means_the_same_however_it_is_cut(stream: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert tokens(*pieces) == tokens(stream)


@given(st.lists(_PARTS, max_size=6).map("".join))
def test_no_escape_and_no_half_of_a_pair_is_ever_typed(stream: str) -> None:
    typed = "".join(token.text for token in tokens(stream) if isinstance(token, Typed))
    assert "\x1b" not in typed
    assert not [char for char in typed if "\ud800" <= char <= "\udfff" or "\x80" <= char <= "\x9f"]
