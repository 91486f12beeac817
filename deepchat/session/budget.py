"""May this be spent? The user's budgets, measured against the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from deepchat.engine.limits import Limit
from deepchat.store import ledger
from deepchat.store.database import Database


@dataclass(frozen=True, slots=True)
class Budgets:
    """Nano-dollars; None is no limit."""

    conversation: int | None = None
    day: int | None = None
    month: int | None = None


NO_BUDGETS: Final = Budgets()


async def limits(budgets: Budgets, database: Database | None, conversation: str, now_ms: int) -> list[Limit]:
    """What the next answer may cost, by every budget that is set."""
    found: list[Limit] = []
    if database is None:
        return found
    spans = (
        ("this conversation", "conversation", budgets.conversation, None, conversation),
        ("today", "day", budgets.day, start_of_day(now_ms), None),
        ("this month", "month", budgets.month, start_of_month(now_ms), None),
    )
    for what, name, most, since_ms, only in spans:
        if most is None:
            continue
        spent = await database.read(
            lambda c, since_ms=since_ms, only=only: ledger.spent(c, since_ms=since_ms, conversation=only)
        )
        hint = f"raise it: deepchat config set budget.{name} USD"
        found.append(Limit(what, most, spent.nano or 0, hint, spent.unknown))
    return found


def start_of_day(now_ms: int) -> int:
    """Midnight before it, where the user is."""
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1)) * 1000)


def start_of_month(now_ms: int) -> int:
    now = time.localtime(now_ms / 1000)
    return int(time.mktime((now.tm_year, now.tm_mon, 1, 0, 0, 0, 0, 0, -1)) * 1000)
