"""An API key that no repr, log or traceback can show, and the scrubber that takes keys out of any text."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NoReturn

MASK: Final = "***"
_SHORTEST_SCRUBBED: Final = 6
"""Shorter strings would take ordinary words out of an answer."""

_KEY_SHAPES: Final = (
    # "Bearer authentication" is prose: a token has a digit in it, or is longer than words are.
    r"(?i)(\bbearer\s++)(?=[^\s'\"\\]*[0-9]|[^\s'\"\\]{20})[^\s'\"\\]{6,}"
    # So is "sk-learn"; the look for a digit is bounded, or a long run of "sk-" would be looked through from each.
    r"|\b(?:(?:sk|gsk|xai|jwt)[-_:]|aks_)(?=[A-Z_.:-]{0,40}+[0-9])[A-Z0-9_.:-]{12,}"
    # GitHub's, which a server of tools is often given.
    r"|\b(?:gh[pousr]_|github_pat_)[A-Z0-9_]{20,}"
    # JSON in base64: a JSON web token, or a token of Lava's.
    r"|\beyJ[A-Z0-9_+/=.-]{20,}"
    r"|(?<=://)[^/\s:@]*:[^/\s]{2,}(?=@)"
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

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        # It never changes; and what holds it can be copied in memory, if not written.
        return self

    def __reduce__(self) -> NoReturn:
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
    if len(value) >= _SHORTEST_SCRUBBED:
        _known.add(value)


@cache
def _spellings(value: str) -> frozenset[str]:
    """Worked out when it is first looked for: most runs have nothing to scrub."""
    import json
    from urllib.parse import quote

    spelled = {value, repr(value)[1:-1], ascii(value)[1:-1], json.dumps(value)[1:-1], *_in_base64(value)}
    return frozenset(spelled.union(quote(each, safe="", errors="surrogatepass") for each in spelled))


def _in_base64(value: str) -> Iterator[str]:
    """The value in base64: alone, and as it stands inside a longer text at each of the three alignments.

    There, the character at either end may be shared with a neighbour; it is left, and tells at most 4 bits of the key.
    """
    raw = value.encode(errors="surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode()
        for before in range(3):
            first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            yield encode(bytes(before) + raw).decode()[first:end]


def scrub(text: str) -> str:
    """The text without any key we know of, and without what looks like one."""
    spelled = {each for value in _known for each in _spellings(value)}
    for each in sorted(spelled, key=len, reverse=True):
        text = text.replace(each, MASK)
    return re.sub(_KEY_SHAPES, lambda match: (match[1] or "") + MASK, text)
