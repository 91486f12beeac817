"""What is asked outside of conversations: in the ledger from before it is sent, and within the user's budgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Leg, LegState
from deepchat.conversation.message import assistant
from deepchat.conversation.told import event_words
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, Usage
from deepchat.engine.limits import Watch
from deepchat.errors import (
    CannotConnect,
    KeyProblem,
    NotTheApi,
    Overloaded,
    RequestRefused,
    StoreError,
)
from deepchat.session.answering import Answering
from deepchat.session.budget import Allowance, Budgets
from deepchat.session.clock import now_ms
from deepchat.session.record import Bill
from deepchat.store import turns
from deepchat.store.database import Connection, Database

if TYPE_CHECKING:
    from deepchat.engine.turn import Turn

OUTSIDE: Final = ""
"""In the ledger, the conversation and the message of what belongs to none."""
_BILLED_BY_NOBODY: Final = (KeyProblem, CannotConnect, NotTheApi, RequestRefused, Overloaded)


@dataclass(slots=True)
class Errand:
    """One request on its way."""

    leg: Leg
    """As the ledger will keep it."""

    def billed(self, usage: Usage, cost: Cost) -> None:
        """It was done, and this is what it took."""
        self.leg = replace(self.leg, state="whole", usage=usage, cost=cost)


class Errands:
    """Pays for what belongs to no conversation; without a database nothing is kept, and no budget watched."""

    def __init__(self, database: Database | None, budgets: Budgets, notices: list[str]) -> None:
        """`notices` takes what the user should hear of although nothing failed."""
        self._database = None if database and database.read_only else database
        """Where it is written down."""
        self._allowance = Allowance(replace(budgets, conversation=None), database, OUTSIDE)
        self._notices = notices

    async def completing(self, turn: Turn) -> Answering:
        """An answer that no conversation has; it costs like all else."""
        turn.limits = [*turn.limits, *await self._allowance.limits()]
        answer = Node(OUTSIDE, OUTSIDE, assistant(""), now_ms(), "streaming")
        bill = Bill(self._database, OUTSIDE, OUTSIDE) if self._database else None
        return Answering(turn, answer, None, bill, self._allowance)

    @asynccontextmanager
    async def paying(self, provider: str, model: str, most: Cost, unpriced: str) -> AsyncGenerator[Errand]:
        """Around one request that costs so much at most: its row is written before, and closed whatever happens.

        What fails on its way, or is stopped, may be billed all the same, and counts with the most that it may cost.
        Raises BudgetReached, with the hint `unpriced` where no price is known, or StoreError, before anything is sent.
        """
        watch = Watch(await self._allowance.limits(), "the request", unpriced)
        if watch and most.nano is None:
            raise watch.need_prices(model)
        errand = Errand(Leg(new_id(), provider, model, now_ms(), cost=most, most_nano=most.nano))

        def enter(c: Connection) -> None:
            watch.renew(self._allowance.limits_in(c))  # as they are now that nobody else can write
            watch.allow(most.nano or 0, 0)
            turns.open_leg(c, OUTSIDE, OUTSIDE, errand.leg)

        if self._database:
            await self._database.write(enter)
        started = time.monotonic()
        state: LegState = "broken"
        try:
            yield errand
        except _BILLED_BY_NOBODY:
            errand.leg = replace(errand.leg, cost=Cost(0, "estimate", estimated=True))
            state = "refused"
            raise
        except (asyncio.CancelledError, GeneratorExit):
            state = "stopped"
            raise
        finally:
            if errand.leg.state == "pending":
                errand.leg = replace(errand.leg, state=state)
            await self._close(replace(errand.leg, seconds=time.monotonic() - started))
        self._notices += map(event_words, watch.near(errand.leg.cost.nano or 0))

    async def _close(self, leg: Leg) -> None:
        """What was paid for is handed on, even if it can't be written down any more."""
        if self._database is None:
            return
        try:
            await self._database.write(lambda c: turns.close_leg(c, leg), "end")
        except StoreError as lost:
            self._notices.append(f"what this cost is not kept: {lost.message}")
