"""What went wrong between two sockets, in our words: names, routes, TLS, proxies, and connections that break off."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, Protocol, cast
from urllib.parse import urlsplit

from deepchat.errors import (
    OFTEN,
    BadReply,
    CannotConnect,
    ConfigError,
    ConnectionLost,
    DeepChatError,
    NotTheApi,
    TimedOut,
)
from deepchat.secret import scrub
from deepchat.wire.request import origin_of

Phase = Literal[
    "connect", "connect_timeout", "proxy", "write", "write_timeout", "pool", "protocol", "reply", "address", "header"
]
End = Literal["hung up", "garbled", "torn"]
_ENDS: Final[Mapping[End, str]] = {
    "hung up": "the answer was cut off: the server hung up",
    "garbled": "the answer was cut off: what followed is no proper HTTP",
    "torn": "the connection broke off",
}
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PROXY_NAMES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
OFFLINE_HINT: Final = "check the network, then send it again"


class _Stream(Protocol):
    async def aclose(self) -> None: ...


class Line:
    """The connection that one request is sent on, as httpcore tells of it in its trace."""

    def __init__(self, sent: Callable[[], None]) -> None:
        """`sent` is called when all of the request has left."""
        self.is_new = False
        """It was opened for this request."""
        self._sent = sent
        self._stream: _Stream | None = None

    async def trace(self, name: str, info: Mapping[str, object]) -> None:
        if name == "connection.connect_tcp.started":
            self.is_new = True
        elif name == "connection.connect_tcp.complete":
            self._stream = cast("_Stream", info["return_value"])
        elif name == "http11.send_request_body.complete":
            self._sent()

    async def cut(self) -> None:
        """Close it: httpcore forgets a connection whose TLS handshake is cancelled without closing it."""
        if self._stream is not None:
            await self._stream.aclose()


def is_loopback(url: str) -> bool:
    """Whether this address never leaves the machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def connection_error(phase: Phase, error: Exception, url: str) -> DeepChatError:
    """The error of ours that says this one; `url` names the server and is never shown whole."""
    place = _place(url)
    match phase:
        case "connect":
            return _cannot_connect(error, url)
        case "connect_timeout":
            return CannotConnect(f"{place} did not answer the phone (connect timed out)", OFFLINE_HINT, retries=OFTEN)
        case "proxy":
            return CannotConnect(f"the proxy refused: {scrub(str(error))[:200]}", f"check {_proxies() or 'your proxy'}")
        case "write_timeout":
            return TimedOut(f"sending to {place} stalled", "send it again; the server may have it already")
        case "pool":
            return CannotConnect("all connections are in use", "send it again", retries=1)
        case "address":
            return ConfigError(f"{place!r} is no address that can be called", "check base_url in config.toml")
        case "header":
            return ConfigError("a header of the request can't be sent", "mend headers in config.toml, or the key")
        case "protocol":
            return BadReply(f"{place} does not answer as a web server does", "check base_url: is its port right?")
        case "write" | "reply":
            return ConnectionLost(f"{place} closed the connection before it answered", "send it again", retries=OFTEN)


def broke_off(end: End) -> ConnectionLost:
    """The reply's body ended too early, or was no proper HTTP."""
    return ConnectionLost(_ENDS[end], "what came is kept; ask it to go on", retries=OFTEN)


def proxy_unusable(why: str, remedy: str) -> ConfigError:
    """The environment names a proxy that can't be asked."""
    names = " and ".join(_set_names(*_PROXY_NAMES, "NO_PROXY"))
    return ConfigError(f"the proxy settings of the environment can't be used: {why}", f"{remedy}, or unset {names}")


def refuse_redirect(status: int, location: str) -> None:
    """Raise NotTheApi for a reply that leads elsewhere."""
    if status not in _REDIRECTS:
        return
    target = ""
    with suppress(ValueError):
        target = origin_of(location).removesuffix(":0")
    raise NotTheApi(
        f"the server says that the API has moved{f' to {target}' if '://' in target[1:] else ''}",
        "redirects are not followed, so that your key stays where it belongs: check base_url",
        status=status,
    )


def check_surroundings() -> None:
    """Raise ConfigError for what in the environment would make any connection fail in a puzzling way."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        path = os.environ.get(name, "")
        if path and not Path(path).exists():
            raise ConfigError(f"{name} names {path}, which is not there", f"unset {name} or mend its path")


def tls_context(ca_bundle: str) -> ssl.SSLContext:
    """Certificates of certifi, of this system and of the user's own bundle; always verified."""
    import certifi

    check_surroundings()
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    if ca_bundle:
        try:
            context.load_verify_locations(ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"ca_bundle {ca_bundle} can't be read as certificates", "mend ca_bundle in config.toml"
            ) from error
    return context


def _cannot_connect(error: Exception, url: str) -> CannotConnect:
    place, host = _place(url), urlsplit(url).hostname or ""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CannotConnect(
                f"{place} shows a certificate that can't be trusted: {cause.verify_message}",
                "if your organisation has its own certificates, name them in ca_bundle in config.toml",
            )
        if isinstance(cause, ssl.SSLError):
            why = (cause.reason or "handshake failed").replace("_", " ").lower()
            return CannotConnect(f"no secure connection to {place}: {why}", OFFLINE_HINT, retries=OFTEN)
    if proxy := _proxy_of(url):
        return CannotConnect(f"the proxy {proxy} can't be reached", f"check {_proxies()}", retries=OFTEN)
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_AGAIN:
                return CannotConnect(f"{host} can't be looked up: are you offline?", OFFLINE_HINT, retries=OFTEN)
            return CannotConnect(f"cannot find {host} (DNS)", "check base_url and the network", retries=OFTEN)
        if isinstance(cause, ConnectionRefusedError):
            return CannotConnect(
                f"{place} refused the connection", "is the server running there? then send it again", retries=OFTEN
            )
    return CannotConnect(f"no connection to {place}", OFFLINE_HINT, retries=OFTEN)


def _proxy_of(url: str) -> str:
    """The proxy that the environment puts before this server, without its password; empty when there is none."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return "" if is_loopback(url) or proxy_bypass(parts.hostname or "") else _place(proxy)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 20:
        yield error
        if isinstance(error, ExceptionGroup):
            several = cast("ExceptionGroup[Exception]", error)
            for inner in several.exceptions:
                yield from _causes(inner)
        error, seen = error.__cause__ or error.__context__, seen + 1


def _place(url: str) -> str:
    shown = url.rpartition("@")[2][:80]  # before that stands the password of a proxy
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        return f"{host}:{parts.port}" if parts.port else host or shown
    except ValueError:
        return shown


def _proxies() -> str:
    return " and ".join(_set_names(*_PROXY_NAMES))


def _set_names(*names: str) -> list[str]:
    """Those of the environment's names that are set, in capitals or not."""
    return [name for name in names if name in os.environ or name.lower() in os.environ]
