"""A set line becomes a row of cells: as wide as its place, with marks on exactly the characters that are meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from deepchat.safe_text import make_safe
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.painting import MARGIN, Span, found_in, paint
from tests.tui.widgets.saying import INK

WORDS = st.text("abß日本é́ İ👩‍🚀", max_size=12).map(make_safe)
NAMES = st.sampled_from(("text", "strong", "code.block code.keyword"))
LINES = st.lists(st.tuples(WORDS.filter(bool), NAMES), max_size=5).map(lambda pieces: Line(tuple(pieces)))
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(("found", "selection"))), max_size=3)


def paint_plain(line: Line, width: int) -> Strip:
    return paint(line, INK, width, Style())


@given(LINES, SPANS, st.integers(1, 80), st.booleans())
def test_a_row_is_exactly_as_wide_as_its_place(line: Line, over: list[Span], width: int, fills: bool) -> None:
    line = Line(line.pieces, fill="code.block" if fills else "")
    assert paint(line, INK, width, Style(), over=over).cell_length == width


@given(LINES, SPANS)
def test_what_lies_over_words_changes_no_character_of_them(line: Line, over: list[Span]) -> None:
    painted = paint(line, INK, 200, Style(), over=over)
    assert painted.text == paint_plain(line, 200).text


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=8), NAMES), max_size=4), SPANS)
def test_exactly_the_characters_of_a_span_get_its_style(pieces: list[tuple[str, str]], over: list[Span]) -> None:
    painted = paint(Line(tuple(pieces)), INK, 200, Style(), over=over)
    styles = [segment.style or Style() for segment in painted for _ in segment.text][MARGIN:]
    for at in range(sum(len(text) for text, _ in pieces)):
        names = {name for start, end, name in over if start <= at < end}
        assert bool(styles[at].reverse) == ("selection" in names)
        assert bool(styles[at].underline) == ("found" in names)


@given(WORDS, st.text("abßé", min_size=1, max_size=2))
def test_what_is_marked_as_found_is_what_was_looked_for(text: str, words: str) -> None:
    for start, end, _ in found_in(text, words.casefold()):
        assert text[start:end].casefold() == words.casefold() or text[start:end].lower() == words.casefold()


def test_words_are_found_whatever_their_case() -> None:
    assert list(found_in("Lamp, lAMP", "lamp")) == [(0, 4, "found"), (6, 10, "found")]


def test_a_letter_that_grows_when_it_is_folded_moves_no_mark() -> None:
    assert list(found_in("ßß lamp", "lamp")) == [(3, 7, "found")]


def test_code_is_filled_to_one_column_before_the_edge() -> None:
    painted = paint(Line((("x", "code.text"),), fill="code.block"), INK, 20, Style())
    behind = [segment for segment in painted if not segment.text.strip()][1:]
    assert [len(segment.text) for segment in behind] == [16, 1]
    assert [segment.style == INK["code.block"] for segment in behind] == [True, False]


def test_a_wide_letter_at_the_edge_is_left_out_whole() -> None:
    assert paint_plain(Line((("日本", "text"),)), MARGIN + 3).text == "  日 "
