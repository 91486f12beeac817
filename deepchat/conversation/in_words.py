"""Figures of a conversation in a few words, for people."""

from __future__ import annotations

from typing import Final

from deepchat.conversation.usage import Cost, Total, dollars

_MICRO: Final = 1_000


def counted(number: int, what: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def usd(nano: int) -> str:
    """`$0.00107`: to the micro-dollar, which nobody pays less than."""
    if 0 < nano < _MICRO:
        return "<$0.000001"
    return f"${dollars(round(nano / _MICRO) * _MICRO)}"


def cost_words(cost: Cost) -> str:
    """`$0.00107`, `~$0.00107` when it is an estimate, `?` when it is not known."""
    return "?" if cost.nano is None else f"{'~' if cost.estimated else ''}{usd(cost.nano)}"


def total_words(total: Total) -> str:
    """The same of several requests; `$0.00107 + ?` when it is at least so much."""
    known = cost_words(total.cost)
    return f"{known} + ?" if total.unknown and total.cost.nano is not None else known
