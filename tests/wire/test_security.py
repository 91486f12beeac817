"""TLS and proxies: who is trusted, who is told what, and what the surroundings may break."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from deepchat.errors import DeepChatError
from deepchat.wire.http import Exchange
from deepchat.wire.request import Call
from tests.wire.asking import CALM, KEY, Outcome, ask, ask_once, provider, question, refused_with
from tests.wire.listening import Listener, closed_door

HI = question("m")
FAR = "https://api.example.test/v1"
"""Where nothing may ever be sent."""


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


@pytest.mark.parametrize("holds", [True, False])
async def test_a_server_that_breaks_off_the_handshake(holds: bool) -> None:
    async with Listener(b"220 mail.example ESMTP ready\r\n", interrupts=True, holds=holds) as server:
        outcome = await ask_securely(server.url.replace("http:", "https:"))
        assert server.connections == 3
    refused_with(outcome, "connect", "no secure connection" if holds else "no", "127.0.0.1")


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
        refused_with(await ask_once(provider(FAR), HI), "connect", "the proxy 127.0.0.1", "HTTPS_PROXY")


async def test_no_proxy_is_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_door() as nowhere:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, nowhere)
        async with Listener() as server:
            assert (await ask_once(provider(server.url), HI)).draft.text == "hello"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALL_PROXY", "socks5://me:pass-sentinel@127.0.0.1:1080", "a SOCKS proxy needs a package more"),
        ("NO_PROXY", "::1,[::1]", "an address must be like"),
        ("HTTPS_PROXY", "ftp://me:pass-sentinel@127.0.0.1", "an address must be like"),
        ("HTTPS_PROXY", "http://me:pass-sentinel@[::1", "an address must be like"),
    ],
)
async def test_proxy_settings_that_can_not_be_used(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    error = refused_with(await ask_once(provider(FAR), HI), "config", "proxy settings", name, words)
    assert not re.search("httpx |URL|scheme|Using", f"{error.message} {error.hint}"), "our words, not Python's"
    assert "pass-sentinel" not in repr((error, error.args, error.__cause__))
