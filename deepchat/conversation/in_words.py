"""Figures and events of a conversation in a few words, for people."""

from __future__ import annotations

from typing import Final, cast

from deepchat.conversation.chosen import Chosen
from deepchat.conversation.events import (
    CarriedOn,
    FellBack,
    LeftOut,
    NearLimit,
    Noticed,
    StreamEvent,
)
from deepchat.conversation.parameters import JsonObject, JsonSchema, Regex
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


def chosen_words(chosen: Chosen) -> str:
    """`low effort · JSON · temperature 0.2 · tools: clock`: how answers are made, but not by whom."""
    given = dict(chosen.parameters)
    effort, tier, form = (given.pop(name, None) for name in ("reasoning_effort", "service_tier", "response_format"))
    told = [
        f"{effort} effort" if effort else "",
        f"{tier} tier" if tier else "",
        _form_words(form),
        *(f"{name} {_value_words(value)}" for name, value in given.items()),
        f"tools: {', '.join(chosen.tools)}" if chosen.tools else "",
    ]
    return " · ".join(filter(None, told))


def _form_words(form: object) -> str:
    match form:
        case JsonSchema():
            return "JSON by a schema"
        case JsonObject():
            return "JSON"
        case Regex(pattern):
            return f"text by the pattern {pattern}"
        case _:
            return ""


def _value_words(value: object) -> str:
    return ", ".join(map(repr, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else str(value)


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
        case _:
            return ""
