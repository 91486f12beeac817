"""Names for conversations, messages and legs: short enough to type, long enough never to meet by chance."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from typing import Final

_BYTES: Final = 10


def new_id() -> str:
    """A name that nothing else has: sixteen small letters and digits."""
    return _spelled(secrets.token_bytes(_BYTES))


def id_of(*origin: str) -> str:
    """The name of something that came from elsewhere: the same origin has the same name, so nothing comes twice."""
    # With its length before it, no part can look like two.
    whole = "".join(f"{len(part)}:{part}" for part in origin)
    return _spelled(hashlib.sha256(whole.encode(errors="surrogatepass")).digest()[:_BYTES])


def _spelled(raw: bytes) -> str:
    return b32encode(raw).decode().lower()
