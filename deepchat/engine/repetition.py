"""Is a model caught in a loop, saying the same thing again and again?"""

from __future__ import annotations

from typing import Final, NamedTuple

LOOKED_AT: Final = 4_096
"""Characters at the end of an answer that are looked at."""
_LOOPS: Final = ((4, 400), (3, 1_200))
"""So many copies at least, of so many characters together: a table's rule, a row of zeros or a refrain is no loop."""


class Loop(NamedTuple):
    """What comes again and again."""

    period: int
    """Its length."""
    length: int
    """Of all its copies together, the last of which may be cut."""


def loop_at_end(text: str) -> Loop | None:
    """The shortest thing that the text ends with again and again; None when there is none."""
    reverse = text[: -LOOKED_AT - 1 : -1]
    for period, again in enumerate(_matches_with_its_beginning(reverse)):
        length = period + again
        if period and any(length >= copies * period and length >= least for copies, least in _LOOPS):
            return Loop(period, length)
    return None


def _matches_with_its_beginning(text: str) -> list[int]:
    """For each place, how much from there on is as at the beginning (the Z function, in linear time)."""
    found = [0] * len(text)
    left = right = 0
    for place in range(1, len(text)):
        length = min(right - place, found[place - left]) if place < right else 0
        while place + length < len(text) and text[length] == text[place + length]:
            length += 1
        found[place] = length
        if place + length > right:
            left, right = place, place + length
    return found
