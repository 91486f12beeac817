"""Tokens, prices and memory as pure functions, and the bill."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from deepchat.simulator import SimulatorThread
from deepchat.simulator.models import MODELS
from deepchat.simulator.tariff import PromptCache, Tariff
from deepchat.simulator.tokens import split, split_between
from tests.simulator.client import HELLO, chat, send

COUNTS = st.integers(0, 10**6)
PRICES = st.integers(0, 10**11)


@given(text=st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(split(text)) == text


@given(text=st.text(), places=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_tokens_between_two_places_are_the_text_between_them(text: str, places: tuple[int, int]) -> None:
    start, end = sorted(places)
    assert "".join(split_between(text, start, end)) == text[start:end]


@given(text=st.text(), cut=st.integers(0, 40))
def test_a_text_cut_between_tokens_has_the_same_tokens_on_both_sides(text: str, cut: int) -> None:
    tokens = split(text)
    head = "".join(tokens[:cut])
    assert split(head) + split_between(text, len(head), len(text)) == tokens


@given(prices=st.tuples(PRICES, PRICES, PRICES), prompt=COUNTS, completion=COUNTS, data=st.data())
def test_a_cost_is_exact_but_for_one_rounding(
    prices: tuple[int, int, int], prompt: int, completion: int, data: st.DataObject
) -> None:
    cached = data.draw(st.integers(0, prompt))
    tier, factor = data.draw(st.sampled_from([("default", 1), ("priority", Fraction(3, 2)), ("flex", Fraction(4, 5))]))
    exact = Fraction((prompt - cached) * prices[0] + cached * prices[1] + completion * prices[2], 10**6) * factor
    cost = Tariff(prices[0], prices[2], prices[1]).cost_nano(prompt, cached, completion, tier)
    assert abs(cost - exact) <= Fraction(1, 2)


def test_prices_are_read_as_they_are_written() -> None:
    tariffs = {model.id: model.tariff for model in MODELS}
    assert tariffs["deepseek-ai/DeepSeek-V3"] == Tariff(320_000_000, 890_000_000)
    assert tariffs["zai-org/GLM-5"] == Tariff(600_000_000, 2_080_000_000, 120_000_000)


@given(length=st.integers(0, 300), shared=st.integers(0, 300))
def test_only_whole_blocks_of_a_common_beginning_are_remembered(length: int, shared: int) -> None:
    cache = PromptCache()
    cache.recall("me", ["a"] * shared + ["b"] * 300)
    prompt = ["a"] * min(shared, length) + ["c"] * max(0, length - shared)
    assert cache.recall("me", prompt) == max(0, min(shared, length, len(prompt) - 1)) // 64 * 64
    assert cache.recall("me", prompt) == max(0, len(prompt) - 1) // 64 * 64
    assert cache.recall("you", prompt) == 0


def test_each_key_can_read_its_own_bill_to_the_nano_dollar() -> None:
    with SimulatorThread(scenes={}) as sim:
        legs = [chat(sim, "sim/essay", max_tokens=count) for count in (7, 64)]
        legs.append(send(sim, "POST", "/v1/completions", {"model": "sim/plain", "prompt": "Once"}))
        other = send(sim, "POST", "/v1/openai/chat/completions", {"model": "sim/plain", "messages": HELLO}, key="other")
        refused = chat(sim, "sim/plain", n=9)
        costs = {leg.headers["x-request-id"]: round(leg.json["usage"]["estimated_cost"] * 10**9) for leg in legs}
        told = send(sim, "GET", "/sim/bill").json
        assert told["costNanoUsd"] == sum(costs.values()) < sim.bill_nano
        assert {row["requestId"]: row["costNanoUsd"] for row in told["requests"]} == costs
        assert [(charge.key, charge.nano) for charge in sim.charges[:3]] == [("key", nano) for nano in costs.values()]
        asked = [*list(costs)[:2], other.headers["x-request-id"], refused.headers["x-request-id"], "unknown"]
        some = send(sim, "POST", "/v1/request-costs", {"requestIds": asked}).json
        assert some == {"requests": [{"requestId": name, "costNanoUsd": costs[name]} for name in asked[:2]]}
        for body in ({}, {"requestIds": "one"}, {"requestIds": [1]}):
            assert send(sim, "POST", "/v1/request-costs", body).status == 422
        assert send(sim, "GET", "/sim/bill", key=None).status == 401


def test_a_request_through_a_gateway_is_billed_to_its_secret_key() -> None:
    with SimulatorThread(scenes={}) as sim:
        target = "/v1/forward?u=https%3A%2F%2Fapi.deepinfra.com%2Fv1%2Fopenai%2Fchat%2Fcompletions"
        told = send(sim, "POST", target, {"model": "sim/plain", "messages": HELLO}, key="aks_live_1")
        assert told.status == 200
        assert [(charge.key, charge.request) for charge in sim.charges] == [
            ("aks_live_1", told.headers["x-request-id"])
        ]
