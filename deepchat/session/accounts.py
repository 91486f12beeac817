"""What was spent, as the ledger has it: in rows, in all, and against the user's budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepchat.conversation.usage import UNKNOWN_COST, Cost, total_of
from deepchat.session.budget import spent_since, start_of_day, start_of_month
from deepchat.store import ledger
from deepchat.store.ledger import By, Spent, UsageRow

if TYPE_CHECKING:
    from deepchat.store.database import Database


@dataclass(frozen=True, slots=True)
class Used:
    """What was asked in some time."""

    rows: Sequence[UsageRow]
    """Newest first."""
    total: UsageRow
    """All rows together; it has no key."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a budget is used up."""

    span: str
    """`day`, `month` or `conversation`."""
    spent: Spent
    most_nano: int | None
    """None is no limit."""


class Accounts:
    """The ledger, read only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self, by: By, since_ms: int | None = None, until_ms: int | None = None) -> Used:
        """What was asked from one moment until before another, by day, model, provider or conversation."""
        rows = await self._database.read(lambda c: ledger.usage_by(c, by, since_ms, until_ms))
        return Used(rows, _together(rows))

    async def beside(self, conversation_id: str) -> Used:
        """By model, what was asked in a conversation for no message that it has: summaries, titles, what was erased."""
        rows = await self._database.read(lambda c: ledger.beside(c, conversation_id))
        return Used(rows, _together(rows))

    async def standing(
        self, day_nano: int | None, month_nano: int | None, now_ms: int, but_for: Sequence[str] = ()
    ) -> list[Standing]:
        """What was spent today and this month, without these requests, and what may be."""
        spans = (("day", start_of_day(now_ms), day_nano), ("month", start_of_month(now_ms), month_nano))
        works = [spent_since(since, now_ms, but_for) for _, since, _ in spans]
        found = await self._database.read(lambda c: [work(c) for work in works])  # at one moment
        return [Standing(span, spent, most) for (span, _, most), spent in zip(spans, found, strict=True)]

    async def standing_in(self, conversation_id: str, most_nano: int | None) -> Standing:
        """What was spent in a conversation, deleted answers too, and what may be."""
        found = await self._database.read(lambda c: ledger.spent(c, conversation=conversation_id))
        return Standing("conversation", found, most_nano)


def _together(rows: Sequence[UsageRow]) -> UsageRow:
    costs = [row.spent.cost for row in rows if row.spent.cost.nano is not None]
    unknown = sum(row.spent.unknown for row in rows)
    cost = UNKNOWN_COST if rows else total_of(()).cost
    if costs:
        one_source = len({cost.source for cost in costs}) == 1
        guessed = unknown > 0 or any(cost.estimated for cost in costs)
        cost = Cost(sum(one.nano or 0 for one in costs), costs[0].source if one_source else "estimate", guessed)
    return UsageRow(
        "",
        "",
        Spent(sum(row.spent.legs for row in rows), unknown, cost),
        sum(row.prompt_tokens for row in rows),
        sum(row.cached_tokens for row in rows),
        sum(row.completion_tokens for row in rows),
        sum(row.reasoning_tokens for row in rows),
        any(row.tokens_estimated for row in rows),
    )
