"""The last gate before the terminal: nothing that a terminal would obey, or that steers the eye, leaves with a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from deepchat.safe_text import MOST_MARKS, make_safe

_MOST_REMEMBERED: Final = 4096
"""Texts that are not plain ASCII: a screen has a few hundred, and most of them come again."""
_SHAPING: Final = frozenset("\u200c\u200d").union(map(chr, range(0xFE00, 0xFE10)))
"""They join or shape what stands before them, which may be in another segment."""

_OWN: Final = RichColor.default()


class LineGate(LineFilter):
    """Takes out what `safe_text` would never have let in; a line stays as wide as it was laid out.

    Links are taken off as well: a terminal opens them by itself, wherever they lead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.caught = 0
        """Segments that something was taken out of: 0 as long as all that is shown was made safe before."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list when there is nothing to take out."""
        for text, style, control in segments:
            if control or not _is_harmless(text) or (style and style.link):
                return [self._through(segment) for segment in segments]
        return segments

    def _through(self, segment: Segment) -> Segment:
        text = segment.text if _is_harmless(segment.text) else _disarmed(segment.text)
        style = segment.style.update_link(None) if segment.style and segment.style.link else segment.style
        self.caught += text != segment.text
        return Segment(text, style)


class WithoutColours(LineFilter):
    """The terminal's own two colours for everything; what was behind something in another one is turned round."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """As wide as they were."""
        return [Segment(text, style and _without_colours(style), control) for text, style, control in segments]


@lru_cache(_MOST_REMEMBERED)
def _without_colours(style: Style) -> Style:
    stands_out = style.bgcolor is not None and not style.bgcolor.is_default
    return style + Style.from_color(_OWN, _OWN) + Style(reverse=True if stands_out else None)


def _is_harmless(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or _disarmed(text) == text


@lru_cache(_MOST_REMEMBERED)
def _disarmed(text: str) -> str:
    """The text without what is dangerous, and blanks where that leaves a hole."""
    if make_safe(text) == text and "\n" not in text and "\t" not in text:
        return text
    return set_cell_size("".join(_characters(text)), cell_len(text))


def _characters(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if char in _SHAPING or (make_safe(char) == char and char not in "\n\t"):
            yield char if marks <= MOST_MARKS else ""
        else:
            yield " " * cell_len(char)
