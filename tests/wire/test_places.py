"""What is peculiar to a place: Lava's envelope, the native route, DeepInfra's lists, and who speaks which dialect."""

from __future__ import annotations

import base64
import json
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parameters import JsonObject, Parameters
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
from deepchat.wire.request import Call, ChatRequest, CompletionRequest, EmbeddingRequest, ImageRequest

BASE = "https://api.example.com/v1"
KEY = Secret("sk-sentinel-places-91cd")
HI = (user("hi"),)


def body_of(call: Call) -> dict[str, object]:
    assert call.body is not None
    return cast("dict[str, object]", json.loads(call.body))


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
        provider_of("gopher", Place("x", BASE))
