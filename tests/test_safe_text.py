"""Whatever a model says, a terminal only shows it."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.safe_text import MOST_MARKS, Sanitizer, hidden_count, make_safe, one_line

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART_ON_FIRE = "\u2764\ufe0f\u200d\U0001f525"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "rm -rf")

PROSE = [
    ("plain words, kept", "plain words, kept"),
    ("tab\tand\nline", "tab\tand\nline"),
    ("a\r\nb", "a\nb"),
    ("a\rb", "a\nb"),
    ("a\r", "a\n"),
    ("a\r\r\nb", "a\n\nb"),
    ("\x1b]52;c;eA==\x1b\\", "␛]52;c;eA==␛\\"),
    ("\x00\x07\x08\x7f", "␀␇␈␡"),
    ("a\x85b", "a\nb"),
    ("\x9b31m", "⟨U+009B⟩31m"),
    ("a\u2028b\u2029c", "a\nb\nc"),
    ("left\u202eright\u2066", "leftright"),
    ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
    (FAMILY, FAMILY),
    (HEART_ON_FIRE, HEART_ON_FIRE),
    ("a\u200d\u200d\u200db", "a\u200db"),
    ("\u200dalone", "alone"),
    ("\ufe0f\ufe0f", ""),
    ("x\ufe0f\ufe0f\ufe01y", "x\ufe0fy"),
    ("\u845b\U000e0100", "\u845b\U000e0100"),
    ("x\U000e0100", "x"),
    (WALES, WALES),
    (f"go{TAGS}", "go"),
    (f"\U0001f3f4{TAGS}", "\U0001f3f4"),
    ("\ud83d", "\ufffd"),
    ("\ufdd0\ufffe\U0010ffff", "\ufffd\ufffd\ufffd"),
    ("e\u0301", "e\u0301"),
    ("z" + "\u0301" * 30, "z" + "\u0301" * MOST_MARKS),
    ("นี้ क्षि", "นี้ क्षि"),
    ("\ue0b0", "\ue0b0"),
    ("مرحبا 日本語 Ω", "مرحبا 日本語 Ω"),
]

CODE = [
    ("a\r\nb\rc", "a\nb␍c"),
    ("a\x85b\u2028c", "a⟨U+0085⟩b⟨U+2028⟩c"),
    ("ok\u202eko", "ok⟨U+202E⟩ko"),
    ("\u200b", "⟨U+200B⟩"),
    (f"ls{TAGS}", "ls⟨hidden: 'rm -rf'⟩"),
    ("a\u200d\u200db", "a\u200d⟨U+200D⟩b"),
    ("\x1b[2J", "␛[2J"),
]


@pytest.mark.parametrize(("exact", "safe"), PROSE)
def test_prose_is_made_safe(exact: str, safe: str) -> None:
    assert make_safe(exact) == safe


@pytest.mark.parametrize(("exact", "safe"), CODE)
def test_code_hides_nothing(exact: str, safe: str) -> None:
    assert make_safe(exact, code=True) == safe


def test_what_was_dropped_is_counted() -> None:
    assert hidden_count(f"a\u200bb\u202ec{TAGS}") == 2 + len(TAGS)
    assert hidden_count("plain \x1b[0m words") == 0


def test_a_long_run_of_tags_is_not_held_for_ever() -> None:
    assert hidden_count(TAGS * 2000) == 2000 * len(TAGS)
    assert make_safe(TAGS * 2000) == ""


ODD = st.sampled_from(
    "a \n\t\r\x1b\x85\x9b\u00ad\u0301\u200b\u200c\u200d\u202e\u2028\ufe0f\ufeff\ud83d\udc4d\U0001f3f4\U0001f468"
    "\u845b\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\U000e0100\uffff"
)
HOSTILE = st.text(ODD | st.characters(), max_size=60)


@given(HOSTILE, st.lists(st.integers(0, 60)), st.booleans())
def test_the_cut_into_pieces_makes_no_difference(text: str, cuts: list[int], code: bool) -> None:
    sanitizer = Sanitizer(code=code)
    places = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    pieces = [sanitizer.feed(text[start:end]) for start, end in pairwise(places)]
    assert "".join([*pieces, sanitizer.end()]) == make_safe(text, code=code)
    assert code or sanitizer.hidden == hidden_count(text)


@given(HOSTILE, st.booleans())
def test_safe_text_stays_as_it_is(text: str, code: bool) -> None:
    safe = make_safe(text, code=code)
    assert make_safe(safe, code=code) == safe


@given(HOSTILE, st.booleans())
def test_nothing_is_left_that_a_terminal_obeys(text: str, code: bool) -> None:
    for char in make_safe(text, code=code):
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"


@given(st.text(st.characters(exclude_categories=["C", "M", "Zl", "Zp"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_clean_text_is_not_touched(text: str) -> None:
    assert make_safe(text) == text
    assert make_safe(text, code=True) == text


@given(HOSTILE, st.integers(1, 40))
def test_one_line_is_one_line(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1


def test_one_line_says_that_it_was_cut() -> None:
    assert one_line("two\nlines\x1b and more", 9) == "two line…"
