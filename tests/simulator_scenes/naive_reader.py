"""A second opinion: what a reader of few lines and much patience hears in the bytes of a scene."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import cast

from deepchat.simulator.scene import Send, Step

MOST_BYTES = 16 * 2**20
_HEAD = re.compile(rb"(?:HTTP/1\.1 1\d\d .*?\r\n\r\n)*HTTP/1\.1 (\d{3}) .*?\r\n(.*?)\r\n\r\n(.*)", re.DOTALL)


def sent(act: tuple[Step, ...]) -> bytes:
    """Everything the act puts on the socket, up to what fits."""
    parts: list[bytes] = []
    size = 0
    for step in act:
        if isinstance(step, Send) and size < MOST_BYTES:
            parts.append(step.data)
            size += len(step.data)
    return b"".join(parts)


def status_of(act: tuple[Step, ...]) -> int:
    """The final status, 0 when none is sent."""
    found = _HEAD.match(sent(act))
    return int(found[1]) if found else 0


def headers_of(act: tuple[Step, ...]) -> dict[str, str]:
    """The headers, their names in small letters."""
    found = _HEAD.match(sent(act))
    lines = found[2].decode("latin-1").split("\r\n") if found else []
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def body_of(act: tuple[Step, ...]) -> bytes:
    """The body without its framing and packing."""
    found, headers = _HEAD.match(sent(act)), headers_of(act)
    raw = found[3] if found else b""
    if "transfer-encoding" in headers:
        raw = b"".join(_chunks(raw))
    if "content-length" in headers:
        raw = raw[: int(headers["content-length"])]
    if headers.get("content-encoding") in ("gzip", "deflate") and not raw.startswith(b"data:"):
        raw = zlib.decompressobj(47).decompress(raw, MOST_BYTES)
    return raw


def text_of(act: tuple[Step, ...]) -> str:
    """The first choice's text, as a user should see it."""
    body = body_of(act).decode("utf-8", "replace").removeprefix("\ufeff").lstrip("\r\n")
    told = "".join(_texts(json.loads(data)) for data in _events(body) if _is_json(data))
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _chunks(raw: bytes) -> Iterator[bytes]:
    while found := re.match(rb"([0-9a-f]{1,8})\r\n", raw):
        size, start = int(found[1], 16), found.end()
        if not size:
            return
        yield raw[start : start + size]
        if raw[start + size : start + size + 2] != b"\r\n":
            return
        raw = raw[start + size + 2 :]


def _events(body: str) -> Iterator[str]:
    if body.startswith("{"):
        yield body
    for block in re.split(r"(?:\r\n|\n|\r){2,}", body):
        lines = [line[5:].strip() for line in re.split(r"\r\n|\n|\r", block) if line.startswith("data:")]
        if "[DONE]" in lines:
            yield from lines[: lines.index("[DONE]")]
            return
        yield from ["\n".join(lines)] if _is_json("\n".join(lines)) else lines


def _is_json(data: str) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _texts(chunk: object) -> str:
    choices = _items(_field(chunk, "choices"))
    first = [choice for choice in choices if not _field(choice, "index")]
    return "".join(_plain(_field(_field(choice, "delta") or _field(choice, "message"), "content")) for choice in first)


def _plain(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = [_field(part, "text") for part in _items(content) if _field(part, "type") == "text"]
    return "".join(part for part in parts if isinstance(part, str))


def _field(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
