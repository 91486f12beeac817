"""Each route is asked over a real socket: the gateway's, the native one, raw completion."""

from __future__ import annotations

import pytest

from deepchat.conversation.parameters import JsonSchema, Parameters
from deepchat.secret import Secret
from deepchat.simulator.running import SimulatorThread
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.providers.lava import Lava, LavaPlace, compose_token
from deepchat.wire.providers.native import Native
from deepchat.wire.request import CompletionRequest
from tests.wire.asking import KEY, ask_once, at, question, refused_with

PLAIN = question("sim/plain")
HELLO = "Hello! This is a plain answer in one short paragraph. It ends when it is finished."
LAVA_KEY = Secret("aks_live_sentinel_4711")


@pytest.mark.parametrize(
    "key",
    [
        LAVA_KEY,
        compose_token(LAVA_KEY, {}),
        compose_token(LAVA_KEY, {"customer_id": "c", "meter_slug": "m"}),
        compose_token(LAVA_KEY, {"connection_id": "c", "meter_slug": "m"}),
        compose_token(LAVA_KEY, {"connection_secret": "c", "product_secret": "p"}, Secret("provider-key-sentinel")),
    ],
    ids=["bare", "whole", "customer", "connection", "secrets"],
)
async def test_lavas_gateway_takes_every_generation_of_its_token(key: Secret) -> None:
    with SimulatorThread() as simulator:
        place = LavaPlace("lava", f"{simulator.url}/v1/forward", key, target_base_url=f"{simulator.url}/v1/openai")
        outcome = await ask_once(Lava(place), PLAIN)
        (request,) = simulator.heard
    assert outcome.draft.text == HELLO
    assert outcome.draft.request_id.startswith("req_")
    assert request.query == {"u": f"{simulator.url}/v1/openai/chat/completions"}


async def test_a_token_that_lava_does_not_know_is_a_key_problem() -> None:
    with SimulatorThread() as simulator:
        place = LavaPlace("lava", f"{simulator.url}/v1/forward", Secret(KEY), target_base_url=simulator.url)
        refused_with(await ask_once(Lava(place), PLAIN), "key_rejected", "Invalid forward token")


async def test_the_native_route_answers_with_its_cost() -> None:
    with SimulatorThread() as simulator:
        native = Native(Place("native", f"{simulator.url}/v1", Secret(KEY)))
        outcome = await ask_once(native, PLAIN)
        assert simulator.heard[0].path == "/v1/inference/sim/plain"
        billed = simulator.bill_nano
    assert (outcome.draft.text, outcome.draft.finish) == (HELLO, "stop")
    assert outcome.draft.cost_nano == billed > 0


async def test_raw_text_is_gone_on_from_with_probabilities() -> None:
    with SimulatorThread() as simulator:
        deepinfra = DeepInfra(Place("deepinfra", f"{simulator.url}/v1/openai", Secret(KEY)))
        asked = CompletionRequest("sim/plain", "Once", Parameters(max_tokens=3), echo=True, logprobs=1)
        outcome = await ask_once(deepinfra, asked)
    assert outcome.draft.text.startswith("Once")
    assert outcome.draft.finish == "length"
    assert outcome.draft.logprobs


async def test_a_long_echo_is_no_runaway_answer() -> None:
    prompt = "Once upon a time there was a lighthouse. " * 200
    with SimulatorThread() as simulator:
        asked = CompletionRequest("sim/plain", prompt, Parameters(max_tokens=3), echo=True)
        outcome = await ask_once(at(simulator.url), asked)
    assert (outcome.error, outcome.notes) == (None, [])
    assert outcome.draft.text.startswith(f"{prompt}Hello")
    assert outcome.draft.finish == "length"


async def test_every_parameter_is_taken_by_a_strict_server() -> None:
    parameters = Parameters(
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        min_p=0.1,
        repetition_penalty=1.1,
        presence_penalty=0.1,
        frequency_penalty=0.1,
        max_tokens=50,
        stop=("zebra",),
        seed=7,
        n=1,
        reasoning_effort="low",
        service_tier="priority",
        prompt_cache_key="me",
        logprobs=True,
        top_logprobs=2,
        response_format=JsonSchema("fox", {"type": "object", "properties": {"fox": {"type": "string"}}}),
    )
    with SimulatorThread() as simulator:
        deepinfra = DeepInfra(Place("deepinfra", f"{simulator.url}/v1/openai", Secret(KEY)))
        outcome = await ask_once(deepinfra, question("sim/plain", parameters))
    assert outcome.error is None
    assert outcome.draft.finish is not None
    assert outcome.draft.logprobs
