"""Calls with one JSON body for a reply, and what a list of models may come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deepchat.errors import DeepChatError, TimedOut
from deepchat.simulator.running import SimulatorThread
from deepchat.wire.http import Exchange, Patience
from deepchat.wire.request import Call
from deepchat.wire.simple import fetch_json
from tests.wire.asking import CALM
from tests.wire.listening import Listener


async def fetch(url: str, retries: int = 0, patience: Patience = CALM) -> object:
    exchange = Exchange(patience)
    try:
        return await fetch_json(exchange, Call("GET", url), retries)
    finally:
        await exchange.aclose()


def reply(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


async def test_the_body_is_read_as_json() -> None:
    async with Listener(reply(b'\n\n{"data":[1,"\xff"]}')) as server:
        assert await fetch(server.url) == {"data": [1, "\ufffd"]}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(b"<html>hello</html>"), "not_the_api"),
        (reply(b"hello", "200 OK", "Content-Type: Text/HTML"), "not_the_api"),
        (reply(b"hello"), "bad_reply"),
        (reply(b"[" * 100_000), "bad_reply"),
        (reply(b'{"error":{"message":"no","code":402}}'), "payment"),
        (reply(b'{"error":"no"}', "401 Unauthorized"), "key_rejected"),
        (reply(b"", "302 Found", "Location: http://127.0.0.2:9/"), "not_the_api"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", "connection_lost"),
    ],
)
async def test_what_is_no_json_is_one_of_our_errors(answer: bytes, kind: str) -> None:
    async with Listener(answer) as server:
        with pytest.raises(DeepChatError) as caught:
            await fetch(server.url)
        assert server.connections == 1
    assert caught.value.kind == kind


async def test_a_list_that_is_down_is_asked_for_again_as_often_as_wanted() -> None:
    for retries in (0, 1):
        with SimulatorThread(scene="listing-down") as simulator:
            with pytest.raises(DeepChatError, match="down"):
                await fetch(f"{simulator.url}/v1/openai/models", retries)
            assert len(simulator.heard) == 1 + retries


@pytest.mark.parametrize(("scene", "kind"), [("listing-page", "not_the_api"), ("listing-torn", "bad_reply")])
async def test_a_list_that_is_none_is_refused(scene: str, kind: str) -> None:
    with SimulatorThread(scene=scene) as simulator:
        with pytest.raises(DeepChatError) as caught:
            await fetch(f"{simulator.url}/v1/openai/models")
        assert caught.value.kind == kind
        assert len(simulator.heard) == 1


async def test_a_list_that_does_not_come_is_given_up() -> None:
    with SimulatorThread(scene="listing-silent") as simulator:
        with pytest.raises(TimedOut):
            await fetch(f"{simulator.url}/v1/openai/models", 2, replace(CALM, headers_s=0.5))
        assert simulator.wait_quiet(60)
        assert len(simulator.heard) == 1


@pytest.mark.parametrize("scene", ["listing-slow", "listing-garbage", "listing-empty", "listing-odd-prices"])
async def test_any_other_json_is_handed_on(scene: str) -> None:
    with SimulatorThread(scene=scene) as simulator:
        assert isinstance(await fetch(f"{simulator.url}/v1/openai/models"), dict)


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    async with Listener(b"HTTP/1.1 200 OK\r\n\r\n[" + b"1," * (33 * 2**20), holds=True) as server:
        with pytest.raises(DeepChatError, match="64 MiB"):
            await fetch(server.url)
        await server.quiet.wait()
