"""Blocks whose lines are shown as they are: code, coloured, and HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Final

from deepchat.tui.typeset.containers import Frame
from deepchat.tui.typeset.highlight import Highlighter
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.scan import CODE_INDENT, Scan, ends_at_blank
from deepchat.tui.typeset.styled import Run, Styled, pieces_of
from deepchat.tui.typeset.wrap import chop, wrap

TAB: Final = 4
_BLOCK: Final = "code.block"


class Code:
    """A block of code, fenced or indented."""

    def __init__(self, page: list[Line], frame: Frame, fence: str, indent: int, language: str) -> None:
        self.language: Final = language
        self.written: list[str] = []
        """Its lines, exactly."""
        self.is_closed = False
        """Whether its closing fence was there."""
        self.settled = len(page)
        """The page's lines before this one never change again."""
        self._page = page
        self._frame = frame
        self._width = max(1, frame.width - 2)
        self._fence = fence
        """What it was opened with; empty when it is indented."""
        self._indent = indent
        """So many blanks at the start of its lines are not part of it."""
        self._highlighter = Highlighter(language)
        self._lines = 0
        self._blanks: tuple[str, ...] = ()
        """Empty lines of indented code, which are part of it only when it goes on behind them."""
        if language:
            self._put([Run(language[: self._width], f"{_BLOCK} code.label")], "", is_label=True)

    def copy(self) -> Code:
        """One that may go another way."""
        twin = copy(self)
        twin.written = list(self.written[-1:])
        twin._highlighter = self._highlighter.copy()
        return twin

    def take(self, scan: Scan, *, is_blank: bool, glue: str) -> bool:
        """Takes a line of the source that is its own, or its closing fence; False when the line is neither."""
        if self._fence:
            self._take_fenced(scan, glue)
            return True
        if not is_blank and scan.indent() < CODE_INDENT:
            return False
        scan.skip_blanks(CODE_INDENT)
        self._blanks += (scan.rest,)
        if not is_blank:
            for line in self._blanks:
                self._set(line, glue)
            self._blanks = ()
        return True

    def add(self, text: str, glue: str) -> None:
        """More of a line too long to be taken at once; it stays plain."""
        self.written[-1:] = ["".join([*self.written[-1:], text])]
        self._put([Run(text.expandtabs(TAB), f"{_BLOCK} code.text")], glue)

    def show(self) -> None:
        """Puts its lines on the page: they are there already, but one stands for a block that has none."""
        if not self._lines:
            self._page[self.settled :] = [self._line(Styled(()), 0, 0, "\n")]

    def _take_fenced(self, scan: Scan, glue: str) -> None:
        if scan.indent() < CODE_INDENT:
            body = scan.body.rstrip(" \t")
            if len(body) >= len(self._fence) and body == self._fence[0] * len(body):
                self.is_closed = True
                return
        scan.skip_blanks(self._indent)
        self._set(scan.rest, glue)

    def _set(self, text: str, glue: str) -> None:
        self.written.append(text)
        pieces = self._highlighter.line(text)
        if "\t" in text:
            pieces = _without_tabs(pieces)
        self._put([Run(part, f"{_BLOCK} {style}") for part, style in pieces], glue)

    def _put(self, runs: Sequence[Run], glue: str, *, is_label: bool = False) -> None:
        styled = Styled(runs)
        starts = [0, *chop(styled.text, self._width)]
        ends = [*starts[1:], len(styled.text)]
        del self._page[self.settled :]
        for start, end in zip(starts, ends, strict=True):
            line = self._line(styled, start, end, glue if end == ends[-1] else "")
            self._page.append(replace(line, gutter=len(line.text)) if is_label else line)
            self._lines += 1
        self.settled = len(self._page)

    def _line(self, styled: Styled, start: int, end: int, glue: str) -> Line:
        before = (self._frame.rest if self._lines else self._frame.first) + ((" ", _BLOCK),)
        gutter = sum([len(text) for text, _ in before]) if self._lines else self._frame.gutter_of(before)
        return Line(before + pieces_of(styled.runs(start, end)), gutter, glue, _BLOCK)


def _without_tabs(pieces: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    column = 0
    for text, style in pieces:
        # Blanks before it stand for what the line has in front of the piece.
        text = f"{' ' * (column % TAB)}{text}".expandtabs(TAB)[column % TAB :]
        column += len(text)
        shown.append((text, style))
    return shown


class Html:
    """A block of HTML, shown as it was written."""

    def __init__(self, page: list[Line], frame: Frame, end: re.Pattern[str]) -> None:
        self.is_closed = False
        """Whether what ends it was there."""
        self.settled = len(page)
        """The page's lines before this one never change again."""
        self._page = page
        self._frame = frame
        self._end = end
        self._lines = 0

    def copy(self) -> Html:
        """One that may go another way."""
        return copy(self)

    def take(self, scan: Scan, *, is_blank: bool, glue: str) -> bool:
        """Takes a line of the source that is its own; False when the line is not."""
        if is_blank and ends_at_blank(self._end):
            return False
        self.add(scan.rest, glue)
        self.is_closed = bool(self._end.search(scan.rest))
        return True

    def add(self, text: str, glue: str) -> None:
        """More of it."""
        styled = Styled([Run(text.expandtabs(TAB), "html")])
        cuts = wrap(styled.text, self._frame.width)
        for cut in cuts:
            runs = styled.runs(cut.start, cut.end)
            self._page.append(self._frame.line(self._lines, runs, glue if cut is cuts[-1] else cut.glue))
            self._lines += 1
        self.settled = len(self._page)

    def show(self) -> None:
        """Puts its lines on the page: they are there already."""
