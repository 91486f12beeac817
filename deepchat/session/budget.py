"""May this be spent? The user's budgets, measured against the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from deepchat.engine.limits import Limit
from deepchat.store import ledger
from deepchat.store.database import Database, Work
from deepchat.store.ledger import Spent


@dataclass(frozen=True, slots=True)
class Budgets:
    """Nano-dollars; None is no limit."""

    conversation: int | None = None
    day: int | None = None
    month: int | None = None


NO_BUDGETS: Final = Budgets()
_TO_TOMORROW_MS: Final = 36 * 3_600_000
"""Some days have 25 hours; what is asked tomorrow counts as well."""


async def limits(budgets: Budgets, database: Database | None, conversation: str, now_ms: int) -> list[Limit]:
    """What the next answer may cost, by every budget that is set."""
    found: list[Limit] = []
    if database is None:
        return found
    here: Work[Spent] = lambda c: ledger.spent(c, conversation=conversation)  # noqa: E731  # one of three alike
    spans = (
        ("this conversation", "conversation", budgets.conversation, here),
        ("today", "day", budgets.day, spent_since(start_of_day(now_ms), now_ms)),
        ("this month", "month", budgets.month, spent_since(start_of_month(now_ms), now_ms)),
    )
    for what, name, most, look in spans:
        if most is None:
            continue
        spent = await database.read(look)
        hint = f"raise it: deepchat config set budget.{name} USD"
        found.append(Limit(what, most, spent.nano or 0, hint, spent.unknown))
    return found


def spent_since(since_ms: int, now_ms: int) -> Work[Spent]:
    """What was spent since then; not what a clock that was ahead for a while has dated into the future."""
    until_ms = start_of_day(now_ms + _TO_TOMORROW_MS)
    return lambda c: ledger.spent(c, since_ms=since_ms, until_ms=until_ms)


def start_of_day(now_ms: int) -> int:
    """Midnight before it, where the user is."""
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1)) * 1000)


def start_of_month(now_ms: int) -> int:
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, 1, 0, 0, 0, 0, 0, -1)) * 1000)
