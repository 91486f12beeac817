"""Lava's forward route: a request to DeepInfra in an envelope, with a token that says who pays."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from urllib.parse import urlsplit

from deepchat.simulator.answers import Refusal
from deepchat.simulator.http1 import Heard
from deepchat.simulator.shop import Shop
from deepchat.simulator.values import Object, as_object, as_text, parse

PATH = "/v1/forward"
_SECRET = "aks_"  # noqa: S105 - what every secret key begins with, not one
_PAIRS = (
    ("customer_id", "meter_slug"),
    ("connection_id", "meter_slug"),
    ("connection_secret", "product_secret"),
)
"""Parts that are worth nothing without the other, in the three generations of tokens."""


def unwrapped(shop: Shop, heard: Heard) -> Heard:
    """The request inside the envelope; raises Lava's Refusal of a bad token or target."""
    token = _token(heard.key)
    secret = as_text(token.get("secret_key"))
    if not secret.startswith(_SECRET) or (shop.key and secret != shop.key):
        raise _refused(401, "invalid_token", "Invalid forward token")
    for part, other in _PAIRS:
        if token.get(part) and not token.get(other):
            raise _refused(401, "invalid_token", f"Invalid forward token: {part} needs {other}")
    if heard.method not in ("GET", "POST"):
        raise _refused(405, "method_not_allowed", "Only GET and POST can be forwarded")
    payer = shop.key or as_text(token.get("provider_key")) or secret
    return replace(heard, target=_target(shop, heard), headers={**heard.headers, "authorization": f"Bearer {payer}"})


def _target(shop: Shop, heard: Heard) -> str:
    try:
        url = urlsplit(heard.query.get("u", ""))
    except ValueError:
        raise _bad_target() from None
    known = url.scheme == "https" and f".{url.hostname}".endswith(".deepinfra.com")
    if (not known and f"{url.scheme}://{url.netloc}" != shop.url) or url.path == PATH:
        raise _bad_target()
    return url.path + (f"?{url.query}" if url.query else "")


def _token(key: str) -> Object:
    if key.startswith(_SECRET):
        return {"secret_key": key}
    try:
        return as_object(parse(base64.b64decode(key, validate=True)))
    except (ValueError, binascii.Error):
        return {}


def _bad_target() -> Refusal:
    return _refused(400, "invalid_url", "The query field u must be the URL of a route of a known provider")


def _refused(status: int, code: str, message: str) -> Refusal:
    return Refusal(status, {"error": {"message": message, "code": code, "status": status}})
