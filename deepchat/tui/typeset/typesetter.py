"""Markdown that comes in pieces -> lines that are always current."""

from __future__ import annotations

from typing import Final

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.blocks import Blocks
from deepchat.tui.typeset.code import Code
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.lines import LEAST_WIDTH, Line

LONGEST_LINE: Final = 2000
"""So much of a line is looked at to tell what it is; the rest of a longer one belongs to the same block."""


_LONG_START: Final = 500
"""The start of a line that is longer, and may still become anything, is looked at only now and then."""
_LOOK_EVERY: Final = 16
"""Characters: so often."""


class Typesetter:
    """Sets one text, piece by piece."""

    def __init__(self, width: int) -> None:
        self.lines: list[Line] = []
        """All lines so far, always current."""
        self.settled = 0
        """Lines before this one never change again, until `end`."""
        self._width = max(width, LEAST_WIDTH)
        self._pieces: list[str] = []
        self._inline = Inline()
        self._blocks = Blocks(self.lines, self._width, self._inline)
        self._held = ""
        """The start of a line that may still become anything."""
        self._look_at = 0
        """The length of what is held at which it is looked at again."""
        self._goes_on = False
        """Whether what comes belongs to a line whose start the blocks have."""

    @property
    def codes(self) -> list[Code]:
        """The blocks of code so far."""
        return self._blocks.codes

    def feed(self, text: SafeText) -> None:
        """Takes the next piece of the text."""
        if not text:
            return
        self._pieces.append(text)
        if len(self._held) + len(text) < self._look_at and "\n" not in text:
            self._held += text
            return
        del self.lines[self.settled :]
        self._take(text)
        self.settled = self._blocks.settled
        self._show()

    def end(self) -> None:
        """Sets right what only the end of the text could tell."""
        del self.lines[self.settled :]
        self._finish()
        if self._inline.defines:
            # A link or a note may have been used before it was defined: with all definitions known, it is set anew.
            self.lines.clear()
            self._blocks = Blocks(self.lines, self._width, self._inline)
            self._take("".join(self._pieces))
            self._finish()
        self.settled = len(self.lines)

    def _take(self, text: str) -> None:
        start = 0
        while (end := text.find("\n", start)) >= 0:
            self._take_part(text[start:end])
            self._end_line()
            start = end + 1
        if start < len(text):
            self._take_part(text[start:])

    def _take_part(self, text: str) -> None:
        """More of a line."""
        self._held += text
        while len(self._held) > LONGEST_LINE:
            self._give(self._held[:LONGEST_LINE], "")
            self._held = self._held[LONGEST_LINE:]
            self._goes_on = True
        if self._goes_on and self._blocks.is_certain:
            self._give(self._held, "")
            self._held = ""

    def _end_line(self) -> None:
        if self._held or not self._goes_on:
            self._give(self._held, "\n")
        self._held, self._goes_on = "", False

    def _give(self, text: str, glue: str) -> None:
        give = self._blocks.more if self._goes_on else self._blocks.line
        give(text, glue)

    def _show(self) -> None:
        """Shows what is open, and the line that is not whole yet as if it were."""
        self._look_at = 0
        if not self._held:
            self._blocks.show()
            return
        trial = self._blocks.copy()
        if self._goes_on:
            trial.more(self._held)
        else:
            trial.line(self._held)
        trial.show()
        if not self._goes_on and trial.is_certain:
            del self.lines[self.settled :]
            self._give(self._held, "\n")
            self._held, self._goes_on = "", True
            self.settled = self._blocks.settled
            self._blocks.show()
        elif len(self._held) > _LONG_START:
            self._look_at = min(len(self._held) + _LOOK_EVERY, LONGEST_LINE)

    def _finish(self) -> None:
        if self._held:
            self._end_line()
        self._goes_on = False
        self._blocks.close()


def set_whole(text: SafeText, width: int) -> list[Line]:
    """The lines of a text that is whole."""
    typesetter = Typesetter(width)
    typesetter.feed(text)
    typesetter.end()
    return typesetter.lines


def codes_of(text: str) -> list[Code]:
    """The blocks of code in a text that is whole."""
    typesetter = Typesetter(LEAST_WIDTH)
    typesetter.feed(SafeText(text))
    typesetter.end()
    return typesetter.codes
