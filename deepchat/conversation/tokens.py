"""How many tokens a text is: roughly, for what is shown as rough, and at most, for what a limit depends on."""

from __future__ import annotations

import string
from typing import Final

QUARTERS: Final = 4
"""Of a token: an ASCII letter, digit or blank is one, a sign two, and any other byte of UTF-8 one."""
_BLANKS: Final = string.whitespace.encode()
_LETTERS: Final = string.ascii_letters.encode()
_PLAIN: Final = _LETTERS + string.digits.encode() + _BLANKS
_LETTERS_ALONE: Final = bytes(code if code in _LETTERS else ord(" ") for code in range(256))
_BEYOND_ASCII: Final = bytes(range(128, 256))


def estimate_tokens(text: str) -> int:
    """Roughly: prose has about four characters a token, signs stand closer."""
    return tokens_of(quarters(text))


def tokens_of(count: int) -> int:
    """Whole tokens for so many quarters."""
    return -(-count // QUARTERS)


def quarters(text: str) -> int:
    """The measure behind the estimate: what is added up piece by piece is as much as all at once."""
    raw = _utf8(text)
    signs = len(raw.translate(None, _PLAIN))
    if not text.isascii():
        signs = len(raw.translate(None, _PLAIN + _BEYOND_ASCII))
    return len(raw) + signs


def most_tokens(text: str) -> int:
    """No fewer than a tokenizer makes of it, as long as it is not all noise.

    Every run of letters begins a token, and every sixth letter another; very long runs are no words, and are cut
    finer. Digits and signs stand alone, and what is beyond ASCII has two bytes a token.
    """
    raw = _utf8(text)
    beyond = 0 if text.isascii() else len(raw) - len(raw.translate(None, _BEYOND_ASCII))
    letters = len(raw) - len(raw.translate(None, _LETTERS))
    blanks = len(raw) - len(raw.translate(None, _BLANKS))
    signs = len(raw) - beyond - letters - blanks
    words = len(raw.translate(_LETTERS_ALONE).split())
    return max(words + letters // 6, letters // 3) + max(0, blanks - words) + signs + -(-beyond // 2)


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
