"""Where a text is cut into lines: between words, else between letters, never inside what is seen as one letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

_TOKENS = re.compile(r"\n| +|[^ \n]+")


class Cut(NamedTuple):
    """One line of a text."""

    start: int
    end: int
    glue: str
    """What stood between this line and the next, and is shown on neither."""


def cells(text: str) -> int:
    """How wide the text is."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int, start: int = 0) -> list[Cut]:
    """The lines of the text from `start` on, each at most so many cells wide; joined with their glue they are the text.

    The last line's glue is a line break.
    """
    cuts: list[Cut] = []
    used = 0
    for token in _TOKENS.finditer(text, start):
        at, end = token.span()
        first = text[at]
        if first == "\n":
            start = _end_line(cuts, text, start, at, used > width)
            start, used = end, 0
            continue
        size = cells(token[0])
        if first == " " or used + size <= width:
            used += size
            continue
        if size > width or size > end - at:
            start, used = _cut_word(cuts, text, (start, at, end), used, width)
            continue
        cuts.append(_before(text, start, at))
        start, used = at, size
    _end_line(cuts, text, start, len(text), used > width)
    return cuts


def _before(text: str, start: int, at: int) -> Cut:
    """The line up to a word that is too much for it, without the blanks between them."""
    end = start + len(text[start:at].rstrip(" "))
    return Cut(start, end, text[end:at])


def _end_line(cuts: list[Cut], text: str, start: int, at: int, too_wide: bool) -> int:
    if too_wide:
        cuts.append(_before(text, start, at))
        start = at
    cuts.append(Cut(start, at, "\n"))
    return start


def _cut_word(cuts: list[Cut], text: str, place: tuple[int, int, int], used: int, width: int) -> tuple[int, int]:
    """A word without a place to break, or one of wide letters, fills its line and as many more as it needs."""
    start, at, end = place
    for first, size in _letters(text[at:end]):
        if used + size > width and at + first > start:
            cuts.append(_before(text, start, at) if first == 0 else Cut(start, at + first, ""))
            start, used = at + first, 0
        used += size
    return start, used


def _letters(word: str) -> Iterator[tuple[int, int]]:
    """Where each thing that is seen as one letter begins, and its cells; flags and skin tones stay with theirs."""
    if word.isascii():
        yield from ((place, 1) for place in range(len(word)))
        return
    begun, size, half_flag = 0, 0, False
    for first, _, width in split_graphemes(word)[0]:
        char = word[first]
        is_flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        joins = (is_flag and half_flag) or "\U0001f3fb" <= char <= "\U0001f3ff"
        half_flag = is_flag and not joins
        if first > begun and not joins:
            yield begun, size
            begun, size = first, 0
        size += width
    yield begun, size


def chop(text: str, width: int) -> list[int]:
    """Where each line of the text begins, but for the first, when it is cut wherever a line is full."""
    if text.isascii():
        return list(range(width, len(text), width))
    starts: list[int] = []
    used = 0
    for first, size in _letters(text):
        if used + size > width and first:
            starts.append(first)
            used = 0
        used += size
    return starts
