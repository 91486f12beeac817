"""How fast an answer comes, and what it has cost so far: figures that tick while it streams."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.legs import total_cost
from deepchat.conversation.usage import NO_USAGE, UNKNOWN_COST, Cost, Usage, total_usage

if TYPE_CHECKING:
    from deepchat.conversation.legs import Answer, Leg
    from deepchat.workspace import Turn

LOOK_S: Final = 0.25
"""Nobody reads figures that change more often, and every change paints the whole bar."""
SAMPLE_S: Final = 0.5
MOST_SAMPLES: Final = 24


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one answer, or of what was asked for it last."""

    tokens: int = 0
    is_estimate: bool = True
    rate: float | None = None
    """Tokens a second, while they came."""
    rates: tuple[float, ...] = ()
    """The same in short spans, the newest last."""
    first_token_s: float | None = None
    """How long the user waited for it since they sent the question."""
    seconds: float = 0.0
    legs: int = 0
    most_legs: int = 1
    cost: Cost = UNKNOWN_COST
    usage: Usage = NO_USAGE
    """Of all its legs."""
    model: str = ""
    """Who answers."""
    reached_tokens: int = 0
    """How long the conversation has become with it."""
    answer: str = ""
    """The message's name, once it has one."""
    is_over: bool = False
    """Nothing more comes."""

    @property
    def tokens_told(self) -> str:
        """Marked where nobody has counted them."""
        return f"{'~' if self.is_estimate and self.tokens else ''}{self.tokens:,}"


class Pace:
    """Looks at a turn now and then."""

    def __init__(self, started: float) -> None:
        self.figures = Figures()
        self.started = started
        """When the user sent the question, on the monotonic clock."""
        self._looked_at = 0.0
        self._sampled_at = started
        self._sampled_tokens = 0
        self._rates: deque[float] = deque(maxlen=MOST_SAMPLES)

    def tick(self, turn: Turn | None, now: float, *, answer: str = "", is_last: bool = False) -> None:
        """Take the figures as they are now, unless that was done just before."""
        if now - self._looked_at < LOOK_S and not is_last:
            return
        self._looked_at = now
        if turn is None:
            self.figures = Figures(seconds=now - self.started, is_over=is_last)
            return
        draft, usage = turn.draft, turn.usage
        runs, tokens = list(turn.runs), usage.completion_tokens
        first_at = draft.first_word_at
        if first_at is not None and now - self._sampled_at >= SAMPLE_S:
            self._rates.append(max(0.0, (tokens - self._sampled_tokens) / (now - self._sampled_at)))
            self._sampled_at, self._sampled_tokens = now, tokens
        self.figures = Figures(
            tokens,
            any(run.draft.usage is None for run in runs if run.counts),
            tokens / heard_s if (heard_s := turn.talked_s) > 0 else None,
            tuple(self._rates),
            first_at - self.started if first_at is not None else None,
            now - self.started,
            sum(1 for run in runs if run.attempts),
            turn.rules.legs,
            turn.cost,
            usage,
            draft.served_model or draft.model,
            next((run.usage.total_tokens for run in reversed(runs) if run.counts), 0),
            answer,
            is_last,
        )


def with_earlier(figures: Figures, legs: Sequence[Leg]) -> Figures:
    """Those of a whole answer, of which these requests were made before what comes now."""
    if not legs:
        return figures
    costs = [leg.cost for leg in legs] + ([figures.cost] if figures.legs else [])
    return replace(
        figures,
        tokens=_written(legs) + figures.tokens,
        is_estimate=_is_estimate(legs) or (figures.is_estimate and figures.tokens > 0),
        legs=len(legs) + figures.legs,
        most_legs=len(legs) + figures.most_legs,
        cost=total_cost(costs),
    )


def settled(answer: Answer, heard: Figures | None = None) -> Figures:
    """Those of an answer that is over, with its pace from when it was heard here, if it was."""
    legs, heard = answer.legs, heard or Figures()
    talked_s = sum(leg.seconds - leg.first_token_s for leg in legs if leg.first_token_s is not None)
    tokens = _written(legs)
    return Figures(
        tokens,
        _is_estimate(legs),
        heard.rate or (tokens / talked_s if talked_s > 0 else None),
        heard.rates,
        answer.first_token_s if heard.first_token_s is None else heard.first_token_s,
        answer.seconds,
        len(legs),
        cost=answer.cost,
        answer=heard.answer,
        is_over=True,
    )


def _written(legs: Sequence[Leg]) -> int:
    return total_usage(leg.usage for leg in legs if leg.usage).completion_tokens


def _is_estimate(legs: Sequence[Leg]) -> bool:
    return any(leg.usage and not leg.is_counted for leg in legs)
