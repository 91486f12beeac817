"""A turn folds what is heard, knows what it costs, and stops at its limit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from deepchat.catalog.model import Model, Prices
from deepchat.conversation.events import TextDelta
from deepchat.conversation.message import user
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.conversation.usage import Cost
from deepchat.engine.continuation import Rules
from deepchat.engine.limits import answer_limit
from deepchat.engine.turn import ONE_LEG, Turn
from deepchat.errors import BudgetReached, DeepChatError
from deepchat.secret import Secret
from deepchat.simulator.running import SimulatorThread
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest
from deepchat.wire.stream import Asking

PRICED = Model("any", "test", prices=Prices(100_000_000, 400_000_000), price_source="live")
"""What the simulator asks for its scenes, in nano-dollars per million tokens."""


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running
        assert running.wait_quiet(30), "a connection stayed open"


def take(
    simulator: SimulatorThread,
    model: str,
    parameters: Parameters = NOTHING_SET,
    price: Model | None = PRICED,
    most_nano: int | None = None,
    stop_after: int = 0,
    rules: Rules = ONE_LEG,
) -> tuple[Turn, DeepChatError | None]:
    """A turn that has run to its end, or until so many pieces of text were heard."""

    async def run() -> tuple[Turn, DeepChatError | None]:
        exchange = Exchange()
        place = Place("test", f"{simulator.url}/v1/openai", Secret("any-key-will-do"))
        question = ChatRequest(model, (user("What is a lighthouse?"),), parameters)
        turn = Turn(exchange, Asking([OpenAIChat(place)]), question, lambda _provider, _model: price)
        turn.limits, turn.rules = answer_limit(most_nano), rules
        try:
            heard = 0
            async with aclosing(turn.events()) as events:
                async for event in events:
                    heard += isinstance(event, TextDelta)
                    if stop_after and heard >= stop_after:
                        break
        except DeepChatError as error:
            return turn, error
        finally:
            await exchange.aclose()
        return turn, None

    return asyncio.run(run())


def test_a_whole_answer_costs_what_the_provider_says(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/plain")
    assert error is None
    assert turn.draft.finish == "stop"
    assert turn.cost == Cost(simulator.bill_nano, "provider")


def test_without_the_providers_figure_the_cost_is_tokens_times_price(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/usage-in-finish")
    usage = turn.usage
    assert turn.cost == Cost(usage.prompt_tokens * 100 + usage.completion_tokens * 400, "live")


def test_without_a_count_the_cost_is_an_estimate_and_says_so(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/usage-none")
    assert turn.cost.estimated
    assert turn.cost.nano


def test_without_a_price_the_cost_is_unknown_and_not_nothing(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/usage-none", price=None)
    assert turn.cost.nano is None
    assert turn.cost.source == "unknown"


def test_a_stopped_answer_keeps_its_words_and_an_estimate(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/essay", stop_after=20)
    assert error is None
    assert turn.draft.text
    assert turn.draft.finish is None
    assert turn.cost.estimated
    assert turn.cost.nano
    assert turn.seconds >= (turn.first_word_s or 0) > 0


def test_the_limit_stops_an_answer_while_it_streams(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/essay", most_nano=20_000)
    assert isinstance(error, BudgetReached)
    assert 0 < len(turn.draft.text) < 1000
    assert turn.cost.nano
    assert turn.cost.nano >= 20_000


def test_a_question_beyond_the_limit_is_not_sent(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/essay", most_nano=10)
    assert isinstance(error, BudgetReached)
    assert "not sent" in error.message
    assert not simulator.heard
    assert turn.cost.nano is None


def test_a_limit_that_cannot_be_watched_is_refused(simulator: SimulatorThread) -> None:
    _, error = take(simulator, "sim/plain", price=None, most_nano=1_000_000)
    assert isinstance(error, BudgetReached)
    assert "not known" in error.message
    assert not simulator.heard


def test_an_answer_within_the_limit_is_whole(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/plain", most_nano=1_000_000)
    assert error is None
    assert turn.draft.finish == "stop"


def test_a_question_that_was_refused_is_not_said_to_have_cost_anything(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/key-rejected")
    assert error is not None
    assert turn.cost.nano is None
    assert turn.usage.total_tokens == 0
