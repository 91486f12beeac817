"""The words around what was found, in one short piece."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from deepchat.store.wishes import Term

LONGEST: Final = 160
"""Characters of a snippet."""
_BEFORE_HIT: Final = 40
_CUT: Final = "…"
_WORD: Final = re.compile(r"\w+")


def snippet(body: str, wanted: Sequence[Term], marks: tuple[str, str]) -> str:
    """The part of a text that begins shortly before the first of these words; each of them is between the marks."""
    pattern = re.compile("|".join(map(_pattern, wanted)))
    folded = _folded(body)
    first = pattern.search(folded)
    begin = 0
    if first and first.start() > _BEFORE_HIT:
        begin = first.start() - _BEFORE_HIT
        begin = max(begin, body.find(" ", begin, first.start()) + 1)
    end = min(len(body), begin + LONGEST)
    said: list[str] = []
    done = begin
    for hit in pattern.finditer(folded, begin, end):
        if hit.start() < hit.end():
            said += [body[done : hit.start()], marks[0], body[hit.start() : hit.end()], marks[1]]
            done = hit.end()
    return _CUT * (begin > 0) + "".join(said) + body[done:end] + _CUT * (end < len(body))


def _pattern(term: Term) -> str:
    words = _folded(term.words)
    if not term.is_indexed:
        return re.escape(words)
    # As the index reads it: words in their order, with anything but words between them.
    return r"(?<!\w)" + r"\W+".join(map(re.escape, _WORD.findall(words))) + (r"\w*" if term.is_beginning else r"(?!\w)")


def _folded(text: str) -> str:
    """The text without capitals and accents, each character where it was."""
    return text.lower() if text.isascii() else "".join(map(_base, text))


@cache
def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0].lower()[:1]
