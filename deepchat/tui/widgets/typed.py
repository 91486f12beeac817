"""What is typed or pasted, made fit to stand in the composer: nothing that steers a terminal or the eye gets in."""

from __future__ import annotations

import re
from typing import Final

_LINE_ENDS: Final = "\r\n|[\r\x85\u2028\u2029]"
"""A text area breaks lines at all of these, and would give them back as line feeds anyway."""
_STEERING: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, but for tab and line feed
    "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of the writing direction
    "\ufdd0-\ufdef\ufffe\uffff]"  # no characters: the composer marks its chips with two of them
)
_HALVES: Final = "[\ud800-\udfff]"


def fit(text: str) -> str:
    """The text with its line ends in one form and without control characters; all else of it stays exact."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return re.sub(_HALVES, "\ufffd", re.sub(_STEERING, "", re.sub(_LINE_ENDS, "\n", text)))


def typed(key: str, character: str | None) -> str:
    """What a key press puts in: a joiner or an ideographic blank too, which Textual holds for unprintable."""
    if character is None or key.startswith("alt+") or {"\t", "\n"} & set(character) or fit(character) != character:
        return ""
    return character
