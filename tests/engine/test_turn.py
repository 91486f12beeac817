"""A turn folds what is heard, knows what it costs, and stops at its limit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from deepchat.catalog.model import Prices
from deepchat.conversation.message import user
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.usage import Cost
from deepchat.engine.affording import within
from deepchat.engine.continuation import Rules
from deepchat.engine.purse import PriceList
from deepchat.errors import BudgetReached
from deepchat.simulator import SimulatorThread
from deepchat.wire.request import ChatRequest
from tests.engine.asking import PRICED, take


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
    assert 0 < (turn.cost.nano or 0) <= 20_000
    assert simulator.bill_nano <= 20_000


@pytest.mark.parametrize("asked", [None, 5_000])
def test_no_more_is_asked_for_than_the_limit_pays_for(simulator: SimulatorThread, asked: int | None) -> None:
    _, error = take(simulator, "sim/essay", Parameters(max_tokens=asked), most_nano=20_000)
    assert isinstance(error, BudgetReached)
    bound = json.loads(simulator.heard[-1].body)["max_tokens"]
    assert 40 < bound < 50

    take(simulator, "sim/plain", Parameters(max_tokens=asked), most_nano=10_000_000)
    assert json.loads(simulator.heard[-1].body).get("max_tokens") == asked


@pytest.mark.parametrize("scene", ["echo", "hostile", "code", "essay", "no-prefill", "break-every-40"])
@pytest.mark.parametrize(
    "words", ["hello there", "!?#$%^&*()_+-=[]{}|;:,.<>/" * 10, '{"a":[1,{"b":null}]};\n' * 10, "🦊 " * 99]
)
@pytest.mark.parametrize("most_nano", [50_000, 100_000])
def test_no_limit_is_exceeded_whatever_is_asked_and_answered(
    simulator: SimulatorThread, scene: str, words: str, most_nano: int
) -> None:
    asked = Parameters(max_tokens=60)
    rules = Rules(automatic=True, legs=20)
    take(simulator, f"sim/{scene}", asked, most_nano=most_nano, rules=rules, words=words)
    assert simulator.bill_nano <= most_nano


def test_what_a_server_never_counted_is_estimated_well(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/break-every-40", rules=Rules(automatic=True, legs=20))
    assert error is None
    assert len(turn.legs) > 2
    assert turn.cost.estimated
    assert 0.95 < (turn.cost.nano or 0) / simulator.bill_nano < 1.1


def test_a_cut_that_the_limit_did_not_make_is_carried_on(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/cut-every-40", most_nano=500_000, rules=Rules(automatic=True, legs=50))
    assert error is None
    assert len(turn.legs) > 2


def test_a_few_words_are_not_worth_a_request(simulator: SimulatorThread) -> None:
    _, error = take(simulator, "sim/plain", most_nano=7_000)
    assert isinstance(error, BudgetReached)
    assert not simulator.heard
    _, error = take(simulator, "sim/plain", Parameters(max_tokens=3), most_nano=7_000)
    assert not isinstance(error, BudgetReached)


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


def only_of(provider: str) -> PriceList:
    return lambda asked, _model: PRICED if asked == provider else None


def test_a_fallback_without_a_price_is_not_asked_within_a_limit(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/essay", most_nano=1_000_000, price_list=only_of("dead"), as_fallback=True)
    assert isinstance(error, BudgetReached)
    assert "not known" in error.message
    assert not simulator.heard
    assert turn.cost.nano is None
    assert [leg.cost for leg in turn.legs] == [Cost(0, "estimate")]


def test_a_fallback_that_asking_costs_too_much_is_not_asked(simulator: SimulatorThread) -> None:
    dear = replace(PRICED, prices=Prices(100_000_000_000, 100_000_000_000))
    _, error = take(
        simulator,
        "sim/essay",
        most_nano=1_000_000,
        price_list=lambda provider, _model: dear if provider == "test" else PRICED,
        as_fallback=True,
    )
    assert isinstance(error, BudgetReached)
    assert not simulator.heard


def test_a_fallback_that_can_be_paid_for_answers(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/plain", most_nano=1_000_000, as_fallback=True)
    assert error is None
    assert turn.draft.provider == "test"


def test_a_fallback_that_is_too_dear_does_not_shorten_the_answer() -> None:
    dear = replace(PRICED, prices=Prices(100_000_000_000, 100_000_000_000))
    asked = ChatRequest("m", (user("What is a lighthouse?"),))
    assert within(asked, 10, 1_000_000, [PRICED, dear]) == within(asked, 10, 1_000_000, [PRICED])
