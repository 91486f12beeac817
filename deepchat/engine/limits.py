"""What an answer may cost, and when that is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deepchat.conversation.events import NearLimit
from deepchat.conversation.usage import dollars
from deepchat.errors import BudgetReached

NEAR_PERCENT: Final = 80
ANSWER: Final = "this answer"
UNPRICED: Final = "try deepchat models --refresh, write its price into models.toml, or ask without a limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """Nano-dollars that may be spent on something."""

    what: str
    """`this answer`, `this conversation`, `today`, `this month`."""
    most_nano: int
    spent_nano: int = 0
    """Before this answer."""
    hint: str = ""
    """How the user raises it."""
    unknown: int = 0
    """So many requests before this answer cost what nobody knows, and are not in what was spent."""


def answer_limit(most_nano: int | None) -> list[Limit]:
    """The limit of one answer, if there is one."""
    return [] if most_nano is None else [Limit(ANSWER, most_nano, 0, "raise the limit with --max-cost")]


class Watch:
    """Watches what an answer has cost; says once when a limit is near, and raises BudgetReached when it is reached."""

    def __init__(self, limits: Sequence[Limit], what: str = "the answer", unpriced: str = UNPRICED) -> None:
        """`unpriced` is the hint for what has no known price."""
        self._limits = limits
        self._what = what
        self._unpriced = unpriced
        self._near: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._limits)

    def renew(self, limits: Sequence[Limit]) -> None:
        """The limits as they stand now: others may have spent meanwhile."""
        self._limits = limits

    def near(self, cost_nano: int) -> Iterator[NearLimit]:
        """The limits that this cost has brought near, each once."""
        for limit in self._limits:
            spent = limit.spent_nano + cost_nano
            if limit.what not in self._near and spent * 100 >= limit.most_nano * NEAR_PERCENT:
                self._near.add(limit.what)
                yield NearLimit(limit.what, spent, limit.most_nano)

    def allow(self, next_nano: int, so_far_nano: int) -> None:
        """Raise BudgetReached when a request that costs at least so much would reach a limit."""
        for limit in self._limits:
            if limit.spent_nano + so_far_nano + next_nano >= limit.most_nano:
                spent = limit.spent_nano + so_far_nano
                already = f"{limit.what} has cost ${dollars(spent)}, and " if spent else ""
                raise BudgetReached(
                    f"{self._what} was not {'carried on' if so_far_nano else 'sent'}: {already}asking alone would "
                    f"cost about ${dollars(next_nano)}, of ${dollars(limit.most_nano)} for {limit.what}",
                    limit.hint,
                )

    def check(self, cost_nano: int) -> None:
        """Raise BudgetReached when the answer has reached a limit."""
        if self.left(cost_nano) <= 0:
            raise self.reached(cost_nano)

    def left(self, cost_nano: int) -> int:
        """What may still be spent after this cost, by the limit that is the nearest."""
        return _left(self._nearest, cost_nano)

    def reached(self, cost_nano: int) -> BudgetReached:
        """What to raise when the nearest limit has ended the answer."""
        limit = self._nearest
        what = "it" if limit.what == ANSWER else limit.what
        return BudgetReached(
            f"the answer was stopped: {what} has cost about ${dollars(limit.spent_nano + cost_nano)}, "
            f"and ${dollars(limit.most_nano)} is the limit",
            limit.hint,
        )

    @property
    def _nearest(self) -> Limit:
        return min(self._limits, key=lambda limit: _left(limit, 0))

    def need_prices(self, model: str) -> BudgetReached:
        """What to raise when a limit can't be watched."""
        return BudgetReached(
            f"the price of {model} is not known, so a limit on its cost can't be kept",
            self._unpriced,
        )


def _left(limit: Limit, cost_nano: int) -> int:
    return limit.most_nano - limit.spent_nano - cost_nano
