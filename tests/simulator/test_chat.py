"""What a chat answer holds, and what it costs."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from deepchat.simulator import SimulatorThread
from tests.simulator.client import HELLO, chat, send

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CLOCK = {"type": "function", "function": {"name": "get_time"}}
LONG = [{"role": "user", "content": "Remember this, please. " * 60}]


def test_a_streamed_answer_is_the_whole_one_token_by_token(sim: SimulatorThread) -> None:
    streamed, whole = chat(sim, stream=True), chat(sim)
    first, *middle, last = streamed.events
    assert streamed.text == whole.text
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert {tuple(event["choices"][0]["delta"]) for event in middle} == {("content",)}
    assert last["choices"][0] == {"index": 0, "delta": {}, "finish_reason": "stop"}
    assert last["usage"] == whole.json["usage"]
    assert last["usage"]["completion_tokens"] == len(middle)
    assert whole.headers["x-request-id"] in whole.json["id"]


@pytest.mark.parametrize(
    ("model", "options", "places"),
    [
        ("plain", None, [False, True]),
        ("plain", {"include_usage": False}, [False, False]),
        ("plain", {"continuous_usage_stats": True}, [True, True]),
        ("usage-each", None, [True, True]),
        ("usage-none", None, [False, False]),
        ("usage-extra", None, [False, False, True]),
    ],
)
def test_usage_stands_where_the_request_and_the_scene_want_it(
    sim: SimulatorThread, model: str, options: object, places: list[bool]
) -> None:
    events = chat(sim, f"sim/{model}", stream=True, stream_options=options).events
    ends = events[-len(places) + 1 :]
    assert ["usage" in event for event in [events[0], *ends]] == places
    if model == "usage-extra":
        assert events[-1]["choices"] == []


def test_usage_so_far_grows_with_every_token(sim: SimulatorThread) -> None:
    events = chat(sim, "sim/thinking", stream=True, stream_options={"continuous_usage_stats": True}).events
    counts = [event["usage"]["completion_tokens"] for event in events]
    assert counts == sorted(counts)
    assert counts[-1] == len(events) - 2
    assert events[-1]["usage"]["completion_tokens_details"]["reasoning_tokens"] == 62


def test_without_streaming_usage_none_leaves_usage_out(sim: SimulatorThread) -> None:
    assert "usage" not in chat(sim, "sim/usage-none").json


def test_thinking_comes_first_and_in_its_own_field(sim: SimulatorThread) -> None:
    kinds = [key for event in chat(sim, "sim/thinking", stream=True).events for key in event["choices"][0]["delta"]]
    assert kinds[:3] == ["role", "content", "reasoning_content"]
    assert kinds == sorted(kinds[:2], reverse=True) + sorted(kinds[2:], reverse=True)
    message = chat(sim, "sim/thinking").json["choices"][0]["message"]
    assert message["reasoning_content"].startswith("The user wants")
    assert "reasoning" in chat(sim, "sim/thinking-reasoning").json["choices"][0]["message"]
    assert chat(sim, "sim/think-tags").text.startswith("<think>\nThe user wants")


@pytest.mark.parametrize(
    "off",
    [
        {"reasoning_effort": "none"},
        {"reasoning": {"enabled": False}},
        {"chat_template_kwargs": {"enable_thinking": False}},
    ],
)
@pytest.mark.parametrize("model", ["sim/thinking", "sim/think-tags", "Qwen/Qwen3-32B"])
def test_thinking_can_be_switched_off(sim: SimulatorThread, model: str, off: dict[str, object]) -> None:
    told = chat(sim, model, **off).json
    assert "reasoning_content" not in told["choices"][0]["message"]
    assert "<think>" not in told["choices"][0]["message"]["content"]
    assert "completion_tokens_details" not in told["usage"]


def test_thinking_can_eat_everything(sim: SimulatorThread) -> None:
    told = chat(sim, "sim/all-thinking", max_tokens=50).json
    assert told["choices"][0]["finish_reason"] == "length"
    assert told["choices"][0]["message"]["content"] == ""
    assert told["usage"]["completion_tokens_details"]["reasoning_tokens"] == 50


def test_no_answer_is_longer_than_the_cap_and_the_default_is_the_cap(sim: SimulatorThread) -> None:
    for most in (None, 20_000):
        assert chat(sim, "sim/all-thinking", max_tokens=most).json["usage"]["completion_tokens"] == 16_384


def test_max_tokens_zero_is_an_empty_answer(sim: SimulatorThread) -> None:
    assert chat(sim, max_tokens=0).json["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("stop", ["one short", ["never there", "paragraph", "one"]])
def test_the_text_ends_before_the_first_stop_sequence(sim: SimulatorThread, stop: object) -> None:
    told = chat(sim, stop=stop).json["choices"][0]
    assert told["message"]["content"] == "Hello! This is a plain answer in "
    assert told["finish_reason"] == "stop"


def test_choices_interleave_and_are_billed_together(sim: SimulatorThread) -> None:
    events = chat(sim, n=3, stream=True).events
    assert [event["choices"][0]["index"] for event in events[:9]] == [0, 1, 2] * 3
    texts = [choice["message"]["content"] for choice in chat(sim, n=3).json["choices"]]
    assert len(set(texts)) == 3
    usages = [event["usage"] for event in events if "usage" in event]
    assert len(usages) == 1
    assert usages[0]["completion_tokens"] == len(events) - 6


def test_logprobs_come_with_every_token(sim: SimulatorThread) -> None:
    whole = chat(sim, logprobs=True, top_logprobs=2).json["choices"][0]["logprobs"]["content"]
    events = chat(sim, logprobs=True, top_logprobs=2, stream=True).events[1:-1]
    assert [event["choices"][0]["logprobs"]["content"][0] for event in events] == whole
    assert bytes(whole[0]["bytes"]).decode() == whole[0]["token"] == "Hello"
    assert [top["token"] for top in whole[0]["top_logprobs"]] == ["Hello", "Hello~"]


def test_the_offered_tool_is_called_with_fitting_arguments(sim: SimulatorThread) -> None:
    choice = chat(sim, "sim/tools", tools=[WEATHER, CLOCK]).json["choices"][0]
    call = choice["message"]["tool_calls"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert call["function"] == {"name": "get_weather", "arguments": '{"city":"city"}'}
    deltas = [event["choices"][0]["delta"] for event in chat(sim, "sim/tools", tools=[WEATHER], stream=True).events]
    parts = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert parts[0]["function"] == {"name": "get_weather", "arguments": ""}
    assert "".join(part["function"]["arguments"] for part in parts) == '{"city":"city"}'


@pytest.mark.parametrize(
    ("model", "choice", "called"),
    [
        ("sim/plain", "auto", None),
        ("sim/plain", "required", "get_weather"),
        ("sim/plain", {"type": "function", "function": {"name": "get_time"}}, "get_time"),
        ("sim/tools", "none", None),
        ("sim/tools", None, "get_weather"),
    ],
)
def test_tool_choice_is_obeyed(sim: SimulatorThread, model: str, choice: object, called: str | None) -> None:
    message = chat(sim, model, tools=[WEATHER, CLOCK], tool_choice=choice).json["choices"][0]["message"]
    assert (message["tool_calls"][0]["function"]["name"] if message["tool_calls"] else None) == called


def test_a_tool_call_can_be_cut(sim: SimulatorThread) -> None:
    choice = chat(sim, "sim/tools", tools=[WEATHER], max_tokens=3).json["choices"][0]
    assert choice["finish_reason"] == "length"
    assert choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"'


def test_after_a_tool_result_the_model_answers(sim: SimulatorThread) -> None:
    called = {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": "call_1", "content": "It is noon."}
    asked = [*HELLO, {"role": "assistant", "content": None, "tool_calls": [called]}, result]
    told = chat(sim, "zai-org/GLM-5", asked, tools=[CLOCK], reasoning_effort="none")
    assert told.text.startswith("The tool said: It is noon.")


def test_a_schema_gets_a_value_that_fits(sim: SimulatorThread) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    assert json.loads(chat(sim, response_format=wanted).text) == {"n": 3}
    assert json.loads(chat(sim, response_format={"type": "json_object"}, stream=True).text) == {"answer": "answer"}


def test_text_parts_and_images_are_heard(sim: SimulatorThread) -> None:
    parts = [{"type": "text", "text": "a "}, {"type": "text", "text": "cat"}]
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    told = chat(sim, "sim/echo", [{"role": "user", "content": [*parts, image]}])
    bare = chat(sim, "sim/echo", [{"role": "user", "content": parts}])
    assert told.text == bare.text == "a cat"
    assert told.json["usage"]["prompt_tokens"] == bare.json["usage"]["prompt_tokens"] + 256


@pytest.mark.parametrize(
    "words", ["", " ", "\ud800 alone", "\x00\x1b[2J\u2028 \U0001f469\u200d\U0001f680", "x" * 70_000]
)
def test_the_echo_is_exact(sim: SimulatorThread, words: str) -> None:
    assert chat(sim, "sim/echo", [{"role": "user", "content": words}], stream=True).text == words


def test_the_essay_is_long_and_the_hostile_text_is_hostile(sim: SimulatorThread) -> None:
    assert chat(sim, "sim/essay").json["usage"]["completion_tokens"] >= 2000
    hostile = chat(sim, "sim/hostile").text
    for attack in ("\x1b]52;", "\x1b]2;", "\x1b[c", "\x1bP", "\x9b", "\u202e", "\U000e0041", "[/nope]", "javascript:"):
        assert attack in hostile


def test_a_withdrawn_model_is_answered_by_its_replacement(sim: SimulatorThread) -> None:
    assert chat(sim, "meta-llama/Meta-Llama-3-8B-Instruct").json["model"] == "meta-llama/Meta-Llama-3.1-8B-Instruct"


@pytest.mark.parametrize(
    ("name", "named"),
    [("zai-org/GLM-5:0123abcd", "zai-org/GLM-5"), ("deploy_id:abc", "deploy_id:abc"), ("sim/plain:1", "sim/plain")],
)
def test_versions_and_deployments_can_be_asked_for(sim: SimulatorThread, name: str, named: str) -> None:
    assert chat(sim, name).json["model"] == named


@pytest.mark.parametrize(
    ("model", "tier", "served", "factor"),
    [
        ("zai-org/GLM-5", None, None, Fraction(1)),
        ("zai-org/GLM-5", "priority", "priority", Fraction(3, 2)),
        ("zai-org/GLM-5", "flex", "flex", Fraction(4, 5)),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "flex", "default", Fraction(1)),
    ],
)
def test_the_tier_that_was_served_is_named_and_billed(
    sim: SimulatorThread, model: str, tier: str | None, served: str | None, factor: Fraction
) -> None:
    plain, told = (chat(sim, model, service_tier=asked, stream=True).events[-1] for asked in (None, tier))
    assert told.get("service_tier") == served
    assert told["usage"]["estimated_cost"] == pytest.approx(float(plain["usage"]["estimated_cost"] * factor))


def test_a_prompt_seen_before_is_cheaper_by_key_and_model() -> None:
    with SimulatorThread(scenes={}) as sim:
        first, second = (chat(sim, messages=LONG).json["usage"] for _ in range(2))
        other_model = chat(sim, "sim/code", LONG).json["usage"]
        other_key = send(sim, "POST", "/v1/chat/completions", {"model": "sim/plain", "messages": LONG}, key="2").json
        changed = chat(sim, messages=[{"role": "system", "content": "x"}, *LONG]).json["usage"]
    cached = second["prompt_tokens_details"]["cached_tokens"]
    assert first["prompt_tokens_details"] is None
    assert cached == first["prompt_tokens"] // 64 * 64
    assert other_model["prompt_tokens_details"] is other_key["usage"]["prompt_tokens_details"] is None
    assert changed["prompt_tokens_details"] is None
    assert round((first["estimated_cost"] - second["estimated_cost"]) * 10**9) == cached * (100 - 50)


def test_a_model_without_a_cache_price_remembers_nothing(sim: SimulatorThread) -> None:
    for _ in range(2):
        usage = chat(sim, "deepseek-ai/DeepSeek-V3", LONG).json["usage"]
        assert usage["prompt_tokens_details"] is None


def test_the_bill_is_the_sum_of_what_the_answers_said() -> None:
    with SimulatorThread(scenes={}) as sim:
        told = [
            chat(sim, model, LONG, max_tokens=most, stream=True, service_tier=tier).events[-1]["usage"]
            for model in ("sim/essay", "Qwen/Qwen3-32B", "meta-llama/Meta-Llama-3-8B-Instruct")
            for most in (1, 33)
            for tier in (None, "priority", "flex")
        ]
        assert sum(round(usage["estimated_cost"] * 10**9) for usage in told) == sim.bill_nano > 0


def test_a_cost_is_the_formula_to_the_nano_dollar(sim: SimulatorThread) -> None:
    usage = chat(sim, "meta-llama/Meta-Llama-3.1-8B-Instruct").json["usage"]
    assert usage["estimated_cost"] == (usage["prompt_tokens"] * 30 + usage["completion_tokens"] * 50) / 10**9
