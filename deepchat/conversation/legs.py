"""The requests that it took to write an answer: what each of them said, how it ended, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage

if TYPE_CHECKING:
    from deepchat.conversation.events import Finish

SAVED_EVERY_S: Final = 0.25
"""Words that came are on disk after so long: a program that is killed loses no more of them."""

LegState = Literal["pending", "whole", "stopped", "broken", "refused"]
"""On its way; ended by the server; ended by the user or a budget; broke off; never answered at all."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One request of an answer; it has a row in the ledger from before it was sent."""

    id: str
    provider: str
    model: str
    """As it was asked for."""
    asked_ms: int
    """When it was sent, in milliseconds since 1970, UTC."""
    state: LegState = "pending"
    served_model: str = ""
    tier: str = ""
    """The service tier that was served."""
    request_id: str = ""
    finish: Finish | None = None
    usage: Usage | None = None
    """What the server counted, or our estimate; None as long as nothing is known."""
    cost: Cost = UNKNOWN_COST
    """While it is pending, our estimate of what it has cost so far."""
    most_nano: int | None = None
    """While it is pending, the most nano-dollars that it may cost, which budgets keep for it; None when unknown."""
    first_token_s: float | None = None
    seconds: float = 0.0
    text: str = ""
    """Exactly what it said, with whatever was cut away at the joint."""
    reasoning: str = ""
    kept_from: int = 0
    """Where in its text the part begins that the answer has: before it stands what only repeated the leg before."""
    kept_to: int | None = None
    """Where that part ends; None is at its end. A half character is cut away there."""
    dropped: bool = False
    """The user took it out of the answer; its words and its cost stay known."""

    @property
    def is_counted(self) -> bool:
        """Whether its usage is the server's count of all of it: of what was stopped or broke off it is an estimate."""
        return self.state == "whole" and not self.cost.estimated

    @property
    def claim_nano(self) -> int:
        """What a budget counts for it: what it cost, or as long as it is pending, the most that it may."""
        cost = self.cost.nano or 0
        return max(cost, self.most_nano or 0) if self.state == "pending" else cost

    @property
    def kept(self) -> str:
        """What the answer has of it."""
        return "" if self.dropped else self.text[self.kept_from : self.kept_to]


@dataclass(frozen=True, slots=True)
class Answer:
    """How an answer came to be."""

    provider: str
    """The one that was asked; each leg names the one that answered, which may be its fallback."""
    model: str
    """As it was asked for."""
    served_model: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    """Those that were set, as JSON knows them."""
    finish: Finish | None = None
    """Why the last leg ended; None when the server has not said."""
    first_token_s: float | None = None
    """How long the user waited for it since they sent the question, or last wanted more."""
    seconds: float = 0.0
    """How long they waited for all of it, or for what came last."""
    legs: tuple[Leg, ...] = ()
    error: str = ""
    """What went wrong, in words."""

    @property
    def text(self) -> str:
        """The legs' words, joined."""
        return "".join(leg.kept for leg in self.legs)

    @property
    def writers(self) -> tuple[str, ...]:
        """The models that wrote its words, each once; before there are any, the one that was asked."""
        last = self.served_model or self.model
        wrote = (leg.served_model or (last if leg.model == self.model else leg.model) for leg in self.legs if leg.kept)
        return tuple(dict.fromkeys(wrote)) or (last,)

    @property
    def cost(self) -> Cost:
        """What all legs cost together, dropped ones too."""
        return total_cost([leg.cost for leg in self.legs])


def total_cost(costs: list[Cost]) -> Cost:
    """The sum; unknown as soon as one of them is, an estimate as soon as one of them is.

    Its source is that of all which cost something, if it is one, else an estimate.
    """
    nanos = [cost.nano for cost in costs if cost.nano is not None]
    if not costs or len(nanos) < len(costs):
        return UNKNOWN_COST
    decisive = [cost for cost in costs if cost.nano] or costs
    one_source = all(cost.source == decisive[0].source for cost in decisive)
    return Cost(sum(nanos), decisive[0].source if one_source else "estimate", any(cost.estimated for cost in costs))
