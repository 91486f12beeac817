"""Money as it is shown: what is not known is "?", what is worked out from an estimate has "~"."""

from __future__ import annotations

from typing import Final

from deepchat.conversation.usage import Cost, dollars

UNKNOWN: Final = "?"
_NANO_PER_MICRO: Final = 1_000


def micro_dollars(nano: int) -> str:
    """Dollars to the micro-dollar, such as `0.000412`; what is less than one, but not nothing, says so."""
    if 0 < nano < _NANO_PER_MICRO:
        return "<0.000001"
    return dollars((nano + _NANO_PER_MICRO // 2) // _NANO_PER_MICRO * _NANO_PER_MICRO)


def money(cost: Cost) -> str:
    """What something cost, such as `~$0.000412`."""
    if cost.nano is None:
        return UNKNOWN
    return f"{'~' if cost.estimated else ''}${micro_dollars(cost.nano)}".replace("$<", "<$")


def to_the_point(number: str, decimals: int) -> str:
    """The number with blanks for the decimals that it lacks, so that the points of a column stand in a line."""
    return number + " " * (decimals - len(number.partition(".")[2]))
