"""Does a leg begin the whole answer anew, and where in it does the old one end?"""

from __future__ import annotations

import re
from typing import Final

START: Final = 200
"""So many characters at the beginning of both are compared; shorter answers are looked after by the overlap."""
SURE: Final = 20
"""The first so many must be the same: what differs in them is shown at once."""
LEAST: Final = 40
"""Enough, word for word, when the leg ends before it has said more."""
ALIKE: Final = 0.9
TAIL: Final = 40
"""The end of the old answer is looked for by its last characters: so many at least, and more when they come twice."""
_THREE_WORDS: Final = re.compile(r"(?:[^\W\d_]{4,}.*?){3}", re.DOTALL)


class Restart:
    """The beginning of an answer, to be looked for at the beginning of a leg."""

    def __init__(self, answer: str) -> None:
        start = answer.lstrip()[:START]
        is_alone = answer.find(start, 1 + answer.find(start)) < 0
        """An answer that says its own beginning again may well do so once more."""
        self._start = start if len(start) == START and is_alone and _THREE_WORDS.search(start[:LEAST]) else ""

    def look(self, held: str, must: bool) -> bool | None:
        """Whether the text begins anew; None while it may, unless it must decide."""
        text = held.lstrip()[:START]
        if not self._start or not self._start.startswith(text[:SURE]):
            return False
        if len(text) == START:
            return _are_alike(text, self._start)
        if must:
            return len(text) >= LEAST and self._start.startswith(text)
        return None


class Splice:
    """The end of an answer, to be looked for in one that was begun anew."""

    def __init__(self, answer: str) -> None:
        length = TAIL
        while length < len(answer) and answer.find(answer[-length:], 0, len(answer) - 1) >= 0:
            length *= 2
        self._tail = answer[-length:]
        self.kept_back = len(self._tail) - 1
        """Of what was looked through, so much at its end may be the beginning of what is looked for."""

    def end_in(self, text: str) -> int | None:
        """Where in the text the old answer ends; None when it does not."""
        place = text.find(self._tail)
        return None if place < 0 else place + len(self._tail)


def _are_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
