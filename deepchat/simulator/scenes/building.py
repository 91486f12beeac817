"""The bytes of an answer, piece by piece: heads, events, frames, and the acts made of them."""

from __future__ import annotations

import json
import re
from functools import cache

from deepchat.simulator.scene import Close, Manners, Reset, Scene, Send, Speak, Step, Wait
from deepchat.simulator.scenes.words import FOX

Act = tuple[Step, ...]

EVENT_STREAM = "Content-Type: text/event-stream"
CHUNKED = "Transfer-Encoding: chunked"
JSON = "Content-Type: application/json"
HTML = "Content-Type: text/html; charset=utf-8"

USAGE: dict[str, object] = {"prompt_tokens": 12, "completion_tokens": 9, "total_tokens": 21}
LAST_FRAME = b"0\r\n\r\n"
MEBIBYTE = b"x" * 2**20
A_MOMENT_S = 0.05

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)

GOOD: Act = (Speak(Manners(text=FOX)),)
"""What follows a fault that heals."""
RESET: Act = (Wait(A_MOMENT_S), Reset())
"""A reset after a moment, for it may overtake what was sent just before."""


def scene(name: str, about: str, covers: str, *acts: Act) -> Scene:
    """A row of a table of scenes; `covers` names its rows with blanks between."""
    return Scene(name, about, acts, tuple(covers.split()))


def pair(name: str, about: str, covers: str, *fault: Step) -> tuple[Scene, Scene]:
    """The fault twice: `NAME-once` heals at the second request, `NAME-always` never does."""
    return (
        scene(f"{name}-once", f"{about}, then a good answer", covers, fault, GOOD),
        scene(f"{name}-always", f"{about}, every time", covers, fault),
    )


def compact(value: object) -> str:
    """JSON without blanks, beyond ASCII as it is."""
    return _ENCODER.encode(value)


def head(line: str, *headers: str) -> bytes:
    """Status line and headers up to the body; the connection ends with the answer."""
    return "\r\n".join((f"HTTP/1.1 {line}", *headers, "Connection: close", "", "")).encode("latin-1")


def framed(data: bytes) -> bytes:
    """One HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(data: object) -> bytes:
    """A server-sent event; text goes out as it is, anything else as JSON."""
    return f"data: {data if isinstance(data, str) else compact(data)}\n\n".encode()


def chunk(delta: object, finish_reason: str | None = None, **top: object) -> bytes:
    """An event with one choice, in the shape DeepInfra documents; `top` are fields beside `choices`."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return event({"id": "chatcmpl-sim", "object": "chat.completion.chunk", "choices": [choice], **top})


@cache
def delta(text: str) -> bytes:
    """An event that adds this text."""
    return chunk({"content": text})


@cache
def say(text: str) -> bytes:
    """The text, one event a word."""
    return b"".join(delta(word) for word in words(text))


def words(text: str) -> list[str]:
    """The text in words, each with the blanks before it."""
    return re.findall(r"\s*\S+|\s+", text)


def each_word(finish_reason: str | None = None, beside: dict[str, object] | None = None, **top: object) -> bytes:
    """The fox, one chunk a word, with these fields `beside` the content of each."""
    return b"".join(chunk({**(beside or {}), "content": word}, finish_reason, **top) for word in words(FOX))


def think(text: str, field: str = "reasoning_content") -> bytes:
    """Reasoning, one event a word."""
    return b"".join(chunk({field: word}) for word in words(text))


def finish(reason: str = "stop", usage: object = USAGE) -> bytes:
    """The last event with a choice; usage stands in it, as at DeepInfra."""
    return chunk({}, reason, usage=usage)


DONE = b"data: [DONE]\n\n"
END = finish() + DONE
WHOLE = say(FOX) + END


def open_stream(*events: bytes, headers: tuple[str, ...] = (EVENT_STREAM,)) -> Send:
    """A stream that has begun and is not over."""
    return Send(head("200 OK", *headers, CHUNKED) + b"".join(map(framed, filter(None, events))))


def ok_stream(*events: bytes, headers: tuple[str, ...] = (EVENT_STREAM,)) -> Act:
    """A stream that HTTP calls complete, whatever its events say."""
    return open_stream(*events, headers=headers), Send(LAST_FRAME), Close()


def streamed(name: str, about: str, covers: str, *events: bytes) -> Scene:
    """A row whose one act is such a stream."""
    return scene(name, about, covers, ok_stream(*events))


def until_close(body: bytes, *headers: str) -> Act:
    """An answer whose end is the end of the connection."""
    return Send(head("200 OK", *headers) + body), Close()


def status(line: str, body: object = b"", *headers: str) -> Act:
    """A whole answer; a body that is not bytes goes out as JSON."""
    raw = body if isinstance(body, bytes) else compact(body).encode()
    kind = () if any(name.startswith("Content-Type:") for name in headers) else (JSON,)
    return Send(head(line, *kind, *headers, f"Content-Length: {len(raw)}") + raw), Close()


def error(
    message: str, kind: str = "invalid_request_error", *, param: str | None = None, code: str | int | None = None
) -> dict[str, object]:
    """OpenAI's error body, in its order."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
