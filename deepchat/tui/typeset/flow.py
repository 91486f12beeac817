"""Paragraphs and headings: running text that is wrapped, and grows at its end."""

from __future__ import annotations

import re
from bisect import bisect_right
from copy import copy
from typing import Final

from deepchat.tui.typeset.containers import Frame
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.styled import Styled
from deepchat.tui.typeset.wrap import Cut, wrap

LONG_PART: Final = 600
"""A paragraph that is longer is read in parts: what is streamed into it costs the same at its end as at its start."""
LONGEST_PART: Final = 1200
"""So far is a place looked for at which no mark is open; then the part ends where it is."""
LONGEST_ADDRESS: Final = 2048
"""So long may a part be that ends in an address: cut in two, it would lead elsewhere."""
_LONGEST_SCHEME: Final = 16
"""Characters; a shorter word at the end of a part may yet become an address."""
_ADDRESS: Final = re.compile(r"://|\]\(")
_WORD_BACKWARDS: Final = re.compile(r"[!-~]*")
"""What an address is made of. Chinese and Japanese have no blanks: there it is not all since the last blank."""
_BEHIND_ADDRESS: Final = re.compile(r"[ \n](?=[^ \n])|(?=[^!-~\w \n])|(?<=[)>])(?=[^!-~ \n])")
_LOOK_EVERY: Final = 40
"""Characters; where a mark is open, it mostly is a word further on, too."""
_LONGEST_LETTER: Final = 16

_GAP: Final = re.compile(r"[ \n](?=[^ \n])")
_MARKS: Final = r"\\`~*_\[\]<>&"
_PLAIN: Final = re.compile(rf"[^\n\t{_MARKS}]*")
_ENDS_OPEN: Final = re.compile(rf"[{_MARKS}!]$")
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
        """The source whose text is `_styled`."""
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
        while len(self.source) > LONG_PART and (part := self._part()):
            self._cut(*part)

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

    def show(self) -> None:
        """Puts its lines on the page."""
        source = self.source.rstrip()
        if self.level:
            source = _CLOSING_MARKS.sub("", source).rstrip()
        self._set(self._grown(source) or self._with_carried(self._inline.set(source, self._base)))
        self._read = source
        self._page[self.settled :] = [*self._parting, *self._lines]

    @property
    def _base(self) -> str:
        return f"h{min(self.level, 4)}" if self.level else self._frame.base

    def _with_carried(self, styled: Styled) -> Styled:
        if not self._carried.text:
            return styled
        carried = self._carried.runs(0, len(self._carried.text))
        return Styled([*carried, *styled.runs(0, len(styled.text))])

    def _grown(self, source: str) -> Styled | None:
        """The text with what was added, when that can't change how all before it reads: most of what is streamed."""
        more = source[len(self._read) :]
        last = self._styled.last
        if not (last and self._read and source.startswith(self._read) and _PLAIN.fullmatch(more)):
            return None
        if last.style != self._base or last.target or _ENDS_OPEN.search(self._read):
            return None
        word = source[source.rfind(" ", 0, len(self._read)) + 1 :]
        if "://" in word or (";" in more and "&" in word) or (")" in more and "](" in source):
            return None
        return self._styled.longer(more) if more else self._styled

    def _set(self, styled: Styled) -> None:
        """This is its text now: its lines are cut anew from where it differs."""
        same = self._styled.same_until(styled)
        number = self._first_unsure(same)
        start = self._cuts[number].start if number else 0
        cuts = wrap(styled.text, self._frame.width, start)
        lines = [
            self._frame.line(self._done + number + place, styled.runs(cut.start, cut.end), cut.glue)
            for place, cut in enumerate(cuts)
        ]
        self._styled, self._cuts, self._lines = styled, self._cuts[:number] + cuts, self._lines[:number] + lines

    def _first_unsure(self, same: int) -> int:
        """The first line that may be another when only so many characters stay: that of the word there, or before."""
        number = max(0, bisect_right(self._cuts, same, key=lambda cut: cut.start) - 1)
        text = self._styled.text
        goes_back = number if same < len(text) else 1
        while number and goes_back and " " not in text[self._cuts[number].start : same]:
            number, goes_back = number - 1, goes_back - 1
        return number

    def _part(self) -> tuple[int, Styled] | None:
        """Where the first part of a long source ends, and its text; None when that can't be said yet."""
        while blank := _GAP.search(self.source, self._looked, LONGEST_PART + 1):
            if styled := self._inline.set_closed(self.source[: blank.end()], self._base):
                return blank.end(), styled
            self._looked = blank.end() + _LOOK_EVERY
        if len(self.source) <= LONGEST_PART or not (end := self._forced_end()):
            return None
        return end, self._inline.set(self.source[:end], self._base)

    def _forced_end(self) -> int:
        """Where a part ends that has no good place for it: not within an address; 0 when that can't be said yet."""
        end = self._letter_start(LONGEST_PART)
        backwards = _WORD_BACKWARDS.match(self.source[end - 1 :: -1])
        word = end - (backwards.end() if backwards else 0)
        if not _ADDRESS.search(self.source, word, end):
            return word if end - word < _LONGEST_SCHEME else end
        if behind := _BEHIND_ADDRESS.search(self.source, end, LONGEST_ADDRESS + 1):
            return behind.end()
        return self._letter_start(LONGEST_ADDRESS) if len(self.source) > LONGEST_ADDRESS else 0

    def _letter_start(self, at: int) -> int:
        """There, or where what is seen as one letter begins before it."""
        first = at - _LONGEST_LETTER
        while at > first and not self.source[at].isascii() and self.source[at - 1] not in " \n":
            at -= 1
        return at

    def _cut(self, end: int, styled: Styled) -> None:
        """Sets the source up to there for good, all but the line that the next part goes on with."""
        self._set(self._with_carried(styled))
        self._page[self.settled :] = [*self._parting, *self._lines[:-1]]
        self._parting = []
        self.settled = len(self._page)
        self._done += len(self._lines) - 1
        self._carried = Styled(self._styled.runs(self._cuts[-1].start, len(self._styled.text)))
        self._styled, self._cuts, self._lines = Styled(()), [], []
        self.source = self.source[end:]
        self.line_start = max(0, self.line_start - end)
        self.is_cut = True
        self._looked = LONG_PART - 1
        self._read = ""
