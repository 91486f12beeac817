"""Markdown that comes in pieces -> lines that are always current."""

from __future__ import annotations

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import LEAST_WIDTH, Line
from deepchat.tui.typeset.wrap import wrap


class Typesetter:
    """Sets one text, piece by piece."""

    def __init__(self, width: int) -> None:
        self.lines: list[Line] = []
        """All lines so far, always current."""
        self.settled = 0
        """Lines before this one never change again, until `end`."""
        self._width = width
        self._text = ""

    def feed(self, text: SafeText) -> None:
        """Takes the next piece of the text."""
        self._text += text
        self.lines[:] = set_whole(SafeText(self._text), self._width)

    def end(self) -> None:
        """Sets right what only its end could tell."""
        self.settled = len(self.lines)


def set_whole(text: SafeText, width: int) -> list[Line]:
    """The lines of a text that is whole."""
    return set_plain(SafeText(text.strip("\n")), width) if text.strip() else []


def set_plain(text: SafeText, width: int) -> list[Line]:
    """The lines of a text as it is, with nothing read into it; tabs are shown as blanks."""
    shown = text.expandtabs(4)
    cuts = wrap(shown, max(width, LEAST_WIDTH))
    return [Line(((shown[cut.start : cut.end], "text"),) if cut.end > cut.start else (), glue=cut.glue) for cut in cuts]
