"""An API key that no repr, log or traceback can show, and the scrubber that takes keys out of any text."""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import quote

MASK: Final = "***"
_SHORTEST_SCRUBBED: Final = 6
"""Shorter strings would take ordinary words out of an answer."""

_TOKEN_SHAPES: Final = re.compile(
    r"(?i)(bearer\s+)[^\s'\"\\]{6,}"
    r"|\b(?:sk|aks|gsk|xai|jwt)[-_:][A-Za-z0-9_\-.:]{12,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_known: set[str] = set()


class Secret:
    """A key; only `reveal` gives it away, and only the code that writes the Authorization header calls that."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        remember(value)

    def reveal(self) -> str:
        return self._value

    def masked(self) -> str:
        """Enough to recognise a key by, too little to use it."""
        return f"…{self._value[-4:]}" if len(self._value) >= 16 else MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not written anywhere")

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def remember(value: str) -> None:
    """Have `scrub` take this value out of texts from now on, in the spellings it may come back in."""
    value = value.strip()
    if len(value) < _SHORTEST_SCRUBBED:
        return
    raw = value.encode(errors="surrogatepass")
    _known.update({value, quote(value, safe="", errors="surrogatepass"), base64.b64encode(raw).decode(), repr(value)[1:-1]})


def scrub(text: str) -> str:
    """The text without any key we know of, and without what looks like one."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, MASK)
    return _TOKEN_SHAPES.sub(lambda match: (match[1] or "") + MASK, text)
