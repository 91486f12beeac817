"""Which addresses a key and a conversation may be sent to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_PLAIN: Final = r"[!-~]{1,2000}"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def address(value: object) -> str:
    """The address without a slash at its end; ValueError says why it can't be one."""
    if not isinstance(value, str) or not re.fullmatch(_PLAIN, value.strip()) or "\\" in value:
        raise ValueError('must be an address, such as "https://llm.example.com/v1"')
    written = value.strip()
    try:
        scheme, host, _ = origin_of(written)
    except ValueError:
        raise ValueError('must be an address, such as "https://llm.example.com/v1"') from None
    if "@" in urlsplit(written).netloc:
        raise ValueError("must not have a name or password in it: keys go into key_env or key_command")
    if "?" in written or "#" in written:
        raise ValueError("must end before ? and #")
    if scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// (plain http only to this machine: localhost, 127.0.0.1, [::1])")
    return written.rstrip("/").removesuffix("/chat/completions")


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what a key belongs to; ValueError when it is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.port == 0:
        raise ValueError("not a web address")
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


def server_of(url: str) -> str:
    """The host of this web address, with the port where that is not the usual one: whom a person calls by it."""
    scheme, host, port = origin_of(url)
    shown = f"[{host}]" if ":" in host else host
    return shown if port == _DEFAULT_PORTS[scheme] else f"{shown}:{port}"


def is_loopback(host: str) -> bool:
    """This machine and no other: localhost, 127.0.0.0/8, ::1."""
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
