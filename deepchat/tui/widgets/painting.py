"""One line of a page as the terminal gets it: margin, words in their colours, what is selected, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.ink import Ink

MARGIN: Final = 2
"""Columns before the words; the message that keys speak of has its mark there."""
WIDEST: Final = 120
"""Longer lines tire the eye."""
_RIGHT_MARGIN: Final = 1
_MARK: Final = "▌ "
_NO_MARK: Final = "  "

Span = tuple[int, int, str]
"""Characters of a line's text from, up to, and the style that lies over them."""


def words_width(columns: int) -> int:
    """How many of so many columns words may fill."""
    return max(4, min(WIDEST, columns - MARGIN - _RIGHT_MARGIN))


def paint(
    line: Line, ink: Ink, width: int, base: Style, *, is_current: bool = False, over: Sequence[Span] = ()
) -> Strip:
    """The line as wide as this; `over` is laid over its words."""
    segments = [Segment(_MARK, base + ink["cursor"]) if is_current else Segment(_NO_MARK, base)]
    for text, names in _with_spans(line.pieces, over) if over else line.pieces:
        segments.append(Segment(text, base + ink[names]))
    fill = base + ink[line.fill] if line.fill else base
    strip = Strip(segments)
    if line.fill:
        return strip.adjust_cell_length(max(strip.cell_length, width - 1), fill).adjust_cell_length(width, base)
    return strip.adjust_cell_length(width, base)


def found_in(text: str, words: str) -> Iterator[Span]:
    """Where these words stand, however they are written."""
    folded = text.casefold()
    if len(folded) != len(text):  # ß and its like: rather no mark than one in the wrong place
        folded = text.lower() if len(text.lower()) == len(text) else text
    at = folded.find(words)
    while words and at >= 0:
        yield at, at + len(words), "found"
        at = folded.find(words, at + len(words))


def character_at(text: str, cell: int) -> int:
    """Which character of a line stands in this column."""
    seen = 0
    for at, char in enumerate(text):
        seen += cell_len(char)
        if cell < seen:
            return at
    return len(text)


def _with_spans(pieces: Iterable[tuple[str, str]], over: Sequence[Span]) -> Iterator[tuple[str, str]]:
    start = 0
    for text, names in pieces:
        spans = [(_whole(text, low - start), _whole(text, high - start), name) for low, high, name in over]
        cuts = sorted({0, len(text), *(edge for low, high, _ in spans for edge in (low, high))})
        for one, other in pairwise(cuts):
            above = [name for low, high, name in spans if low <= one and high >= other]
            yield text[one:other], " ".join([names, *above])
        start += len(text)


def _whole(text: str, at: int) -> int:
    """The place, or the next one where no letter that is joined of several characters is cut in two."""
    at = max(0, min(at, len(text)))
    if text.isascii():
        return at
    whole = cell_len(text)
    while cell_len(text[:at]) + cell_len(text[at:]) != whole:
        at += 1
    return at
