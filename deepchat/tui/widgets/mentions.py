"""What a text names after an @, which may be a file that shall go along if the user meant it."""

from __future__ import annotations

import re
from typing import Final

_MENTION: Final = r"(?:^|(?<=\s))@(\S+)"


def mentions(text: str) -> list[str]:
    """The names, as they are written."""
    return re.findall(_MENTION, text)


def word_around(line: str, column: int) -> tuple[str, int]:
    """What stands around this place up to the next blanks, and where it begins."""
    head, rest = line[:column], line[column:]
    start = column - (len(head.split()[-1]) if head and not head[-1].isspace() else 0)
    end = rest.split(maxsplit=1)[0] if rest and not rest[0].isspace() else ""
    return line[start:column] + end, start


class TypedNames:
    """Those that were typed key by key, or chosen: what came in any other way may be somebody else's words."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()

    def add(self, word: str) -> None:
        """This word is meant."""
        if word.startswith("@"):
            self.names |= {word[1:]}

    def typed(self, character: str, before: str, line: str, column: int) -> None:
        """This character stands before this column now; its word was `before`."""
        word, start = word_around(line, column)
        if self._has(before) or (character == "@" and start == column - 1):
            self.add(word)

    def deleted(self, before: str, line: str, column: int) -> None:
        """What stands around this column now is what is left of `before`, or another word."""
        word, _ = word_around(line, column)
        cuts = range(len(word) + 1)
        if self._has(before) and any(before.startswith(word[:at]) and before.endswith(word[at:]) for at in cuts):
            self.add(word)

    def _has(self, word: str) -> bool:
        return word.startswith("@") and word[1:] in self.names
