"""What each kind of provider makes of a request."""

from __future__ import annotations

import base64
import json
from typing import cast
from urllib.parse import parse_qs, urlsplit

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
from deepchat.wire.providers.lava import Lava, LavaPlace, compose_token
from deepchat.wire.providers.native import Native
from deepchat.wire.providers.openai import OpenAI
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.providers.openrouter import OpenRouter
from deepchat.wire.providers.table import provider_of
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


LAVA = LavaPlace(
    "lava", "https://api.lavapayments.com/v1/forward", KEY, target_base_url="https://api.deepinfra.com/v1/openai"
)


def test_lavas_target_is_built_whole_before_it_is_encoded() -> None:
    call = Lava(LAVA).chat(ChatRequest("m", HI))
    assert call.url == (
        "https://api.lavapayments.com/v1/forward?u=https%3A%2F%2Fapi.deepinfra.com%2Fv1%2Fopenai%2Fchat%2Fcompletions"
    )
    assert parse_qs(urlsplit(call.url).query) == {"u": ["https://api.deepinfra.com/v1/openai/chat/completions"]}
    assert call.key_origin == "https://api.lavapayments.com:443"


def test_lavas_list_of_models_is_asked_of_the_provider_behind_without_the_key() -> None:
    (listing,) = Lava(LAVA).model_lists()
    assert listing.url == "https://api.deepinfra.com/v1/openai/models?filter=with_meta"
    assert listing.key is None


@pytest.mark.parametrize(
    ("parts", "provider_key", "token"),
    [
        ({}, None, {"secret_key": "aks_live_sentinel"}),
        (
            {"customer_id": "c", "meter_slug": "m", "disable_billing": True},
            None,
            {"secret_key": "aks_live_sentinel", "customer_id": "c", "meter_slug": "m", "disable_billing": True},
        ),
        (
            {"connection_id": "c", "meter_slug": "m"},
            None,
            {"secret_key": "aks_live_sentinel", "connection_id": "c", "meter_slug": "m"},
        ),
        (
            {"connection_secret": "c", "product_secret": "p"},
            Secret("di-sentinel-key"),
            {
                "secret_key": "aks_live_sentinel",
                "connection_secret": "c",
                "product_secret": "p",
                "provider_key": "di-sentinel-key",
            },
        ),
    ],
)
def test_lavas_token_is_composed_in_three_generations(
    parts: dict[str, str | bool], provider_key: Secret | None, token: dict[str, object]
) -> None:
    composed = compose_token(Secret("aks_live_sentinel"), parts, provider_key)
    assert json.loads(base64.b64decode(composed.reveal(), validate=True)) == token
    assert "sentinel" not in repr(composed)


NATIVE = Native(Place("native", "https://api.deepinfra.com/v1", KEY))


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("meta/Llama-3", "/inference/meta/Llama-3"),
        ("meta/Llama-3:abc/1", "/inference/meta/Llama-3?version=abc%2F1"),
        ("a b?c#d", "/inference/a%20b%3Fc%23d"),
    ],
)
def test_the_native_route_has_the_model_in_its_path(model: str, path: str) -> None:
    assert NATIVE.chat(ChatRequest(model, HI)).url == f"https://api.deepinfra.com/v1{path}"


def test_the_native_route_has_names_of_its_own() -> None:
    parameters = Parameters(max_tokens=5, temperature=1, top_k=3, stop=("x",), response_format=JsonObject())
    assert body_of(NATIVE.completion(CompletionRequest("m", "once", parameters))) == {
        "input": "once",
        "stream": True,
        "max_new_tokens": 5,
        "temperature": 1,
        "top_k": 3,
        "stop": ["x"],
        "response_format": {"type": "json_object"},
    }


@pytest.mark.parametrize(
    ("messages", "written"),
    [
        ((user("hi"),), "hi"),
        ((system("be brief"), user("hi")), "be brief\n\nUser: hi\n\nAssistant:"),
        ((user("hi"), assistant("so")), "User: hi\n\nAssistant: so"),
    ],
)
def test_a_conversation_is_written_out_for_the_native_route(messages: tuple[Message, ...], written: str) -> None:
    assert body_of(NATIVE.chat(ChatRequest("m", messages)))["input"] == written


def test_the_native_route_refuses_what_it_can_not_do() -> None:
    with pytest.raises(UsageError, match="seed"):
        NATIVE.chat(ChatRequest("m", HI, Parameters(seed=1)))
    with pytest.raises(UsageError, match="echo"):
        NATIVE.completion(CompletionRequest("m", "x", echo=True))
    with pytest.raises(UsageError):
        NATIVE.embeddings(EmbeddingRequest("m", ("x",)))
    with pytest.raises(UsageError):
        NATIVE.images(ImageRequest("m", "x"))


def test_deepinfra_asks_its_richer_list_first_and_without_a_key() -> None:
    native, openai = DeepInfra(Place("d", "https://api.deepinfra.com/v1/openai", KEY)).model_lists()
    assert (native.url, native.key) == ("https://api.deepinfra.com:443/models/list", None)
    assert openai.url == "https://api.deepinfra.com/v1/openai/models?filter=with_meta"
    account = DeepInfra(Place("d", "https://api.deepinfra.com/v1/openai", KEY)).account("/v1/me")
    assert (account.url, account.key) == ("https://api.deepinfra.com:443/v1/me", KEY)


@pytest.mark.parametrize(
    ("kind", "url", "provider"),
    [
        ("deepinfra", BASE, DeepInfra),
        ("lava", BASE, Lava),
        ("openrouter", BASE, OpenRouter),
        ("native", BASE, Native),
        ("openai", BASE, OpenAIChat),
        ("local", "http://127.0.0.1:8080/v1", OpenAIChat),
        ("openai", "https://api.deepinfra.com/v1/openai", DeepInfra),
        ("openai", "https://openrouter.ai/api/v1", OpenRouter),
        ("openai", "https://api.openai.com/v1", OpenAI),
    ],
)
def test_a_kind_or_a_well_known_host_chooses_the_provider(kind: str, url: str, provider: type[Provider]) -> None:
    assert type(provider_of(kind, Place("x", url))) is provider


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ConfigError, match="gopher"):
        provider_of("gopher", PLACE)
