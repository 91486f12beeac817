"""What goes wrong before a server hears the question: names, routes, TLS, proxies, redirects."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from deepchat.conversation.message import user
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.parts import Image
from deepchat.secret import Secret
from deepchat.simulator.running import SimulatorThread
from deepchat.wire import http
from deepchat.wire.connecting import connection_error, is_loopback
from deepchat.wire.http import Exchange
from deepchat.wire.request import Call, ChatRequest
from tests.wire.asking import CALM, KEY, ask, ask_once, at, provider, question, refused_with
from tests.wire.listening import HELLO, STREAM, Listener, busy_line, closed_door

HI = question("m")
FAR = "https://api.example.test/v1"
"""Where nothing may ever be sent."""


@pytest.mark.parametrize(
    ("code", "words"),
    [(socket.EAI_NONAME, "cannot find api.example.test (DNS)"), (socket.EAI_AGAIN, "are you offline?")],
)
async def test_a_name_that_can_not_be_looked_up(code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(code, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = await ask_once(provider(FAR), HI)
    refused_with(outcome, "connect", words)
    assert len(outcome.retries) == 2


async def test_a_port_that_refuses() -> None:
    with closed_door() as url:
        outcome = await ask_once(provider(f"{url}/v1"), HI)
    refused_with(outcome, "connect", url.removeprefix("http://"), "refused the connection")
    assert len(outcome.retries) == 2


async def test_a_server_that_does_not_take_the_call() -> None:
    with busy_line() as url:
        outcome = await ask_once(provider(f"{url}/v1"), HI, replace(CALM, connect_s=0.3))
    refused_with(outcome, "connect", "timed out")
    assert len(outcome.retries) == 2


async def test_an_address_that_is_dead_is_passed_over_for_one_that_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(_host: str, port: int, *_args: object, **_options: object) -> list[object]:
        dead = (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("::1", port, 0, 0))
        return [dead, (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    async with Listener() as server:
        monkeypatch.setattr(socket, "getaddrinfo", both)
        outcome = await ask_once(provider(f"http://api.example.test:{server.port}"), HI)
    assert (outcome.draft.text, outcome.retries) == ("hello", [])
    with closed_door() as url:
        outcome = await ask_once(provider(url.replace("127.0.0.1", "api.example.test")), HI)
    refused_with(outcome, "connect", "api.example.test")


def test_an_address_with_an_impossible_port_is_named() -> None:
    error = connection_error("address", ValueError(), "http://example.test:99999/v1")
    assert "example.test:99999" in error.message


async def test_an_upload_that_stalls_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WRITE_LIMIT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        big = ChatRequest("m", (user("look", Image("image/png", bytes(30_000_000))),))
        outcome = await ask_once(provider(f"http://127.0.0.1:{deaf.getsockname()[1]}"), big)
    refused_with(outcome, "timeout", "stalled", "may have it already")
    assert outcome.retries == []


async def test_too_many_calls_at_once_wait_and_then_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "POOL_LIMIT_S", 0.2)
    monkeypatch.setattr(http, "MOST_CONNECTIONS", 1)
    async with Listener(HELLO[:-40], holds=True) as server:
        exchange = Exchange(CALM)
        async with exchange.open(Call("GET", server.url)):
            outcome = await ask(exchange, [provider(server.url)], HI)
        await exchange.aclose()
        await server.quiet.wait()
    refused_with(outcome, "connect", "all connections are in use")
    assert len(outcome.retries) == 1


async def test_an_address_that_is_none() -> None:
    refused_with(await ask_once(provider("gopher://127.0.0.1/v1"), HI), "config", "no address", "base_url")


@pytest.mark.parametrize("value", ["two\nlines", "a\x00b"])
async def test_a_header_that_can_not_be_sent_is_not_quoted(value: str) -> None:
    async with Listener() as server:
        outcome = await ask_once(provider(server.url, key=f"sk-sentinel-{value}"), HI)
        assert server.connections <= 1
        assert server.heads == []
    error = refused_with(outcome, "config", "header")
    assert error.__cause__ is None
    assert error.__suppress_context__


async def test_a_header_with_letters_beyond_ascii_is_sent() -> None:
    async with Listener() as server:
        call = Call("GET", server.url, {"X-Team": "forskning på norsk"})
        exchange = Exchange(CALM)
        async with exchange.open(call) as reply:
            assert reply.status == 200
        await exchange.aclose()
        assert "forskning på norsk".encode() in server.heads[0]


async def test_a_kept_connection_that_the_server_has_closed_is_replaced_in_silence() -> None:
    with SimulatorThread() as simulator:
        exchange = Exchange(CALM)
        try:
            stale = question("sim/stale-connection")
            outcomes = [await ask(exchange, [at(simulator.url)], stale) for _ in range(2)]
        finally:
            await exchange.aclose()
        assert len(simulator.heard) == 3
    assert [outcome.draft.finish for outcome in outcomes] == ["stop", "stop"]
    assert all(outcome.retries == [] for outcome in outcomes)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_else_hears_of_a_redirect(status: int) -> None:
    async with Listener() as other:
        moved = b"HTTP/1.1 %d Moved\r\nLocation: %b/v1\r\nContent-Length: 0\r\n\r\n" % (status, other.url.encode())
        async with Listener(moved) as server:
            outcome = await ask_once(provider(server.url), HI)
            assert len(server.heads) == 1
        assert other.connections == 0
    refused_with(outcome, "not_the_api", other.url, "base_url")


async def test_a_key_is_shown_to_its_own_origin_alone() -> None:
    async with Listener() as home, Listener() as stranger:
        exchange = Exchange(CALM)
        for server in (home, stranger):
            call = Call("GET", f"{server.url}/v1", key=Secret(KEY), key_origin=home.url)
            async with exchange.open(call):
                pass
        await exchange.aclose()
        assert f"authorization: Bearer {KEY}".encode() in home.heads[0]
        assert KEY.encode() not in stranger.heads[0]


async def test_plain_answers_are_asked_for() -> None:
    async with Listener() as server:
        await ask_once(provider(server.url), HI)
        head = server.heads[0].lower()
    assert b"accept-encoding: identity\r\n" in head
    assert b"accept: text/event-stream\r\n" in head
    assert b"user-agent: deepchat\r\n" in head


async def test_half_an_errors_body_is_better_than_none() -> None:
    async with Listener(b"HTTP/1.1 400 Oh\r\nContent-Length: 99\r\n\r\nhalf a reason") as server:
        refused_with(await ask_once(provider(server.url), HI), "refused", "half a reason (HTTP 400)")


async def test_an_errors_body_is_not_waited_for_as_long_as_an_answer() -> None:
    stuck = b"HTTP/1.1 400 Oh\r\nContent-Length: 99\r\n\r\nhalf a reason"
    async with Listener(stuck, holds=True) as server:
        outcome = await ask_once(provider(server.url), HI, replace(CALM, headers_s=0.5))
        await server.quiet.wait()
    refused_with(outcome, "refused", "half a reason (HTTP 400)")


async def test_a_slow_upload_is_not_taken_for_a_silent_server() -> None:
    async def read_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.6)  # longer than the answer may take once all has been sent
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        writer.write(HELLO)
        writer.close()

    server = await asyncio.start_server(read_late, "127.0.0.1", 0)
    large = ChatRequest("any", (user("x" * 24_000_000),))
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    outcome = await ask_once(provider(url), large, replace(CALM, headers_s=0.3))
    server.close()
    assert outcome.error is None
    assert outcome.draft.text == "hello"


async def test_the_slow_tier_may_take_its_time() -> None:
    hasty = replace(CALM, headers_s=0.1, first_event_s=0.1)
    for tier, finish in (("flex", "stop"), ("default", None)):
        with SimulatorThread() as simulator:
            asked = question("sim/slow-first-token", Parameters(service_tier=tier))
            outcome = await ask_once(at(simulator.url), asked, hasty)
        assert outcome.draft.finish == finish


async def test_the_whole_answer_has_a_time_limit_too() -> None:
    drip = STREAM + b'data: {"choices":[{"delta":{"content":"hello"}}]}\n\n'
    async with Listener(drip, holds=True) as server:
        outcome = await ask_once(provider(server.url), HI, replace(CALM, total_s=1))
        await server.quiet.wait()
    refused_with(outcome, "timeout", "longer than 1 s")
    assert outcome.draft.text == "hello"


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8080", True),
        ("http://10.0.0.1", False),
        ("https://localhost.example.com", False),
        ("not an address", False),
    ],
)
def test_this_machine_is_known_by_its_addresses(url: str, near: bool) -> None:
    assert is_loopback(url) is near
