"""What is asked outside of conversations has its row in the ledger from before it is sent, and keeps within budgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from deepchat.conversation.legs import Leg
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage
from deepchat.engine.turn import Turn
from deepchat.errors import BudgetReached, RequestRefused, StoreError, TimedOut
from deepchat.session.budget import Budgets
from deepchat.session.errands import Errands
from deepchat.simulator import SimulatorThread
from deepchat.store import ledger
from deepchat.store.ledger import UsageRow
from deepchat.wire.request import CompletionRequest
from tests.session.holding import Home, Story, heard

MOST = Cost(5_000, "live", estimated=True)
HINT = "write its price down"


async def in_ledger(home: Home) -> UsageRow:
    """The one row of all that belongs to no conversation."""
    (row,) = await home.database.read(lambda c: ledger.usage_by(c, "conversation"))
    return row


def test_a_request_counts_with_the_most_it_may_cost_until_its_bill_is_there(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        async with Errands(home.database, Budgets(), []).paying("test", "m", MOST, HINT) as errand:
            assert (await in_ledger(home)).spent.cost == MOST
            errand.billed(Usage(20, 0), Cost(3_000, "provider"))
        row = await in_ledger(home)
        assert (row.key, row.spent.cost, row.prompt_tokens) == ("", Cost(3_000, "provider"), 20)

    held(story)


@pytest.mark.parametrize(
    ("failure", "cost", "legs"),
    [
        (RequestRefused("no"), 0, 1),
        (TimedOut("it may have been done"), 5_000, 1),
        (asyncio.CancelledError(), 5_000, 1),
    ],
)
def test_what_may_have_been_billed_counts_and_what_was_refused_does_not(
    held: Callable[[Story], None], failure: BaseException, cost: int, legs: int
) -> None:
    async def story(home: Home) -> None:
        with pytest.raises(type(failure)):
            async with Errands(home.database, Budgets(), []).paying("test", "m", MOST, HINT):
                raise failure
        row = await in_ledger(home)
        assert (row.spent.cost.nano, row.spent.cost.estimated, row.spent.legs) == (cost, True, legs)

    held(story)


@pytest.mark.parametrize("which", ["day", "month"])
def test_a_budget_refuses_what_would_reach_it(held: Callable[[Story], None], which: str) -> None:
    async def story(home: Home) -> None:
        errands = Errands(home.database, Budgets(conversation=1, **{which: 9_000}), [])
        async with errands.paying("test", "m", MOST, HINT) as errand:
            errand.billed(Usage(20, 0), Cost(4_000, "provider"))
        with pytest.raises(BudgetReached, match="the request was not sent") as reached:
            async with errands.paying("test", "m", MOST, HINT):
                raise AssertionError("it was let through")
        assert f"budget.{which}" in reached.value.hint
        assert await home.spent_nano() == 4_000

    held(story)


def test_a_budget_that_is_nearly_used_up_is_told_of(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        notices: list[str] = []
        async with Errands(home.database, Budgets(day=6_000), notices).paying("test", "m", MOST, HINT) as errand:
            errand.billed(Usage(20, 0), Cost(4_900, "provider"))
        assert notices == ["today has cost $0.000005 of $0.000006"]

    held(story)


def test_what_has_no_price_is_asked_only_where_no_budget_watches(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        async with Errands(home.database, Budgets(), []).paying("test", "m", UNKNOWN_COST, HINT) as errand:
            errand.billed(Usage(0, 0), UNKNOWN_COST)
        assert (await in_ledger(home)).spent.unknown == 1
        with pytest.raises(BudgetReached) as reached:
            async with Errands(home.database, Budgets(month=1), []).paying("test", "m", UNKNOWN_COST, HINT):
                raise AssertionError("it was let through")
        assert reached.value.hint == HINT

    held(story)


def test_what_was_paid_for_is_handed_on_although_it_cannot_be_written_down(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        notices: list[str] = []
        errands = Errands(home.database, Budgets(), notices)
        async with errands.paying("test", "m", MOST, HINT) as errand:
            errand.billed(Usage(20, 0), Cost(3_000, "provider"))
            await home.database.close()
        assert [notice.partition(":")[0] for notice in notices] == ["what this cost is not kept"]
        with pytest.raises(StoreError):
            async with errands.paying("test", "m", MOST, HINT):
                raise AssertionError("it was sent without a row")

    held(story)


def test_a_completion_is_in_the_ledger_before_it_is_sent_and_billed_at_its_end(
    held: Callable[[Story], None], sim: SimulatorThread
) -> None:
    async def story(home: Home) -> None:
        answering = await Errands(home.database, Budgets(), []).completing(await completion(home))
        assert (answering.kept_in, answering.message) == ("", "")
        await heard(answering, 1)
        first = await in_ledger(home)
        assert first.spent.legs == 1

        await heard(await Errands(home.database, Budgets(), []).completing(await completion(home)))
        row = await in_ledger(home)
        assert (row.key, row.spent.legs) == ("", 2)
        assert (row.spent.nano or 0) - (first.spent.nano or 0) == sim.charges[-1].nano > 0

    held(story)


def test_a_budget_refuses_a_completion(held: Callable[[Story], None], sim: SimulatorThread) -> None:
    async def story(home: Home) -> None:
        with pytest.raises(BudgetReached):
            await heard(await Errands(home.database, Budgets(day=1), []).completing(await completion(home)))
        assert not sim.heard

    held(story)


async def completion(home: Home) -> Turn:
    turn = await home.put([], "")
    turn.question = CompletionRequest("sim/plain", "Once upon a time")
    return turn


def test_without_a_store_nothing_is_kept_and_all_is_asked() -> None:
    async def story() -> Leg:
        async with Errands(None, Budgets(day=1), []).paying("test", "m", MOST, HINT) as errand:
            errand.billed(Usage(20, 0), Cost(3_000, "provider"))
        return errand.leg

    assert asyncio.run(story()).state == "whole"
