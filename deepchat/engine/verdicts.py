"""What may come after a leg: nothing more, another leg, or words about why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from deepchat.engine.forms import Form
from deepchat.errors import ContextTooLong

Reason = Literal[
    "filtered",
    "tool_call_cut",
    "json_cut",
    "several_answers",
    "thinking_ate_all",
    "no_progress",
    "repetition",
    "context_full",
    "refused",
    "legs_used_up",
    "by_hand",
    "paid_up",
]


@dataclass(frozen=True, slots=True)
class Whole:
    """Nothing was cut off, as far as the server has said."""


@dataclass(frozen=True, slots=True)
class CarryOn:
    form: Form


@dataclass(frozen=True, slots=True)
class CallTools:
    """The model is asked on with what its calls give back."""


@dataclass(frozen=True, slots=True)
class Stop:
    """It is not whole, and is not carried on by itself; what came is kept."""

    reason: Reason
    message: str
    hint: str


Verdict = Whole | CarryOn | CallTools | Stop

STOPS: Final[Mapping[Reason, Stop]] = {
    stop.reason: stop
    for stop in (
        Stop("filtered", "the provider's filter ended the answer", "ask in other words, or another model"),
        Stop(
            "tool_call_cut",
            "the call of a tool was cut off, so it was not made",
            "ask again, with a larger --max-tokens if one was set",
        ),
        Stop(
            "json_cut",
            "the answer was cut off in a fixed form, which begins anew instead of going on",
            "ask again for something shorter, or with a larger --max-tokens",
        ),
        Stop("several_answers", "of several answers at once, none can be carried on", "ask for one answer"),
        Stop(
            "thinking_ate_all",
            "the model thought until nothing was left for the answer",
            "ask again with less thinking: --reasoning-effort low, or none",
        ),
        Stop("no_progress", "nothing new came, although the answer was cut off", "ask again, or another model"),
        Stop("repetition", "the model says the same thing again and again", "ask again, or in other words"),
        Stop(
            "context_full",
            f"with the rest of the answer, the conversation would be {ContextTooLong.WORDS}",
            "ask in a new conversation, or a model with a larger context",
        ),
        Stop(
            "legs_used_up",
            "the answer was cut off, and took as many requests as it may",
            "go on by hand, or allow it more",
        ),
        Stop("by_hand", "the answer was cut off", "go on by hand, or let it be carried on"),
    )
}
"""All that need no words of the server."""
