"""Does a leg begin with the words that the answer before it ended with?"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from deepchat.engine.fences import open_fence
from deepchat.engine.forms import Form

LONGEST_TAIL: Final = 2_000
"""How far back the repetition may begin; only text that stands there word for word is held back."""
LEAST_IN_PREFILL: Final = 40
"""A model that goes on inside its message hardly ever repeats itself, so that a short repetition is meant."""
LEAST_WHOLE: Final = 12
"""Enough when it is all that was said so far: nobody means to begin twice."""
LEAST_IN_NUDGE: Final = 20
LEAST_FROM_WORD: Final = 8
"""Enough in the nudge form, where it begins with a word."""
LEAST_LINE: Final = 4
"""Enough in the nudge form, where it is all of the last line, and no other line begins so."""
_DISTINCT_WORDS: Final = 3

_WORD: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}")
_SHORT_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_BLANKS: Final = re.compile(r"\s+")
_LINE_END: Final = re.compile(r"[^\S\n]*\n")


class Overlap:
    """The end of an answer, to be looked for at the beginning of what follows.

    In the prefill form it must be found exactly, as long as `LEAST_IN_PREFILL`, with three words in it, and must not
    stand anywhere else nearby: a model that says the same line five times means it. In the nudge form blanks may
    differ and less is enough, but not for whole lines behind a line end, as code closes one thing after another.
    """

    def __init__(self, answer: str, form: Form, *, at_line_start: bool = False) -> None:
        self._eased = form == "nudge"
        self._is_next_line_of_code = at_line_start and open_fence(answer) != ""
        self._is_whole = len(answer) <= LONGEST_TAIL
        self._tail = (_ease(answer[-LONGEST_TAIL:]) if self._eased else answer[-LONGEST_TAIL:]).rstrip()
        self._shortest = self._shortest_that_counts()

    def look(self, held: str, must: bool, *, is_led_in: bool = False) -> int | None:
        """How long the repetition at the head of this text is; None while one is beginning, unless it must decide.

        `is_led_in`: a preamble or a fence stood before it, so that the model does not go on exactly.
        """
        if not self._shortest:
            return 0
        text = _ease(held) if self._eased else held
        begins_a_line = not is_led_in and (self._is_next_line_of_code or _LINE_END.match(held) is not None)
        if not must and self._goes_on_repeating(text.rstrip() if self._eased else text):
            return None
        for length in range(min(len(text), len(self._tail)), 0, -1):
            if self._tail.endswith(text[:length]) and self._counts(length, begins_a_line):
                return _uneased_length(held, length) if self._eased else length
        return 0

    def _goes_on_repeating(self, text: str) -> bool:
        """Whether this is a part of the tail from which a whole repetition can still grow."""
        last_start = len(self._tail) - self._shortest
        return self._tail.find(text, 0, min(last_start + len(text), len(self._tail) - 1)) >= 0

    def _shortest_that_counts(self) -> int:
        """How short a repetition may be; 0 when none would count."""
        if self._eased:
            return LEAST_LINE
        lengths = range(LEAST_IN_PREFILL, len(self._tail) + 1)
        # The longer, the more words and the rarer: once one counts, all longer ones do.
        place = bisect_left(lengths, True, key=self._is_rare)
        if place < len(lengths):
            return lengths[place]
        return len(self._tail) if self._tells_all(len(self._tail)) else 0

    def _counts(self, length: int, begins_a_line: bool) -> bool:
        if self._eased and not (begins_a_line and self._is_whole_lines(length)):
            return self._is_last_line(length) or self._is_last_words(length)
        return self._tells_all(length) or (length >= LEAST_IN_PREFILL and self._is_rare(length))

    def _is_whole_lines(self, length: int) -> bool:
        return f"\n{self._tail}"[-length - 1] == "\n"

    def _is_rare(self, length: int) -> bool:
        again = self._tail[-length:]
        # Looked for in the whole tail, so that half a word at the cut is none.
        words = set(_WORD.findall(self._tail, len(self._tail) - length))
        return len(words) >= _DISTINCT_WORDS and self._tail.find(again, 0, len(self._tail) - 1) < 0

    def _tells_all(self, length: int) -> bool:
        if not self._is_whole or length < max(len(self._tail), LEAST_WHOLE):
            return False
        return len(set(_SHORT_WORD.findall(self._tail))) >= _DISTINCT_WORDS

    def _is_last_line(self, length: int) -> bool:
        lines = f"\n{self._tail}"
        line = f"\n{self._tail[-length:]}"
        is_one = "\n" not in line[1:] and lines.find(line) == len(lines) - len(line)
        return is_one and length >= LEAST_LINE and _LETTER.search(line) is not None

    def _is_last_words(self, length: int) -> bool:
        words = self._tail[-length:]
        if not _WORD.search(words):
            return False
        return length >= LEAST_IN_NUDGE or (length >= LEAST_FROM_WORD and self._begins_with_a_word(length))

    def _begins_with_a_word(self, length: int) -> bool:
        around = self._tail[-length - 1 :][:2]
        return length == len(self._tail) or not around.isalnum()


def _ease(text: str) -> str:
    """The text with each run of blanks as one, and none at its beginning; line ends stay line ends."""
    return _BLANKS.sub(lambda blanks: "\n" if "\n" in blanks[0] else " ", text.lstrip())


def _uneased_length(text: str, eased: int) -> int:
    """How much of a text it takes to have so many characters when eased."""
    return bisect_left(range(len(text)), eased, key=lambda length: len(_ease(text[:length]).rstrip()))
