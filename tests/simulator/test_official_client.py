"""The official OpenAI client, which knows nothing of this project, finds its way around."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from deepchat.simulator import SimulatorThread


@pytest.fixture
def client(sim: SimulatorThread) -> Iterator[OpenAI]:
    with OpenAI(api_key="key", base_url=f"{sim.url}/v1/openai", max_retries=0, timeout=60) as one:
        yield one


def test_it_streams_an_answer(client: OpenAI) -> None:
    with client.chat.completions.create(
        model="sim/essay", messages=[{"role": "user", "content": "Hi"}], stream=True
    ) as stream:
        chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text.startswith("# The lighthouse keeper's handbook")
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == len(chunks) - 2


def test_it_calls_tools(client: OpenAI) -> None:
    tools: Any = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
    question: Any = [{"role": "user", "content": "Hi"}]
    message = client.chat.completions.create(model="sim/tools", messages=question, tools=tools).choices[0].message
    assert message.tool_calls is not None
    question += [message, {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "42"}]
    told = client.chat.completions.create(model="sim/tools", messages=question, tools=tools)
    assert told.choices[0].finish_reason == "stop"


def test_it_gets_json_by_a_schema(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "sizes": {"type": "array", "items": {"type": "integer"}}},
        "required": ["colour", "sizes"],
    }
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "shirt", "schema": schema, "strict": True}}
    told = client.chat.completions.create(
        model="deepseek-ai/DeepSeek-V3", messages=[{"role": "user", "content": "A shirt"}], response_format=wanted
    )
    assert json.loads(told.choices[0].message.content or "") == {"colour": "red", "sizes": [1]}


@pytest.mark.parametrize(
    ("model", "fields", "error"),
    [
        ("no/model", {}, openai.NotFoundError),
        ("sim/plain", {"temperature": 3}, openai.UnprocessableEntityError),
        ("sim/plain", {"max_tokens": 900_000}, openai.BadRequestError),
    ],
)
def test_it_understands_refusals(
    client: OpenAI, model: str, fields: dict[str, Any], error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as refused:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}], **fields)
    assert refused.value.request_id


def test_it_understands_a_wrong_key() -> None:
    with (
        SimulatorThread(scenes={}, key="right") as sim,
        OpenAI(api_key="wrong", base_url=f"{sim.url}/v1", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError, match="Not authenticated"),
    ):
        client.embeddings.create(model="BAAI/bge-m3", input="a")


def test_it_gets_embeddings_images_completions_and_models(client: OpenAI) -> None:
    assert len(client.embeddings.create(model="BAAI/bge-m3", input=["a", "b"]).data[1].embedding) == 1024
    pictures = client.images.generate(model="black-forest-labs/FLUX-1-schnell", prompt="a", size="256x256").data
    assert pictures is not None
    assert pictures[0].b64_json
    assert client.completions.create(model="sim/plain", prompt="x", max_tokens=3).choices[0].text == "Hello! This"
    assert "sim/plain" in {model.id for model in client.models.list()}
