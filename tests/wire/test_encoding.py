"""What each kind of provider makes of a request."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parameters import NOTHING_SET, JsonObject, JsonSchema, Parameters, Regex
from deepchat.conversation.parts import Image, Text, ToolCall, ToolResult
from deepchat.errors import ConfigError, UsageError
from deepchat.secret import Secret
from deepchat.wire.providers.base import Place, Provider
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.providers.lava import Lava
from deepchat.wire.providers.native import Native
from deepchat.wire.providers.openai import OpenAI
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.providers.openrouter import OpenRouter
from deepchat.wire.request import (
    Call,
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    ImageRequest,
    origin_of,
)

BASE = "https://api.example.com/v1"
KEY = Secret("sk-sentinel-encoding-91cd")
PLACE = Place("example", BASE, KEY)
HI = (user("hi"),)
EVERYTHING = Parameters(
    temperature=0.0,
    top_p=0.5,
    presence_penalty=-1,
    frequency_penalty=1,
    max_tokens=7,
    stop=("a", "b"),
    seed=2**64 - 1,
    n=1,
    reasoning_effort="low",
    service_tier="flex",
    prompt_cache_key="me",
    logprobs=True,
    top_logprobs=3,
    response_format=JsonObject(),
)
EVERY_FIELD = {
    "temperature": 0.0,
    "top_p": 0.5,
    "presence_penalty": -1,
    "frequency_penalty": 1,
    "max_tokens": 7,
    "stop": ["a", "b"],
    "seed": 2**64 - 1,
    "n": 1,
    "reasoning_effort": "low",
    "service_tier": "flex",
    "prompt_cache_key": "me",
    "logprobs": True,
    "top_logprobs": 3,
    "response_format": {"type": "json_object"},
}
STREAM = {"stream": True, "stream_options": {"include_usage": True}}


def body_of(call: Call) -> dict[str, object]:
    assert call.body is not None
    return cast("dict[str, object]", json.loads(call.body))


def chat_body(provider: Provider, parameters: Parameters = NOTHING_SET, model: str = "m") -> dict[str, object]:
    return body_of(provider.chat(ChatRequest(model, HI, parameters)))


@pytest.mark.parametrize(
    ("provider", "parameters", "fields"),
    [
        (OpenAIChat(PLACE), NOTHING_SET, {}),
        (OpenAIChat(PLACE), EVERYTHING, EVERY_FIELD),
        (DeepInfra(PLACE), EVERYTHING, EVERY_FIELD),
        (Lava(PLACE), EVERYTHING, EVERY_FIELD),
        (
            DeepInfra(PLACE),
            Parameters(top_k=5, min_p=0.1, repetition_penalty=1.1),
            {"top_k": 5, "min_p": 0.1, "repetition_penalty": 1.1},
        ),
        (
            OpenAIChat(PLACE),
            Parameters(response_format=JsonSchema("s", {"type": "object"})),
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "s", "schema": {"type": "object"}, "strict": True},
                }
            },
        ),
        (
            DeepInfra(PLACE),
            Parameters(response_format=Regex("[0-9]+")),
            {"response_format": {"type": "regex", "regex": "[0-9]+"}},
        ),
        (OpenAI(PLACE), Parameters(max_tokens=7), {"max_completion_tokens": 7}),
        (OpenAI(PLACE), Parameters(reasoning_effort="low"), {"reasoning_effort": "low"}),
        (OpenRouter(PLACE), NOTHING_SET, {"usage": {"include": True}}),
        (
            OpenRouter(PLACE),
            Parameters(reasoning_effort="high", max_tokens=7),
            {"max_tokens": 7, "reasoning": {"effort": "high"}, "usage": {"include": True}},
        ),
        (
            OpenRouter(PLACE),
            Parameters(reasoning_effort="none"),
            {"reasoning": {"enabled": False}, "usage": {"include": True}},
        ),
    ],
)
def test_what_is_set_is_sent_under_the_names_of_the_place(
    provider: Provider, parameters: Parameters, fields: dict[str, object]
) -> None:
    messages = [{"role": "user", "content": "hi"}]
    assert chat_body(provider, parameters) == {"model": "m", "messages": messages, **STREAM, **fields}


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        (Parameters(top_k=1), "top_k"),
        (Parameters(min_p=0.1, repetition_penalty=1), "min_p or repetition_penalty"),
        (Parameters(response_format=Regex("x")), "regex"),
    ],
)
def test_openai_says_beforehand_what_it_does_not_take(parameters: Parameters, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        OpenAI(PLACE).chat(ChatRequest("m", HI, parameters))


@pytest.mark.parametrize("model", ["MODEL:VERSION", "deploy_id:abc", "vendor/model:free"])
def test_a_models_name_is_sent_as_it_is(model: str) -> None:
    assert chat_body(DeepInfra(PLACE), model=model)["model"] == model


CALL = ToolCall("call_1", "add", '{"a":1}')
PIXEL = Image("image/png", b"\x89PNG", "secret-file-name.png")
PIXEL_PART = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (system("be brief"), [{"role": "system", "content": "be brief"}]),
        (assistant("so far"), [{"role": "assistant", "content": "so far"}]),
        (Message("user", (Text("a"), Text("b"))), [{"role": "user", "content": "ab"}]),
        (user("look", PIXEL), [{"role": "user", "content": [{"type": "text", "text": "look"}, PIXEL_PART]}]),
        (
            Message("assistant", (CALL,)),
            [
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}
                    ],
                }
            ],
        ),
        (
            Message("assistant", (Text("let me see"), CALL)),
            [
                {
                    "role": "assistant",
                    "content": "let me see",
                    "tool_calls": [
                        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}
                    ],
                }
            ],
        ),
        (
            Message("tool", (ToolResult("call_1", "2"), ToolResult("call_2", "3"))),
            [
                {"role": "tool", "tool_call_id": "call_1", "content": "2"},
                {"role": "tool", "tool_call_id": "call_2", "content": "3"},
            ],
        ),
        (Message("assistant", (Text("x"),), reasoning="private"), [{"role": "assistant", "content": "x"}]),
    ],
)
def test_messages_are_encoded_in_the_dialect(message: Message, sent: list[object]) -> None:
    assert body_of(OpenAIChat(PLACE).chat(ChatRequest("m", (message,))))["messages"] == sent


@given(st.text(st.one_of(st.characters(), st.characters(categories=["Cs"]))))
def test_every_text_survives_its_encoding(text: str) -> None:
    messages = body_of(OpenAIChat(PLACE).chat(ChatRequest("m", (user(text),))))["messages"]
    assert messages == [
        {"role": "user", "content": text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")}
    ]


def test_the_users_own_headers_and_fields_go_over_ours() -> None:
    place = Place("x", BASE, KEY, {"X-Team": "research", "accept": "text/plain"}, {"user": "me", "stream": False})
    call = OpenAIChat(place).chat(ChatRequest("m", HI))
    body = body_of(call)
    assert (body["user"], body["stream"], body["model"]) == ("me", False, "m")
    assert call.headers == {"content-type": "application/json", "accept": "text/plain", "X-Team": "research"}
    listing = OpenAIChat(place).model_lists()[0]
    assert listing.headers["X-Team"] == "research"
    assert listing.body is None


@pytest.mark.parametrize("value", [math.nan, math.inf, {"deep": [-math.inf]}, date(2026, 11, 21)])
def test_fields_of_the_users_own_that_json_has_not_are_refused_by_name(value: object) -> None:
    place = Place("work", BASE, KEY, {}, {"odd": value})
    for call in (OpenAIChat(place).chat, Native(place).chat):
        with pytest.raises(ConfigError, match="extra_body of work"):
            call(ChatRequest("m", HI))


@pytest.mark.parametrize(
    "parameters", [Parameters(temperature=math.nan), Parameters(response_format=JsonSchema("s", {"maximum": math.inf}))]
)
def test_a_number_that_json_has_not_is_never_sent(parameters: Parameters) -> None:
    with pytest.raises(UsageError, match="neither NaN nor infinity"):
        OpenAIChat(PLACE).chat(ChatRequest("m", HI, parameters))


def test_the_question_itself_is_not_changed_by_the_users_fields() -> None:
    place = Place("x", BASE, KEY, {}, {"model": "other", "messages": [], "top_k": 1})
    body = body_of(OpenAIChat(place).chat(ChatRequest("m", HI)))
    assert (body["model"], body["top_k"]) == ("m", 1)
    assert body["messages"]


def test_the_native_route_refuses_what_it_would_lose() -> None:
    picture = Message("user", (Text("what is this?"), Image("image/png", b"png")))
    with pytest.raises(UsageError, match="no pictures"):
        Native(PLACE).chat(ChatRequest("m", (picture,)))
    with pytest.raises(UsageError, match="no model's name"):
        Native(PLACE).chat(ChatRequest("../../elsewhere", HI))


def test_a_call_names_its_address_and_the_origin_of_its_key() -> None:
    call = OpenAIChat(PLACE).chat(ChatRequest("m", HI))
    assert (call.method, call.url) == ("POST", f"{BASE}/chat/completions")
    assert (call.key, call.key_origin) == (KEY, "https://api.example.com:443")
    assert KEY.reveal() not in repr(call)
    assert call.headers["accept"] == "text/event-stream"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.Example.com/v1", "https://api.example.com:443"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("http://[::1]/v1", "http://::1:80"),
        ("https://user:pass@example.com:444/x?y#z", "https://example.com:444"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_the_other_routes_are_encoded() -> None:
    provider = OpenAIChat(PLACE)
    completion = provider.completion(CompletionRequest("m", "once", Parameters(max_tokens=5), echo=True, logprobs=2))
    assert completion.url == f"{BASE}/completions"
    assert body_of(completion) == {
        "model": "m",
        "prompt": "once",
        "max_tokens": 5,
        "echo": True,
        "logprobs": 2,
        **STREAM,
    }
    assert body_of(provider.completion(CompletionRequest("m", "once"))) == {"model": "m", "prompt": "once", **STREAM}
    embedding = provider.embeddings(EmbeddingRequest("m", ("a", "b"), 64))
    assert embedding.url == f"{BASE}/embeddings"
    assert body_of(embedding) == {"model": "m", "input": ["a", "b"], "encoding_format": "float", "dimensions": 64}
    assert "dimensions" not in body_of(provider.embeddings(EmbeddingRequest("m", ("a",))))
    image = provider.images(ImageRequest("m", "a fox"))
    assert image.url == f"{BASE}/images/generations"
    assert body_of(image) == {
        "model": "m",
        "prompt": "a fox",
        "size": "1024x1024",
        "n": 1,
        "response_format": "b64_json",
    }
