"""Where a reader is in a message, however wide it is set and whatever of it is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deepchat.tui.typeset.lines import Line
    from deepchat.tui.widgets.sheet import Sheet


class Place(NamedTuple):
    """What is read, not on which row it is."""

    above: int
    """Lines before its words; of nobody who reads the words, below 0."""
    letters: int
    """So many letters and digits of its words come before: other signs are the page's as often as the text's."""
    blanks: int = 0
    """So many lines without any stand between it and the next ones."""


Reading = tuple[int, Place]
"""A message, by its number, and where in it."""


class Bookmark:
    """What is read, until somebody scrolls: at another width its line begins earlier, and would so each time."""

    def __init__(self) -> None:
        self._row = 0
        self._reading: Reading | None = None

    def put(self, row: int, reading: Reading | None) -> None:
        """This is read, and begins on that row now."""
        self._row, self._reading = row, reading

    def at(self, row: int) -> Reading | None:
        """What was said to be read there."""
        return self._reading if row == self._row else None


def place_in(sheet: Sheet, line: int) -> Place:
    """What is read on this line."""
    first = sheet.words_at.start
    if line < first:
        return Place(line, 0)
    blanks = 0
    while line + blanks < len(sheet) and not _letters(sheet.line(line + blanks)):
        blanks += 1
    return Place(-1, sum(_letters(sheet.line(at)) for at in range(first, min(line, len(sheet)))), blanks)


def line_of(sheet: Sheet, place: Place) -> int:
    """The line on which it is read now."""
    first = sheet.words_at.start
    if place.above >= 0:
        return min(place.above, first)
    passed = 0
    for at in range(first, len(sheet)):
        here = _letters(sheet.line(at))
        if passed + here > place.letters:
            return _back(sheet, at, place.blanks)
        passed += here
    return max(first, min(len(sheet) - 1, _back(sheet, len(sheet), place.blanks)))


def _back(sheet: Sheet, line: int, most: int) -> int:
    """Back over so many lines without letters."""
    first = max(sheet.words_at.start, line - most)
    while line > first and not _letters(sheet.line(line - 1)):
        line -= 1
    return line


def _letters(line: Line) -> int:
    return sum(map(str.isalnum, line.text[line.gutter :]))
