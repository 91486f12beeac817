"""What DeepInfra would refuse is refused, one row a case."""

from __future__ import annotations

from typing import Any

import pytest

from deepchat.simulator import SimulatorThread
from tests.simulator.client import CHAT, HELLO, chat, send

USER = {"role": "user", "content": "Hi"}
SAID = {"role": "assistant", "content": "Ho"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "1"}
TOOL = {"type": "function", "function": {"name": "f"}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}

LIMITS: list[tuple[str, object]] = [
    ("temperature", 2.01),
    ("temperature", -1),
    ("temperature", "1"),
    ("temperature", True),
    ("top_p", 0),
    ("top_p", 1.1),
    ("top_k", 1000),
    ("top_k", 1.5),
    ("min_p", 1.5),
    ("repetition_penalty", 0),
    ("repetition_penalty", 5.1),
    ("presence_penalty", 2.5),
    ("frequency_penalty", -2.5),
    ("n", 0),
    ("n", 5),
    ("max_tokens", -1),
    ("max_tokens", 1_000_001),
    ("seed", 2**64),
    ("top_logprobs", 21),
    ("stop", [str(n) for n in range(17)]),
    ("stop", ""),
    ("reasoning_effort", "foo"),
    ("service_tier", "fast"),
    ("tool_choice", "maybe"),
]
FITTING: list[tuple[str, object]] = [
    *[("temperature", value) for value in (0, 2, 0.7, None)],
    *[("top_p", value) for value in (0.001, 1)],
    *[("top_k", value) for value in (0, 999)],
    ("min_p", 1),
    ("repetition_penalty", 0.01),
    ("presence_penalty", -2),
    ("n", 4),
    ("seed", -(2**63)),
    ("seed", 2**64 - 1),
    ("max_tokens", 16_384),
    ("stop", [str(n) for n in range(16)]),
    *[("reasoning_effort", value) for value in ("none", "minimal", "low", "medium", "high", "xhigh", "max")],
    ("reasoning", {"effort": "high", "enabled": True}),
    ("prompt_cache_key", "me-1"),
    ("user", "me"),
    ("unheard_of", {"any": "thing"}),
]
SHAPES: list[tuple[list[str | int], dict[str, object]]] = [
    (["model"], {"model": None}),
    (["messages"], {"messages": "Hi"}),
    (["messages", 0], {"messages": ["Hi"]}),
    (["messages", 0, "role"], {"messages": [{"content": "Hi"}]}),
    (["messages", 0, "content"], {"messages": [{"role": "user"}]}),
    (["messages", 0, "content"], {"messages": [{"role": "user", "content": 1}]}),
    (["messages", 2, "tool_call_id"], {"messages": [USER, CALLED, {"role": "tool", "content": "1"}]}),
    (["messages", 1, "tool_calls"], {"messages": [USER, {"role": "assistant", "tool_calls": {}}]}),
    (["messages", 1, "tool_calls", 0], {"messages": [USER, {"role": "assistant", "tool_calls": [{}]}]}),
    (["stream"], {"stream": "yes"}),
    (["stop"], {"stop": [1]}),
    (["tools"], {"tools": {}}),
    (["tools", 0, "function", "name"], {"tools": [{"type": "function", "function": {}}]}),
    (["logprobs"], {"logprobs": 3}),
    (["stream_options", "include_usage"], {"stream_options": {"include_usage": "yes"}}),
    (["response_format"], {"response_format": "json"}),
    (["response_format", "json_schema", "name"], {"response_format": {"type": "json_schema", "json_schema": {}}}),
    (
        ["response_format", "json_schema", "schema"],
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
    ),
]
VALUES: list[tuple[str, dict[str, Any]]] = [
    ("messages.0.role", {"messages": [{"role": "developer", "content": "Hi"}]}),
    ("messages.1.role", {"messages": [USER, {"role": "bot", "content": "Hi"}]}),
    ("messages.0.content.0.type", {"messages": [{"role": "user", "content": [{"type": "video"}]}]}),
    ("messages.0.content.0.text", {"messages": [{"role": "user", "content": [{"type": "text"}]}]}),
    ("messages.0.content.0.type", {"messages": [{"role": "system", "content": [IMAGE]}, USER]}),
    (
        "messages.0.content.0.image_url.url",
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "cat.png"}}]}]},
    ),
    (
        "messages.0.content.0.image_url.detail",
        {"messages": [{"role": "user", "content": [{**IMAGE, "image_url": {"url": "https://x.y", "detail": "max"}}]}]},
    ),
    (
        "messages.0.content.0.input_audio.format",
        {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"format": "ogg"}}]}]},
    ),
    (
        "messages.1.tool_calls.0.function.arguments",
        {"messages": [USER, {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}]},
    ),
    ("tools.0.type", {"tools": [{"function": {"name": "f"}}]}),
    ("reasoning.effort", {"reasoning": {"effort": "max"}}),
    ("response_format.type", {"response_format": {"type": "json"}}),
]
DISORDER: list[tuple[str, dict[str, Any]]] = [
    ("at least one message", {"messages": []}),
    ("content or tool_calls", {"messages": [USER, {"role": "assistant", "content": None}, USER]}),
    ("content or tool_calls", {"messages": [USER, {"role": "assistant", "content": ""}]}),
    ("2 or more assistant messages", {"messages": [USER, SAID, SAID]}),
    ("no open tool call: c1", {"messages": [USER, RESULT]}),
    ("no open tool call: c1", {"messages": [USER, CALLED, RESULT, RESULT]}),
    ("without a result: c1", {"messages": [USER, CALLED, USER]}),
    ("without a result: c1", {"messages": [USER, CALLED]}),
    ("not in tools", {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "g"}}}),
    ("maximum context length is 32768 tokens. However, you requested 32777", {"max_tokens": 32_768}),
    (
        "unrecognized type nonsense",
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}},
    ),
]
INABILITIES: list[tuple[str, str, dict[str, Any]]] = [
    ("Tool calling", "NousResearch/Hermes-3-Llama-3.1-70B", {"tools": [TOOL]}),
    ("Image input", "deepseek-ai/DeepSeek-V3", {"messages": [{"role": "user", "content": [IMAGE]}]}),
    ("json_object response format", "deepseek-ai/DeepSeek-R1", {"response_format": {"type": "json_object"}}),
    ("regex response format", "zai-org/GLM-5", {"response_format": {"type": "regex", "regex": "a+"}}),
    ("Text generation", "BAAI/bge-m3", {}),
    (
        "Audio input",
        "sim/plain",
        {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"format": "wav"}}]}]},
    ),
]


@pytest.mark.parametrize(("field", "value"), LIMITS)
def test_a_value_beyond_its_limit_is_422_and_names_the_field(sim: SimulatorThread, field: str, value: object) -> None:
    told = send(sim, "POST", CHAT, {"model": "sim/plain", "messages": HELLO, field: value})
    error = told.json["error"]
    assert told.status == 422
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", field, None)
    assert error["message"]


@pytest.mark.parametrize(("field", "value"), FITTING)
def test_a_value_at_its_limit_is_fine(sim: SimulatorThread, field: str, value: object) -> None:
    assert send(sim, "POST", CHAT, {"model": "sim/plain", "messages": HELLO, field: value}).status == 200


@pytest.mark.parametrize(("place", "fields"), SHAPES)
def test_a_body_of_the_wrong_shape_is_422_and_names_the_place(
    sim: SimulatorThread, place: list[str | int], fields: dict[str, object]
) -> None:
    told = send(sim, "POST", CHAT, {"model": "sim/plain", "messages": HELLO, **fields})
    assert (told.status, told.json["detail"][0]["loc"]) == (422, ["body", *place])


@pytest.mark.parametrize(("param", "fields"), VALUES)
def test_a_value_that_is_none_of_the_choices_is_422(sim: SimulatorThread, param: str, fields: dict[str, Any]) -> None:
    told = chat(sim, **fields)
    assert (told.status, told.json["error"]["param"]) == (422, param)


@pytest.mark.parametrize(("words", "fields"), DISORDER)
def test_a_conversation_out_of_order_is_400_and_says_why(
    sim: SimulatorThread, words: str, fields: dict[str, Any]
) -> None:
    told = chat(sim, **fields)
    assert told.status == 400
    assert words in told.json["error"]["message"]


@pytest.mark.parametrize(("words", "model", "fields"), INABILITIES)
def test_what_a_model_cannot_do_is_405(sim: SimulatorThread, words: str, model: str, fields: dict[str, Any]) -> None:
    told = chat(sim, model, **fields)
    assert told.status == 405
    assert told.json["error"]["message"].startswith(words)
    assert told.json["error"]["message"].endswith(f"not supported for model: {model}")


@pytest.mark.parametrize("name", ["no/such-model", "sim/no-such-scene", "DEEPSEEK-AI/DeepSeek-V3", "deploy_id:", ""])
def test_an_unknown_model_is_404(sim: SimulatorThread, name: str) -> None:
    told = chat(sim, name)
    assert (told.status, told.json["error"]["code"]) == (404, "model_not_found")
    assert ("sim/plain" in told.json["error"]["message"]) == name.startswith("sim/")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"seed":NaN}', b'{"n":' + b"9" * 5000 + b"}"])
def test_a_body_that_is_no_json_is_400(sim: SimulatorThread, body: bytes) -> None:
    assert send(sim, "POST", CHAT, body).status == 400


@pytest.mark.parametrize("body", [b"[]", b'"hi"', b"null"])
def test_a_body_that_is_no_object_is_422(sim: SimulatorThread, body: bytes) -> None:
    assert send(sim, "POST", CHAT, body).status == 422


def test_a_missing_key_is_401_and_the_messages_are_not_read(sim: SimulatorThread) -> None:
    told = send(sim, "POST", CHAT, b"{", key=None)
    assert told.status == 401
    assert told.json["error"]["message"] == "Not authenticated"


def test_only_the_chosen_key_is_good_when_there_is_one() -> None:
    with SimulatorThread(scenes={}, key="right") as sim:
        body = {"model": "sim/plain", "messages": HELLO}
        assert send(sim, "POST", CHAT, body, key="wrong").status == 401
        assert send(sim, "POST", CHAT, body, key="right").status == 200
        assert send(sim, "POST", CHAT, body, key=None, xi_api_key="right").status == 200
        assert send(sim, "GET", "/v1/openai/models", key=None).status == 200


def test_the_context_counts_prompt_and_answer_together(sim: SimulatorThread) -> None:
    words = [{"role": "user", "content": "word " * 32_000}]
    room = chat(sim, "sim/all-thinking", words).json["usage"]
    assert room["prompt_tokens"] + room["completion_tokens"] == 32_768
    assert chat(sim, messages=[{"role": "user", "content": "word " * 33_000}]).status == 400
