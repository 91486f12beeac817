"""Whatever a client sends, the server answers or hangs up, and serves the next one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.simulator import SimulatorThread
from tests.simulator.client import CHAT, HELLO, chat, send
from tests.simulator.test_connection import HEAD, exchange

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9))
_WORDS = (
    "role content type text function name user assistant tool id url image_url object array items $ref # anyOf "
    "json_schema schema minimum integer required"
)
WORDS = st.sampled_from(_WORDS.split())
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(SCALARS, WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
_FIELDS = (
    "messages model stream temperature n max_tokens stop tools tool_choice seed response_format reasoning "
    "stream_options logprobs top_logprobs prompt input size"
)
FIELDS = st.sampled_from(_FIELDS.split())
PATHS = st.sampled_from(
    [
        CHAT,
        "/v1/completions",
        "/v1/embeddings",
        "/v1/images/generations",
        "/v1/inference/sim/plain",
        "/v1/forward?u=//[",
    ]
)


@given(path=PATHS, fields=st.dictionaries(FIELDS, VALUES, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_json_is_answered_or_refused(sim: SimulatorThread, path: str, fields: dict[str, Any]) -> None:
    body = {"model": "sim/plain", "messages": HELLO, "prompt": "x", "input": "x", "max_tokens": 3, **fields}
    assert send(sim, "POST", path, body, key="aks_1").status in (200, 400, 401, 404, 405, 422)


@given(wanted=VALUES)
@settings(max_examples=200, deadline=None)
def test_any_schema_is_met_or_refused(sim: SimulatorThread, wanted: Any) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", "properties": wanted}}}
    told = chat(sim, response_format=form)
    assert told.status in (200, 400)
    assert told.status == 400 or isinstance(json.loads(told.text), dict)


@given(data=st.one_of(st.binary(max_size=200), st.text("GET /v1:\r\n\t chunked0;x", max_size=80).map(str.encode)))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_refused_or_left_alone(sim: SimulatorThread, data: bytes) -> None:
    told = exchange(sim, data + b"\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n\r\n",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"GET //[x HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /%ff%00?%ff=& HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\n\r\n",
    ],
)
def test_bytes_that_break_careless_servers_are_refused(sim: SimulatorThread, request_bytes: bytes) -> None:
    assert exchange(sim, request_bytes).startswith(b"HTTP/1.1 4")
    assert chat(sim).status == 200


@pytest.mark.parametrize("field", ["temperature", "n", "max_tokens", "seed", "top_logprobs"])
def test_a_number_beyond_all_numbers_is_out_of_every_limit(sim: SimulatorThread, field: str) -> None:
    for number in ("1e999", "-1e999", "9" * 400):
        body = json.dumps({"model": "sim/plain", "messages": HELLO, field: "~"}).replace('"~"', number)
        assert send(sim, "POST", CHAT, body.encode()).status == 422


def nested(deep: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(deep):
        value = [value]
    return value


@pytest.mark.parametrize(("deep", "status"), [(80, 200), (150, 400), (900, 400)])
def test_json_may_be_nested_but_not_without_measure(sim: SimulatorThread, deep: int, status: int) -> None:
    message = {"role": "user", "content": "x", "extra": nested(deep)}
    assert chat(sim, "Qwen/Qwen3-32B", [message]).status == status


def test_a_schema_cannot_make_the_server_work_without_end(sim: SimulatorThread) -> None:
    twice = {f"d{n}": {"type": "array", "prefixItems": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(30)}
    schema = {"$ref": "#/$defs/d0", "$defs": {**twice, "d30": {"type": "null"}}}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    assert chat(sim, response_format=form).status == 400
