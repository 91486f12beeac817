"""What happens to an answer, and how it was to be made, in a few words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from deepchat.conversation.events import CarriedOn, FellBack, LeftOut, NearLimit, Noticed, StreamEvent
from deepchat.conversation.in_words import counted, usd
from deepchat.conversation.parameters import JsonObject, JsonSchema, Regex

if TYPE_CHECKING:
    from deepchat.conversation.chosen import Chosen


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


def chosen_words(chosen: Chosen) -> str:
    """`low effort · JSON · temperature 0.2 · tools: clock`: how answers are made, but not by whom."""
    first, others = _told_first(chosen)
    told = [*first, *(f"{name} {_value_words(value)}" for name, value in others.items())]
    return " · ".join([*told, *([f"tools: {', '.join(chosen.tools)}"] if chosen.tools else [])])


def chosen_briefly(chosen: Chosen) -> str:
    """`low effort · JSON · 4 params`: the same without tools, and with most of its values only counted."""
    first, others = _told_first(chosen)
    return " · ".join([*first, *([counted(len(others), "param")] if others else [])])


def _told_first(chosen: Chosen) -> tuple[list[str], dict[str, object]]:
    """What has words of its own, and what is told by its name and value."""
    others = dict(chosen.parameters)
    effort, tier, form = (others.pop(name, None) for name in ("reasoning_effort", "service_tier", "response_format"))
    first = [f"{effort} effort" if effort else "", f"{tier} tier" if tier else "", _form_words(form)]
    return [words for words in first if words], others


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
