"""Whatever a model says, a terminal only shows it."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.safe_text import MOST_MARKS, Sanitizer, hidden_count, make_safe, one_line

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART_ON_FIRE = "\u2764\ufe0f\u200d\U0001f525"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
TAGS_OF_FLAGS = {chr(0xE0000 + ord(letter)) for letter in "gbengsctwls\x7f"}
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
    ("\u200dalone \u200dtoo\u2028\u200dhere", "alone too\nhere"),
    ("\u0915\u200d\u0937\u200d", "\u0915\u200d\u0937\u200d"),
    ("\ufe0f\ufe0f", ""),
    ("x\ufe0f\ufe0f\ufe01y", "x\ufe0fy"),
    ("\u845b\U000e0100", "\u845b\U000e0100"),
    ("x\U000e0100", "x"),
    ("\u845b\U000e0100\U000e0101", "\u845b\U000e0100"),
    ("\ue000\U000e0100", "\ue000"),
    ("a\ufff0\U0001bca0\U0001d173\U000e0080\U000e01f0b", "ab"),
    (WALES, WALES),
    (f"{WALES}\u200b{WALES[1:]}", WALES),
    (f"{WALES}{TAGS}", "\U0001f3f4"),
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
    ("a\u200d\u200d\u200db", "a\u200d⟨U+200D⟩⟨U+200D⟩b"),
    ("\u845b\U000e0100", "\u845b⟨U+E0100⟩"),
    ("a\u200d\u200d\ufe0f", "a\u200d⟨U+200D⟩⟨U+FE0F⟩"),
    (f"a{TAGS}\u200d", "a⟨hidden: 'rm -rf'⟩⟨U+200D⟩"),
    ("\x1b[2J", "␛[2J"),
]

NEVER_SHOWN = {
    chr(number)
    for first, last in [
        *((0, 8), (0xB, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029)),
        *((0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
        *((0xAD, 0xAD), (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E), (0x200B, 0x200B)),
        *((0x2060, 0x2065), (0x206A, 0x206F), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB)),
        *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
        *((0xD800, 0xDFFF), (0xFDD0, 0xFDEF)),
        *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
    ]
    for number in range(first, last + 1)
}
"""By itself after a letter; three flags of tags and a variation of an ideograph are shown."""


@pytest.mark.parametrize(("exact", "safe"), PROSE)
def test_prose_is_made_safe(exact: str, safe: str) -> None:
    assert make_safe(exact) == safe


@pytest.mark.parametrize(("exact", "safe"), CODE)
def test_code_hides_nothing(exact: str, safe: str) -> None:
    assert make_safe(exact, code=True) == safe


def test_what_was_dropped_is_counted() -> None:
    assert hidden_count(f"a\u200bb\u202ec{TAGS}") == 2 + len(TAGS)
    assert hidden_count("plain \x1b[0m words") == 0
    assert hidden_count("e" + "\u0301" * (MOST_MARKS + 3)) == 3
    assert hidden_count(f"{WALES}\u200d\u200d") == 1


def test_a_long_run_of_tags_is_not_held_for_ever() -> None:
    assert hidden_count(TAGS * 2000) == 2000 * len(TAGS)
    assert make_safe(TAGS * 2000) == ""


ODD = st.sampled_from(
    "a \n\t\r\x1b\x85\x9b\u00ad\u0301\u200b\u200c\u200d\u202e\u2028\ufe0f\ufeff\ud83d\udc4d\U0001f3f4\U0001f468"
    "\u845b\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\U000e0100\uffff"
)
HOSTILE = st.text(ODD | st.characters(), max_size=60)


def fed(pieces: Iterable[str], *, code: bool) -> tuple[str, int]:
    sanitizer = Sanitizer(code=code)
    shown = "".join([*map(sanitizer.feed, pieces), sanitizer.end()])
    assert sanitizer.end() == ""
    return shown, sanitizer.hidden


@pytest.mark.parametrize(("code", "rows"), [(False, PROSE), (True, CODE)])
def test_a_stream_may_come_one_character_at_a_time(code: bool, rows: list[tuple[str, str]]) -> None:
    for exact, safe in rows:
        assert fed(exact, code=code)[0] == safe


@given(st.lists(st.text(ODD | st.characters(), max_size=4), max_size=12), st.booleans())
def test_the_cut_into_pieces_makes_no_difference(pieces: list[str], code: bool) -> None:
    text = "".join(pieces)
    assert fed(pieces, code=code) == fed([text], code=code)
    assert fed(pieces, code=code)[0] == make_safe(text, code=code)
    assert fed(pieces, code=False)[1] == hidden_count(text)


@given(HOSTILE, st.booleans())
def test_safe_text_stays_as_it_is(text: str, code: bool) -> None:
    safe = make_safe(text, code=code)
    assert make_safe(safe, code=code) == safe


@given(HOSTILE, st.booleans())
def test_nothing_is_left_that_a_terminal_obeys(text: str, code: bool) -> None:
    for char in make_safe(text, code=code):
        assert char not in NEVER_SHOWN or char in TAGS_OF_FLAGS or "\U000e0100" <= char <= "\U000e01ef"


@pytest.mark.parametrize("code", [False, True])
def test_each_character_of_unicode_is_shown_or_never_shown(code: bool) -> None:
    assigned = {*range(0x30000), *range(0xE0000, 0xE1000), 0xF0000, 0x100000}
    every = set(map(chr, assigned)) | NEVER_SHOWN
    assert set(make_safe("x".join(sorted(every)), code=code)) == every - NEVER_SHOWN


def test_no_mark_of_any_script_can_be_piled_up() -> None:
    for mark in map(chr, range(0x30000)):
        if unicodedata.category(mark)[0] == "M" and mark not in NEVER_SHOWN:
            most = 1 if "\ufe00" <= mark <= "\ufe0f" else MOST_MARKS
            assert make_safe(f"x{mark * 9}") == f"x{mark * most}", ascii(mark)


@pytest.mark.parametrize(
    ("text", "limit_s"), [("words, and\tmore\n" * 60_000, 0.01), ("größer über çà, 漢字\n" * 55_000, 0.04)]
)
def test_a_megabyte_of_clean_text_costs_next_to_nothing(text: str, limit_s: float) -> None:
    def spent_s() -> float:
        start = time.process_time()
        make_safe(text)
        return time.process_time() - start

    assert min(spent_s() for _ in range(5)) < limit_s


@given(st.text(st.characters(exclude_categories=["C", "M", "Zl", "Zp"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_clean_text_is_not_touched(text: str) -> None:
    assert make_safe(text) == text
    assert make_safe(text, code=True) == text


@given(HOSTILE, st.integers(1, 40))
def test_one_line_is_one_safe_line(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1
    assert make_safe(line) == line
    assert one_line(line, most) == line


def test_one_line_says_that_it_was_cut() -> None:
    assert one_line("two\nlines\x1b and more", 9) == "two line…"
    assert one_line(f"a{WALES}bcd", 5) == "a\U0001f3f4…"
    assert one_line("\u200b" * 100 + "words", 9) == "…"
