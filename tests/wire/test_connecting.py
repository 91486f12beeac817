"""What goes wrong before a server hears the question: names, routes, TLS, proxies, redirects."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from deepchat.conversation.message import user
from deepchat.conversation.parts import Image
from deepchat.errors import DeepChatError
from deepchat.secret import Secret
from deepchat.simulator.running import SimulatorThread
from deepchat.wire import http
from deepchat.wire.connecting import is_loopback
from deepchat.wire.http import Exchange
from deepchat.wire.request import Call, ChatRequest
from tests.wire.asking import CALM, KEY, Outcome, ask, ask_once, at, provider, question
from tests.wire.listening import HELLO, STREAM, Listener, busy_line, closed_door

HI = question("m")
FAR = "https://api.example.test/v1"
"""Where nothing may ever be sent."""


def refused_with(outcome: Outcome, kind: str, *words: str) -> DeepChatError:
    """The error, once it is known to say these words and to give nothing away."""
    error = outcome.error
    assert error is not None
    assert error.kind == kind
    assert all(word in f"{error.message} {error.hint}" for word in words), (error.message, error.hint)
    assert error.hint
    assert KEY not in repr((error, error.args, error.__cause__, outcome.events))
    return error


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


def server_context(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # trustme also takes pyOpenSSL's
    return context


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


async def ask_securely(url: str, ca_bundle: str = "") -> Outcome:
    exchange = Exchange(CALM, ca_bundle)
    try:
        return await ask(exchange, [provider(f"{url}/v1")], HI)
    finally:
        await exchange.aclose()


async def test_the_users_own_certificates_are_trusted(authority: trustme.CA, bundle: str) -> None:
    async with Listener(tls=server_context(authority.issue_cert("127.0.0.1"))) as server:
        outcome = await ask_securely(server.url, bundle)
    assert (outcome.error, outcome.draft.text) == (None, "hello")


@pytest.mark.parametrize("fault", ["unknown issuer", "another host", "expired"])
async def test_a_certificate_that_can_not_be_trusted(fault: str, authority: trustme.CA, bundle: str) -> None:
    then = datetime.now(UTC) - timedelta(days=9)
    leaf = authority.issue_cert(
        "other.example" if fault == "another host" else "127.0.0.1",
        not_before=then,
        not_after=then + timedelta(days=1) if fault == "expired" else None,
    )
    async with Listener(tls=server_context(leaf)) as server:
        outcome = await ask_securely(server.url, "" if fault == "unknown issuer" else bundle)
        assert server.heads == []
    error = refused_with(outcome, "connect", "127.0.0.1", "certificate", "ca_bundle")
    assert "verif" not in error.hint
    assert outcome.retries == []


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
async def test_a_server_that_breaks_off_the_handshake(answer: bytes) -> None:
    async with Listener(answer, interrupts=True) as server:
        outcome = await ask_securely(server.url.replace("http:", "https:"))
        assert server.connections == 3
    refused_with(outcome, "connect", "127.0.0.1")


async def test_a_bundle_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(DeepChatError, match="ca_bundle") as caught:
            async with Exchange(CALM, str(tmp_path / name)).open(Call("GET", FAR)):
                pass
        assert caught.value.kind == "config"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_certificates_that_the_environment_names_but_are_not_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "/nowhere/certs")
    refused_with(await ask_once(provider(FAR), HI), "config", name, "/nowhere/certs")


@pytest.mark.parametrize(
    "refusal",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_proxy_that_refuses_is_named_and_its_password_is_not(
    refusal: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Listener(refusal) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:pass-sentinel@127.0.0.1:{proxy.port}")
        outcome = await ask_once(provider(FAR), HI)
        assert proxy.heads[0].startswith(b"CONNECT api.example.test:443 ")
        assert KEY.encode() not in b"".join(proxy.heads)
        assert len(proxy.heads) == 1
    error = refused_with(outcome, "connect", "proxy", refusal[9:12].decode(), "HTTPS_PROXY")
    assert "pass-sentinel" not in repr((error, error.args, error.hint, outcome.events))


async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_door() as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        refused_with(await ask_once(provider(FAR), HI), "connect")


async def test_no_proxy_is_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_door() as nowhere:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, nowhere)
        async with Listener() as server:
            assert (await ask_once(provider(server.url), HI)).draft.text == "hello"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://me:pass-sentinel@127.0.0.1:1080"),
        ("NO_PROXY", "::1,[::1]"),
        ("HTTPS_PROXY", "ftp://127.0.0.1"),
    ],
)
async def test_proxy_settings_that_can_not_be_used(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    error = refused_with(await ask_once(provider(FAR), HI), "config", "proxy settings", name)
    assert "pass-sentinel" not in repr((error, error.args, error.__cause__))


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
