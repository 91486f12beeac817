"""Characters that every terminal takes for as wide as Textual does."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from textual.strip import Strip

_SURE: Final = (
    "\x20\x7e\xa0\xac\xae\u02ff\u0370\u0482\u048a\u058f\u05d0\u05ea\u1e00\u1fff\u2010\u2027\u2030\u205e"
    "\u2070\u20bf\u2100\u2319\u2320\u23e8\u2500\u25fc\u2605\u2606\u2713\u2718\u276e\u276f\u2800\u28ff"
    "\u3001\u3029\u3041\u3096\u309b\u30ff\u3400\u4dbf\u4e00\u9fff\uac00\ud7a3\uff01\uff60\uffe0\uffe6"
)
"""Alphabets without marks that join, Chinese, Japanese and Korean, and what pages and boxes are drawn with.

Of each range the first character and the last: an expression of them takes 3 ms to compile.
"""
_seen_sure: Final[set[str]] = set()
"""Characters of these ranges that were written: a text is looked up in them at once."""


def is_sure(strip: Strip) -> bool:
    """Whether every terminal takes it for as wide as Textual does: of joined and modified characters few agree."""
    text = strip.text
    if text.isascii() or _seen_sure.issuperset(text):
        return True
    if all(map(_is_sure_itself, set(text))):
        _seen_sure.update(text)
        return True
    return False


def _is_sure_itself(char: str) -> bool:
    at = bisect_left(_SURE, char)
    return at % 2 == 1 or _SURE[at : at + 1] == char
