"""The routes beside chat: lists, completions, native inference, embeddings, images, account, Lava."""

from __future__ import annotations

import base64
import json
import math
import struct
import zlib
from typing import Any
from urllib.parse import quote

import pytest

from deepchat.simulator import SimulatorThread
from tests.simulator.client import CHAT, HELLO, chat, send

REAL = "https://api.deepinfra.com/v1/openai/chat/completions"
ASK = {"model": "sim/plain", "messages": HELLO}


def wrapped(**parts: object) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/openai/chat/completions/", 404),
        ("POST", "/v2/chat/completions", 404),
        ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/openai/models", 405),
        ("DELETE", "/models/list", 405),
        ("GET", "/v1/inference/sim/plain", 405),
    ],
)
def test_what_is_no_route_is_404_and_a_wrong_method_405(
    sim: SimulatorThread, method: str, target: str, status: int
) -> None:
    told = send(sim, method, target)
    assert told.status == status
    assert ("allow" in told.headers) == (status == 405)
    assert told.headers["x-request-id"]


@pytest.mark.parametrize("path", ["chat/completions", "completions", "embeddings", "images/generations"])
@pytest.mark.parametrize("base", ["/v1/openai", "/v1"])
def test_both_bases_have_all_routes(sim: SimulatorThread, base: str, path: str) -> None:
    assert send(sim, "POST", f"{base}/{path}", {}).status == 422


def test_the_openai_list_has_metadata_when_asked(sim: SimulatorThread) -> None:
    full = {row["id"]: row["metadata"] for row in send(sim, "GET", "/v1/models?filter=with_meta").json["data"]}
    bare = {row["id"]: row["metadata"] for row in send(sim, "GET", "/v1/openai/models", key=None).json["data"]}
    assert None not in full.values()
    assert bare["deepseek-ai/DeepSeek-V3"] is bare["BAAI/bge-m3"] is None
    assert "meta-llama/Meta-Llama-3-8B-Instruct" not in bare
    assert full["sim/plain"]["pricing"] == {"input_tokens": 0.1, "output_tokens": 0.4, "cache_read_tokens": 0.05}
    assert full["sim/plain"]["context_length"] == 32_768
    assert "vision" in full["Qwen/Qwen2.5-VL-32B-Instruct"]["tags"]


def test_the_native_list_has_prices_in_cents_and_withdrawn_models(sim: SimulatorThread) -> None:
    rows = {row["model_name"]: row for row in send(sim, "GET", "/models/list", key=None).json}
    glm = rows["zai-org/GLM-5"]["pricing"]
    assert glm["cents_per_input_token"] * 10_000 == pytest.approx(0.60)
    assert glm["rate_per_input_token_cached"] == pytest.approx(0.2)
    assert (glm["rate_per_service_tier_priority"], glm["rate_per_service_tier_flex"]) == (1.5, 0.8)
    assert rows["meta-llama/Meta-Llama-3-8B-Instruct"]["replaced_by"] == "meta-llama/Meta-Llama-3.1-8B-Instruct"
    assert {row["type"] for row in rows.values()} == {"text-generation", "embeddings", "text-to-image"}


def test_a_raw_completion_streams_echoes_and_goes_on(sim: SimulatorThread) -> None:
    whole = send(sim, "POST", "/v1/completions", {"model": "zai-org/GLM-5", "prompt": "Once"}).json
    text = whole["choices"][0]["text"]
    asked = {"model": "zai-org/GLM-5", "prompt": "Once", "stream": True, "echo": True}
    events = send(sim, "POST", "/v1/completions", asked).events
    assert "".join(event["choices"][0]["text"] for event in events) == "Once" + text
    assert (events[-1]["choices"][0]["finish_reason"], events[-1]["usage"]) == ("stop", whole["usage"])
    plain = {"model": "sim/plain", "prompt": "Say: Hello! This is a plain"}
    assert send(sim, "POST", "/v1/completions", plain).json["choices"][0]["text"].startswith(" answer in one")


def test_raw_logprobs_have_offsets_into_the_whole_text(sim: SimulatorThread) -> None:
    asked = {"model": "sim/plain", "prompt": [1, 22], "echo": True, "logprobs": 1, "max_tokens": 2, "n": 2}
    choices = send(sim, "POST", "/v1/completions", asked).json["choices"]
    assert [choice["index"] for choice in choices] == [0, 1]
    logprobs = choices[1]["logprobs"]
    assert choices[1]["text"] == "".join(logprobs["tokens"]) == " 1 22Hello!"
    assert [choices[1]["text"][place] for place in logprobs["text_offset"]] == [t[0] for t in logprobs["tokens"]]
    streamed = send(sim, "POST", "/v1/completions", {**asked, "n": 1, "stream": True}).events
    parts = [event["choices"][0]["logprobs"] for event in streamed[:-1]]
    assert [place for part in parts for place in part["text_offset"]] == logprobs["text_offset"]


@pytest.mark.parametrize(
    "fields", [{"max_tokens": 0}, {"prompt": []}, {"prompt": ["a"]}, {"prompt": None}, {"n": 5}, {"logprobs": 21}]
)
def test_a_raw_completion_has_its_limits(sim: SimulatorThread, fields: dict[str, Any]) -> None:
    assert send(sim, "POST", "/v1/completions", {"model": "sim/plain", "prompt": "x", **fields}).status == 422


def test_native_inference_says_what_it_cost(sim: SimulatorThread) -> None:
    before = sim.bill_nano
    told = send(sim, "POST", "/v1/inference/sim/plain?version=1", {"input": "Hi", "max_new_tokens": 4}).json
    assert told["results"] == [{"generated_text": "Hello! This is"}]
    assert told["inference_status"]["tokens_generated"] == told["num_tokens"] == 4
    assert round(told["inference_status"]["cost"] * 10**9) == sim.bill_nano - before > 0
    events = send(sim, "POST", "/v1/inference/sim/plain", {"input": "Hi", "stream": True, "max_new_tokens": 4}).events
    assert "".join(event["token"]["text"] for event in events) == events[-1]["generated_text"] == "Hello! This is"
    assert events[-1]["inference_status"] == told["inference_status"]


@pytest.mark.parametrize(
    ("model", "body", "status"),
    [("sim/plain", {}, 422), ("no/model", {"input": "x"}, 404), ("BAAI/bge-m3", {"input": "x"}, 405)],
)
def test_native_refusals_have_the_native_form(
    sim: SimulatorThread, model: str, body: dict[str, str], status: int
) -> None:
    told = send(sim, "POST", f"/v1/inference/{model}", body)
    assert told.status == status
    assert isinstance(told.json.get("error", ""), str)


def test_embeddings_are_unit_vectors_of_their_text_alone(sim: SimulatorThread) -> None:
    asked = {"model": "BAAI/bge-m3", "input": ["a", "b", "a"]}
    told = send(sim, "POST", "/v1/embeddings", asked).json
    first, other, again = (row["embedding"] for row in told["data"])
    packed = send(sim, "POST", "/v1/embeddings", {**asked, "input": "a", "encoding_format": "base64"}).json
    values = struct.unpack("<1024f", base64.b64decode(packed["data"][0]["embedding"]))
    assert first == again != other
    assert math.hypot(*first) == pytest.approx(1)
    assert values == pytest.approx(first)
    assert told["usage"]["prompt_tokens"] == 3


@pytest.mark.parametrize(("size", "zeros"), [(32, 0), (2048, 1024)])
def test_embeddings_can_be_short_or_padded(sim: SimulatorThread, size: int, zeros: int) -> None:
    told = send(sim, "POST", "/v1/embeddings", {"model": "BAAI/bge-m3", "input": "a", "dimensions": size}).json
    values = told["data"][0]["embedding"]
    assert (len(values), values.count(0.0), math.hypot(*values)) == (size, zeros, pytest.approx(1))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"dimensions": 31}, 422),
        ({"input": []}, 422),
        ({"input": ""}, 422),
        ({"input": [1, 2]}, 422),
        ({"input": ["x"] * 1025}, 422),
        ({"encoding_format": "hex"}, 422),
        ({"model": "sim/plain"}, 405),
        ({"input": "word " * 9000}, 400),
    ],
)
def test_embeddings_have_their_limits(sim: SimulatorThread, fields: dict[str, Any], status: int) -> None:
    assert send(sim, "POST", "/v1/embeddings", {"model": "BAAI/bge-m3", "input": "x", **fields}).status == status


def test_an_image_is_a_whole_png_of_the_size_that_was_asked(sim: SimulatorThread) -> None:
    told = send(sim, "POST", "/v1/images/generations", {"prompt": "a fox", "n": 2, "size": "96x64"}).json
    first, second = (base64.b64decode(row["b64_json"]) for row in told["data"])
    assert first != second
    assert struct.unpack(">II", first[16:24]) == (96, 64)
    place, kinds, pixels = 8, list[bytes](), b""
    while place < len(first):
        (length,) = struct.unpack(">I", first[place : place + 4])
        part = first[place + 4 : place + 8 + length]
        assert struct.unpack(">I", first[place + 8 + length : place + 12 + length])[0] == zlib.crc32(part)
        kinds.append(part[:4])
        pixels += part[4:] if part[:4] == b"IDAT" else b""
        place += 12 + length
    assert kinds == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 64 * (96 + 1)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"n": 5}, 422),
        ({"size": "big"}, 422),
        ({"size": "4096x64"}, 422),
        ({"response_format": "url"}, 422),
        ({"model": "sim/plain"}, 405),
    ],
)
def test_images_have_their_limits(sim: SimulatorThread, fields: dict[str, Any], status: int) -> None:
    assert send(sim, "POST", "/v1/openai/images/generations", {"prompt": "x", **fields}).status == status


def test_the_account_knows_what_was_spent() -> None:
    with SimulatorThread(scenes={}) as sim:
        chat(sim, "sim/essay")
        send(sim, "POST", "/v1/images/generations", {"prompt": "x"})
        send(sim, "POST", "/v1/embeddings", {"model": "BAAI/bge-m3", "input": "word " * 500})
        balance = send(sim, "GET", "/payment/checklist").json
        month = send(sim, "GET", "/payment/usage?from=current").json["months"][0]
        me = send(sim, "GET", "/v1/me?checklist=true").json
        assert balance["stripe_balance"] < 0
        assert balance["recent"] * 10**9 == pytest.approx(sim.bill_nano)
        assert month["total_cost"] * 10**7 == pytest.approx(sim.bill_nano)
        assert sum(item["cost"] for item in month["items"]) == pytest.approx(month["total_cost"])
        assert len(month["items"]) == 3
        assert me["checklist"] == balance
        assert send(sim, "GET", "/v1/me/rate_limit").json["rate_limit"] == 200
        assert send(sim, "GET", "/payment/usage").status == 422
        assert send(sim, "GET", "/payment/usage?from=current", key=None).status == 401


@pytest.mark.parametrize(
    "token",
    [
        "aks_live_1",
        wrapped(secret_key="aks_live_1"),
        wrapped(secret_key="aks_test_1", customer_id="c", meter_slug="m", provider_key="p", disable_billing=True),
        wrapped(secret_key="aks_live_1", connection_id="c", meter_slug="m"),
        wrapped(secret_key="aks_live_1", connection_secret="c", product_secret="p"),
    ],
)
def test_lava_forwards_with_every_generation_of_tokens(sim: SimulatorThread, token: str) -> None:
    told = send(sim, "POST", f"/v1/forward?u={quote(REAL, safe='')}", {**ASK, "stream": True}, key=token)
    assert told.text.startswith("Hello!")
    assert told.headers["x-lava-request-id"].startswith("req_")


@pytest.mark.parametrize(
    ("token", "target", "status"),
    [
        ("not base64!", REAL, 401),
        (wrapped(secret_key="sk-1"), REAL, 401),
        (wrapped(secret_key="aks_1", customer_id="c"), REAL, 401),
        (wrapped(secret_key="aks_1", connection_secret="c"), REAL, 401),
        (base64.b64encode(b"aks_1.connection.product").decode(), REAL, 401),
        (None, REAL, 401),
        ("aks_1", "", 400),
        ("aks_1", "http://api.deepinfra.com/v1/models", 400),
        ("aks_1", "https://evil-deepinfra.com/v1/models", 400),
        ("aks_1", "https://api.deepinfra.com/v1/forward?u=x", 400),
    ],
)
def test_lava_refuses_bad_tokens_and_targets_in_its_own_words(
    sim: SimulatorThread, token: str | None, target: str, status: int
) -> None:
    told = send(sim, "POST", f"/v1/forward?u={quote(target, safe='')}", ASK, key=token)
    assert (told.status, told.json["error"]["status"]) == (status, status)
    assert told.headers["x-lava-request-id"]


def test_lava_passes_lists_and_refusals_through(sim: SimulatorThread) -> None:
    own = quote(f"{sim.url}/v1/openai/models?filter=with_meta", safe="")
    assert send(sim, "GET", f"/v1/forward?u={own}", key="aks_1").json["object"] == "list"
    assert send(sim, "PUT", f"/v1/forward?u={own}", key="aks_1").status == 405
    told = send(sim, "POST", f"/v1/forward?u={quote(REAL, safe='')}", {**ASK, "n": 9}, key="aks_1")
    assert (told.status, told.json["error"]["param"]) == (422, "n")


def test_lava_knows_the_chosen_key() -> None:
    with SimulatorThread(scenes={}, key="aks_live_right") as sim:
        target = f"/v1/forward?u={quote(sim.url + CHAT, safe='')}"
        assert send(sim, "POST", target, ASK, key=wrapped(secret_key="aks_live_right", provider_key="p")).status == 200
        assert send(sim, "POST", target, ASK, key="aks_live_wrong").status == 401
