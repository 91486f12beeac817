"""The one vocabulary from wire to screen: what is heard while an answer comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deepchat.conversation.parts import ToolCall, ToolResult
from deepchat.conversation.usage import Usage

Finish = Literal["stop", "length", "tool_calls", "content_filter", "other"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request leaves for a provider."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """Nothing was shown yet, and the same request will be made again after a wait."""

    attempt: int
    """1 for the first retry."""
    of: int
    wait_s: float
    why: str


@dataclass(frozen=True, slots=True)
class FellBack:
    """Another provider is asked instead."""

    provider: str
    model: str
    why: str


@dataclass(frozen=True, slots=True)
class Served:
    """Who really answers; said again when it changes."""

    model: str = ""
    tier: str = ""
    """The service tier that was served, when the server names it."""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    index: int
    """Which call of this answer it belongs to."""
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What the server counted so far for this request; the last report holds."""

    usage: Usage
    cost_nano: int | None = None
    """The provider's own figure, in nano-dollars."""


@dataclass(frozen=True, slots=True)
class LogprobsReported:
    """Log probabilities as the server gave them, as JSON text."""

    json: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The server said why it stopped."""

    reason: Finish
    said: str
    """The server's own word."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something odd on the wire that lost nothing, worth one line to the curious."""

    note: str
    is_passing: bool = False
    """It tells of what is over when the next request leaves."""


@dataclass(frozen=True, slots=True)
class LegEnded:
    """One request of the answer is over, however it ended; whoever keeps the ledger closes its row."""

    number: int
    """1 for the first."""


@dataclass(frozen=True, slots=True)
class CarriedOn:
    """The answer was not whole, and another request goes on from where it stands."""

    number: int
    """Which leg begins; 2 for the first that goes on."""
    of: int
    """The most there may be."""
    why: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model's call is whole: the user is asked, if need be, and then it is made."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """What came of a call, or why it was not made; when the last one is there, the model is asked on."""

    result: ToolResult


@dataclass(frozen=True, slots=True)
class NearLimit:
    """Most of what may be spent is spent."""

    what: str
    """`this answer`, `this conversation`, `today`, `this month`."""
    spent_nano: int
    limit_nano: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The conversation did not fit the model's window, and its oldest part was not sent."""

    messages: int


StreamEvent = (
    Asked
    | Retrying
    | FellBack
    | Served
    | TextDelta
    | ReasoningDelta
    | ToolCallDelta
    | UsageReported
    | LogprobsReported
    | Finished
    | Noticed
    | LegEnded
    | CarriedOn
    | ToolCalled
    | ToolReturned
    | NearLimit
    | LeftOut
)
