"""Paragraphs and headings: running text that is wrapped, and grows at its end."""

from __future__ import annotations

import re
from copy import copy
from typing import Final

from deepchat.tui.typeset.containers import Frame
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.styled import Styled
from deepchat.tui.typeset.wrap import Cut, wrap

LONG_PART: Final = 600
"""A paragraph that is longer is read in parts: what is streamed into it costs the same at its end as at its start."""
LONGEST_PART: Final = 1500
"""So far is a place looked for at which no mark is open; then the part ends where it is."""
SEEN_AGAIN: Final = 64
"""A part that is longer than it should be is read again only when it has grown by so many characters."""
_LONGEST_LETTER: Final = 16

_GAP: Final = re.compile(r"[ \n](?=[^ \n])")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.]*")
_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9,.]+")
_CLOSING_MARKS: Final = re.compile(r"(?:^|[ \t]+)#+$")
_CERTAIN: Final = re.compile(r"[^\s\d<\[\-*_=|:#`~.)+>]")


class Flow:
    """A paragraph, or with a level a heading."""

    def __init__(self, page: list[Line], frame: Frame, inline: Inline, parting: list[Line], level: int = 0) -> None:
        self.level = level
        """Of a heading; 0 makes it a paragraph."""
        self.settled = len(page)
        """The page's lines before this one never change again."""
        self.source = ""
        """What of it may still be read anew."""
        self.is_cut = False
        """Whether a part of it is set for good."""
        self.line_start = 0
        """Where its last line begins in the source."""
        self._page = page
        self._frame = frame
        self._inline = inline
        self._parting = parting
        """What stands before it on the page as long as it may still vanish."""
        self._done = 0
        self._carried = Styled(())
        self._looked = LONG_PART - 1
        self._read = ""
        """The source whose text is `_styled`, but for what was plain at its end."""
        self._styled = Styled(())
        self._cuts: list[Cut] = []
        self._lines: list[Line] = []

    @property
    def last_line(self) -> str:
        """Its last line, when no part of it is set for good."""
        return self.source[self.line_start :]

    @property
    def is_certain(self) -> bool:
        """Whether its last line is its own, whatever comes behind."""
        text = self.last_line
        return bool(text) and (bool(self.level) or (text[0] not in "<[" and bool(_CERTAIN.search(text))))

    def copy(self) -> Flow:
        """One that may go another way."""
        return copy(self)

    def add(self, text: str) -> None:
        """More of its last line."""
        self.source += text
        while len(self.source) > LONG_PART and (end := self._part_end()):
            self._cut(end)

    def add_line(self, text: str) -> None:
        """One more line."""
        if self.source:
            self.source += "\n"
            self.line_start = len(self.source)
        self.add(text)

    def drop_last_line(self) -> None:
        """Its last line turned out to be something else."""
        self.source = self.source[: max(0, self.line_start - 1)]
        self.line_start = 0

    def show(self, *, is_over: bool = False) -> None:
        """Puts its lines on the page; the last characters of a costly one are missing until it is over."""
        source = self.source.rstrip()
        if self.level:
            source = _CLOSING_MARKS.sub("", source).rstrip()
        grown = len(source) - len(self._read)
        if not is_over and self._read and len(source) > LONG_PART and 0 <= grown < SEEN_AGAIN:
            source = self._read
        elif not self._grow(source):
            self._styled = self._with_carried(source)
            self._cuts, self._lines = [], []
            self._wrap_from(0)
        self._read = source
        self._page[self.settled :] = [*self._parting, *self._lines]

    @property
    def _base(self) -> str:
        return f"h{min(self.level, 4)}" if self.level else self._frame.base

    def _with_carried(self, source: str) -> Styled:
        styled = self._inline.set(source, self._base)
        if not self._carried.text:
            return styled
        carried = self._carried.runs(0, len(self._carried.text))
        return Styled([*carried, *styled.runs(0, len(styled.text))])

    def _grow(self, source: str) -> bool:
        """Takes in what was added when it can't change how all before it reads; by far the most of what is streamed."""
        more = source[len(self._read) :]
        last = self._styled.last
        if not (last and self._read and source.startswith(self._read) and _PLAIN.fullmatch(more)):
            return False
        word = self._styled.text[self._styled.text.rfind(" ") + 1 :]
        if last.style != self._base or last.target or not _PLAIN_WORD.fullmatch(word):
            return False
        if more:
            self._styled = self._styled.longer(more)
            self._wrap_from(self._first_unsure())
        return True

    def _first_unsure(self) -> int:
        """The line from which on a longer last word may change something."""
        last = len(self._cuts) - 1
        cut = self._cuts[last]
        return last if " " in self._styled.text[cut.start : cut.end] else max(0, last - 1)

    def _wrap_from(self, number: int) -> None:
        start = self._cuts[number].start if number else 0
        cuts = wrap(self._styled.text, self._frame.width, start)
        self._cuts = self._cuts[:number] + cuts
        lines = [
            self._frame.line(self._done + number + place, self._styled.runs(cut.start, cut.end), cut.glue)
            for place, cut in enumerate(cuts)
        ]
        self._lines = self._lines[:number] + lines

    def _part_end(self) -> int:
        """Where the first part of a long source ends; 0 when that can't be said yet."""
        for blank in _GAP.finditer(self.source, self._looked, LONGEST_PART + 1):
            self._looked = blank.end()
            if _is_even(self.source[: blank.end()]):
                return blank.end()
        if len(self.source) <= LONGEST_PART:
            return 0
        end = LONGEST_PART
        while end > LONGEST_PART - _LONGEST_LETTER and not self.source[end].isascii():
            end -= 1
        return end

    def _cut(self, end: int) -> None:
        """Sets the source up to there for good, all but the line that the next part goes on with."""
        styled = self._with_carried(self.source[:end])
        self._cuts, self._lines = [], []
        self._styled = styled
        self._wrap_from(0)
        self._page[self.settled :] = [*self._parting, *self._lines[:-1]]
        self._parting = []
        self.settled = len(self._page)
        self._done += len(self._lines) - 1
        self._carried = Styled(styled.runs(self._cuts[-1].start, len(styled.text)))
        self.source = self.source[end:]
        self.line_start = max(0, self.line_start - end)
        self.is_cut = True
        self._looked = LONG_PART - 1
        self._read = ""


def _is_even(text: str) -> bool:
    """Whether no mark seems to be open at its end."""
    return text.count("[") == text.count("]") and not any(text.count(mark) % 2 for mark in "`*_~")
