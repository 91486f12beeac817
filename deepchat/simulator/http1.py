"""HTTP/1.1 requests, read by hand from an asyncio stream and bounded in every direction."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from deepchat.simulator.answers import Refusal, refusal
from deepchat.simulator.values import Json, parse

MOST_HEAD_BYTES = 64 * 1024
MOST_BODY_BYTES = 64 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?\r\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, as it was heard."""

    method: str
    """The verb, in capitals."""
    target: str
    """Path and query as they were sent."""
    headers: Mapping[str, str]
    """By lower-case name; repeated ones are joined with a comma."""
    body: bytes
    """The body, unpacked."""
    version: str = "HTTP/1.1"
    """The protocol of the request line."""

    @property
    def path(self) -> str:
        """The path alone, decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; the last one wins."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def json(self) -> Json:
        """The body's JSON; raises a Refusal when it is none."""
        try:
            return parse(self.body)
        except ValueError as error:
            raise refusal(400, f"The body is not valid JSON: {error}", kind="BadRequestError", code=400) from None

    @property
    def key(self) -> str:
        """The API key that came along; empty when none did."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else self.headers.get("xi-api-key", "")

    @property
    def keeps_alive(self) -> bool:
        """Whether the client would send another request on this connection."""
        return self.version == "HTTP/1.1" and "close" not in self.headers.get("connection", "").lower()


async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Heard | None:
    """The next request; None when the client has none. Raises a Refusal for what cannot be one."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, version, headers = _parsed_head(head)
        body = _unpacked(headers, await _body(reader, writer, headers))
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise refusal(431, "Request header fields too large") from None
    return Heard(method, target, headers, body, version)


def _parsed_head(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0") or not words[1].startswith("/"):
        raise refusal(400, "Not an HTTP/1.1 request")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise refusal(400, "Malformed header line")
        before = headers.get(name.lower())
        headers[name.lower()] = value.strip() if before is None else f"{before}, {value.strip()}"
    return words[0], words[1], words[2], headers


async def _body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: Mapping[str, str]) -> bytes:
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is None and length is None:
        return b""
    if coding is not None and (coding.lower() != "chunked" or length is not None):
        raise refusal(400, "Only one of Content-Length and Transfer-Encoding: chunked is understood")
    if length is not None and not _LENGTH.fullmatch(length):
        raise refusal(400, "Content-Length is not a number")
    if length is not None and int(length) > MOST_BODY_BYTES:
        raise _too_large()
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return await (_chunks(reader) if length is None else reader.readexactly(int(length)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := await _chunk_size(reader):
        if len(body) + size > MOST_BODY_BYTES:
            raise _too_large()
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise refusal(400, "Malformed chunk")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return bytes(body)


async def _chunk_size(reader: asyncio.StreamReader) -> int:
    found = _CHUNK_SIZE.fullmatch(await reader.readuntil(b"\r\n"))
    if found is None:
        raise refusal(400, "Malformed chunk size")
    return int(found[1], 16)


def _unpacked(headers: Mapping[str, str], body: bytes) -> bytes:
    packing = headers.get("content-encoding", "identity").lower()
    if packing == "identity":
        return body
    if packing != "gzip":
        raise refusal(400, f"Content-Encoding {packing} is not supported; only gzip is")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(body, MOST_BODY_BYTES)
    except zlib.error:
        raise refusal(400, "The body is not valid gzip") from None
    if unpacker.unconsumed_tail:
        raise _too_large()
    if not unpacker.eof:
        raise refusal(400, "The body is not valid gzip")
    return unpacked


def _too_large() -> Refusal:
    return refusal(413, "Request body too large")
