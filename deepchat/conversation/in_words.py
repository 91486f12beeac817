"""Figures and events of a conversation in a few words, for people."""

from __future__ import annotations

from typing import Final

from deepchat.conversation.events import (
    CarriedOn,
    FellBack,
    LeftOut,
    NearLimit,
    Noticed,
    StreamEvent,
    ToolCalled,
    ToolReturned,
)
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


def event_words(event: StreamEvent) -> str:
    """What is worth a line of its own; empty for all else."""
    match event:
        case FellBack(provider, _, why):
            return f"{why}; asking {provider} instead"
        case CarriedOn(number, of, why):
            return f"{why}; carried on, {number} of {of}"
        case NearLimit(what, spent, limit):
            return f"{what} has cost {usd(spent)} of {usd(limit)}"
        case LeftOut(messages):
            return f"the conversation is too long for the model: its {messages} oldest messages were not sent"
        case Noticed(note):
            return note
        case ToolCalled(call):
            return f"⚙ {call.name} {call.arguments}"
        case ToolReturned(result):
            return f"→ {result.text}"
        case _:
            return ""
