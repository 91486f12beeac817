"""However a text comes, it looks the same in the end, and what has settled stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import STYLES, Line, copied
from deepchat.tui.typeset.typesetter import Typesetter, set_whole
from deepchat.tui.typeset.wrap import cells
from tests.tui.typeset.texts import cut_long_line, cut_markdown, markdown, widths

EXAMPLES = settings(max_examples=150, deadline=None)


def assert_comes_out_as_the_whole(pieces: list[SafeText], width: int) -> None:
    typesetter = Typesetter(width)
    for piece in pieces:
        typesetter.feed(piece)
    typesetter.end()
    assert typesetter.lines == set_whole(SafeText("".join(pieces)), width)
    assert typesetter.settled == len(typesetter.lines)


@EXAMPLES
@given(cut_markdown())
def test_a_text_in_pieces_comes_out_as_the_whole(cut: tuple[list[SafeText], int]) -> None:
    assert_comes_out_as_the_whole(*cut)


@settings(max_examples=60, deadline=None)
@given(cut_long_line())
def test_a_long_line_in_pieces_comes_out_as_the_whole(cut: tuple[list[SafeText], int]) -> None:
    assert_comes_out_as_the_whole(*cut)


def test_words_that_follow_a_long_line_put_at_once_stay_in_their_order() -> None:
    typesetter = Typesetter(60)
    pieces = ["".join(f"w{number} " for number in range(600)), *(f"n{number} " for number in range(40))]
    for piece in pieces:
        typesetter.feed(SafeText(piece))
    assert copied(typesetter.lines) == "".join(pieces).rstrip()


@pytest.mark.parametrize("length", [400, 600, 1_900, 2_100, 5_000])
def test_words_that_follow_a_long_piece_are_shown_at_once(length: int) -> None:
    typesetter = Typesetter(60)
    typesetter.feed(SafeText(("word " * 1_000)[:length]))
    for number in range(40):
        typesetter.feed(SafeText(f" new{number}"))
        assert typesetter.lines[-1].text.endswith(f"new{number}")


@EXAMPLES
@given(cut_markdown())
def test_what_has_settled_never_changes(cut: tuple[list[SafeText], int]) -> None:
    pieces, width = cut
    typesetter = Typesetter(width)
    settled: list[Line] = []
    for piece in pieces:
        typesetter.feed(piece)
        assert typesetter.lines[: len(settled)] == settled
        assert typesetter.settled >= len(settled)
        settled = typesetter.lines[: typesetter.settled]


@EXAMPLES
@given(cut_markdown())
def test_at_each_moment_it_looks_as_if_the_text_ended_there(cut: tuple[list[SafeText], int]) -> None:
    pieces, width = cut
    typesetter = Typesetter(width)
    so_far = ""
    for piece in pieces:
        typesetter.feed(piece)
        so_far += piece
        if "]:" in so_far:
            # What comes late is set right at the end.
            break
        assert typesetter.lines == set_whole(SafeText(so_far), width)


@EXAMPLES
@given(markdown, widths)
def test_every_line_is_within_the_page_and_well_formed(text: SafeText, width: int) -> None:
    lines = set_whole(text, width)
    for line in lines:
        assert cells(line.text) <= width, line
        assert all(piece for piece, _ in line.pieces), line
        assert all(set(style.split()) <= set(STYLES) and style for _, style in line.pieces), line
        assert "\n" not in line.text
        assert "\t" not in line.text
        assert 0 <= line.gutter <= len(line.text)
        assert all(0 <= link.start < link.end <= len(line.text) for link in line.links), line
