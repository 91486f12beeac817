"""What the real server says on the wire: the ground on which our own client stands."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from deepchat.local_model import CONTEXT_TOKENS, LocalModel

QUESTION = {"role": "user", "content": "Write a short story about a lighthouse keeper."}


@dataclass
class Heard:
    """A streamed answer, folded."""

    pieces: list[str]
    finish_reason: str
    usage: dict[str, int] | None
    whole: bool


def test_it_is_healthy_as_soon_as_it_was_started(llama_server: LocalModel) -> None:
    assert request(llama_server, "GET", "/health") == (200, b'{"status":"ok"}')


def test_it_lists_the_model_under_the_name_that_was_promised(llama_server: LocalModel) -> None:
    status, body = request(llama_server, "GET", "/v1/models")
    [model] = json.loads(body)["data"]

    assert status == 200
    assert model["id"] == llama_server.model == "smollm2-135m-instruct"
    assert model["meta"]["n_ctx"] == CONTEXT_TOKENS


def test_an_answer_comes_in_pieces_and_ends_by_itself(llama_server: LocalModel) -> None:
    heard = ask(llama_server, [{"role": "user", "content": "Say hello."}], max_tokens=60)

    assert len(heard.pieces) > 3
    assert heard.finish_reason == "stop"
    assert heard.whole
    assert heard.usage is None


def test_an_answer_cut_by_max_tokens_says_length(llama_server: LocalModel) -> None:
    heard = ask(llama_server, [QUESTION], max_tokens=5)

    assert heard.finish_reason == "length"
    assert heard.whole


def test_usage_is_told_when_asked_for(llama_server: LocalModel) -> None:
    usage = ask(llama_server, [QUESTION], max_tokens=5, stream_options={"include_usage": True}).usage

    assert usage is not None
    assert usage["completion_tokens"] == 5
    assert usage["total_tokens"] == usage["prompt_tokens"] + 5


def test_an_assistant_message_at_the_end_is_continued_without_a_seam(llama_server: LocalModel) -> None:
    uncut = "".join(ask(llama_server, [QUESTION], max_tokens=40).pieces)
    cut = "".join(ask(llama_server, [QUESTION], max_tokens=12).pieces)
    rest = ask(llama_server, [QUESTION, {"role": "assistant", "content": cut}], max_tokens=28)

    assert uncut.startswith(cut)
    assert cut + "".join(rest.pieces) == uncut


def test_a_prompt_above_the_context_is_refused_with_both_figures(llama_server: LocalModel) -> None:
    asked = {"messages": [{"role": "user", "content": "word " * (CONTEXT_TOKENS + 100)}], "stream": True}
    status, body = request(llama_server, "POST", "/v1/chat/completions", asked)
    error = json.loads(body)["error"]

    assert status == 400
    assert error["type"] == "exceed_context_size_error"
    assert error["n_prompt_tokens"] > error["n_ctx"] == CONTEXT_TOKENS


def ask(model: LocalModel, messages: list[dict[str, str]], **more: object) -> Heard:
    asked = {"model": model.model, "messages": messages, "stream": True, "temperature": 0, **more}
    status, body = request(model, "POST", "/v1/chat/completions", asked)
    assert status == 200, body
    heard = Heard([], "", None, whole=False)
    for line in body.decode().splitlines():
        if line == "data: [DONE]":
            heard.whole = True
        elif line.startswith("data: "):
            chunk = json.loads(line.removeprefix("data: "))
            heard.usage = chunk.get("usage", heard.usage)
            for choice in chunk["choices"]:
                heard.pieces += [choice["delta"]["content"]] if choice["delta"].get("content") else []
                heard.finish_reason = choice["finish_reason"] or heard.finish_reason
    return heard


def request(model: LocalModel, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(model.origin).netloc, timeout=60)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
