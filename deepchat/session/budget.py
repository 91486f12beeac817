"""May this be spent? The user's budgets, measured against the ledger."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepchat.conversation.legs import Leg
from deepchat.conversation.usage import dollars
from deepchat.engine.limits import Limit
from deepchat.errors import BudgetReached
from deepchat.session.clock import now_ms
from deepchat.store import ledger
from deepchat.store.database import Connection, Database, Work
from deepchat.store.ledger import Spent


@dataclass(frozen=True, slots=True)
class Budgets:
    """Nano-dollars; None is no limit."""

    conversation: int | None = None
    day: int | None = None
    month: int | None = None

    @property
    def are_set(self) -> bool:
        return self != NO_BUDGETS


NO_BUDGETS: Final = Budgets()
_TO_TOMORROW_MS: Final = 36 * 3_600_000
"""Some days have 25 hours; what is asked tomorrow counts as well."""


class Allowance:
    """What the budgets leave for one answer; other programs, and other conversations, spend of it at the same time."""

    def __init__(self, budgets: Budgets, database: Database | None, conversation: str) -> None:
        self._budgets = budgets
        self._database = database
        self._conversation = conversation

    async def limits(self, but_for: Sequence[Leg] = ()) -> list[Limit]:
        """What the next request may cost, by every budget that is set; these requests are not counted as spent."""
        database = self._database
        return await database.read(lambda c: self.limits_in(c, but_for)) if database and self._budgets.are_set else []

    def limits_in(self, c: Connection, but_for: Sequence[Leg] = ()) -> list[Limit]:
        """The same, for who is reading already."""
        now, budgets = now_ms(), self._budgets
        spans = (
            ("this conversation", "conversation", budgets.conversation, None, None, self._conversation),
            ("today", "day", budgets.day, start_of_day(now), _end_of_tomorrow(now), None),
            ("this month", "month", budgets.month, start_of_month(now), _end_of_tomorrow(now), None),
        )
        own = [leg.id for leg in but_for]
        found: list[Limit] = []
        for what, name, most, since, until, only in spans:
            if most is not None:
                spent = ledger.spent(c, since_ms=since, until_ms=until, conversation=only, but_for=own, at_most=True)
                hint = f"raise it: deepchat config set budget.{name} USD"
                found.append(Limit(what, most, spent.nano or 0, hint, spent.unknown))
        return found

    def need_room(self, c: Connection, known: Sequence[Limit], legs: Sequence[Leg]) -> None:
        """Raise BudgetReached when the last of these can't be paid for any more, for others spent since it was planned.

        Whoever asks holds the writer's lock: what two programs are about to ask at once is counted one after the other.
        """
        planned = {limit.what: limit.spent_nano for limit in known}
        own = sum(leg.claim_nano for leg in legs)
        for limit in self.limits_in(c, legs):
            spent = limit.spent_nano
            if spent > planned.get(limit.what, spent) and spent + own > limit.most_nano:
                raise BudgetReached(
                    f"not sent: what else is being asked just now may cost all that was left of "
                    f"${dollars(limit.most_nano)} for {limit.what}",
                    f"ask again when it is done, or {limit.hint}",
                )


def spent_since(since_ms: int, now_ms: int, but_for: Sequence[str] = ()) -> Work[Spent]:
    """What was spent since then, without these requests; not what a clock that was ahead has dated into the future."""
    until_ms = _end_of_tomorrow(now_ms)
    return lambda c: ledger.spent(c, since_ms=since_ms, until_ms=until_ms, but_for=but_for)


def _end_of_tomorrow(now_ms: int) -> int:
    """At the latest; at the earliest, where today ends."""
    return start_of_day(now_ms + _TO_TOMORROW_MS)


def start_of_day(now_ms: int) -> int:
    """Midnight before it, where the user is."""
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1)) * 1000)


def start_of_month(now_ms: int) -> int:
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, 1, 0, 0, 0, 0, 0, -1)) * 1000)
