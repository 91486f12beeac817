"""What may be wrong around the events: their label, their encoding, their length, or the whole kind of body."""

from __future__ import annotations

import zlib

from deepchat.simulator.scene import Close, Scene, Send
from deepchat.simulator.scenes.building import (
    CHUNKED,
    DONE,
    END,
    EVENT_STREAM,
    HTML,
    JSON,
    LAST_FRAME,
    MEBIBYTE,
    USAGE,
    WHOLE,
    Act,
    compact,
    delta,
    error,
    framed,
    head,
    ok_stream,
    open_stream,
    pair,
    say,
    scene,
    status,
    streamed,
    until_close,
)
from deepchat.simulator.scenes.words import CUT, FOX, THOUGHT, WIDE

GZIP_BITS = 31
DEFLATE_BITS = 15
BROTLI_HI = bytes.fromhex("8b0180") + b"hi" + b"\x03"
ZSTD_DATA = bytes.fromhex("28b52ffd2004210000") + b"data"
PAGE = b"<!DOCTYPE html><html><head><title>Welcome to the hotel</title></head><body>Accept our terms</body></html>"
NEXT = delta(" jumps")


def _completion(**message: object) -> dict[str, object]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return {"id": "chatcmpl-sim", "object": "chat.completion", "created": 0, "choices": [choice], "usage": USAGE}


COMPLETION = _completion(content=FOX, name=None, tool_calls=None)
COMPLETION_BYTES = compact(COMPLETION).encode()


def _ok(body: object, *headers: str) -> Act:
    return status("200 OK", body, *headers)


def _labelled(name: str, about: str, covers: str, *headers: str) -> Scene:
    return scene(name, about, covers, ok_stream(say(WIDE), END, headers=headers))


def _packed(window_bits: int, *events: bytes) -> bytes:
    """Each event flushed, as a server that streams must."""
    packer = zlib.compressobj(6, zlib.DEFLATED, window_bits)
    body = b"".join(packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) for data in events)
    return body + packer.flush()


def _encoded(encoding: str, body: bytes) -> Act:
    return until_close(body, EVENT_STREAM, f"Content-Encoding: {encoding}")


def _sized(length: int, body: bytes) -> Act:
    return until_close(body, EVENT_STREAM, f"Content-Length: {length}")


def _misframed(name: str, about: str, after: bytes) -> Scene:
    return scene(f"chunk-size-{name}", about, "W82", (open_stream(say(CUT)), Send(after), Close()))


def _headed(name: str, about: str, *filler: bytes) -> Scene:
    """A good answer behind these header lines."""
    line, _, others = head("200 OK", EVENT_STREAM, CHUNKED).partition(b"\r\n")
    lines = (Send(line + b"\r\n"), *map(Send, filler), Send(others + framed(WHOLE) + LAST_FRAME))
    return scene(name, about, "W83", (*lines, Close()))


LABELS = (
    _labelled("type-missing", "no content type", "W49"),
    _labelled("type-odd-case", "Text/Event-Stream", "W49", "Content-Type: Text/Event-Stream;Charset=UTF-8"),
    _labelled("type-small-header", "a header in small letters", "W49", "content-type:text/event-stream"),
    _labelled("charset-missing", "letters beyond ASCII, no charset said", "Q26 W50", EVENT_STREAM),
    _labelled("charset-latin-1", "UTF-8 called latin-1", "Q26 W50", f"{EVENT_STREAM}; charset=ISO-8859-1"),
    _labelled("charset-utf-16", "UTF-8 called utf-16", "W50", f"{EVENT_STREAM}; charset=utf-16"),
    _labelled("charset-unknown", "a charset that does not exist", "W50", f"{EVENT_STREAM}; charset=x-klingon"),
)

KINDS = (
    *pair("empty-body", "200 with nothing in it", "W45", *ok_stream()),
    *pair("empty-stream", "a stream of one comment", "W45", *ok_stream(b": hello\n\n")),
    *pair("only-done", "a stream of [DONE] alone", "W45 W66", *ok_stream(DONE)),
    scene("html-instead", "a portal's page with status 200", "Q47 W13 W46", _ok(PAGE, HTML)),
    scene("html-untyped", "a page without a content type", "Q47 W46", until_close(b"\n " + PAGE)),
    streamed("html-as-stream", "a page that calls itself a stream", "Q47 W46", PAGE),
    scene("json-instead", "a whole completion, though a stream was asked for", "Q46 W47", _ok(COMPLETION)),
    scene("json-untyped", "the same without a content type", "Q46 W47", until_close(COMPLETION_BYTES)),
    streamed("json-as-stream", "the same, called a stream", "Q46 W47", COMPLETION_BYTES),
    scene("json-after-blanks", "blank lines, then JSON", "Q20 W47", until_close(b"\n\n\n" + COMPLETION_BYTES, JSON)),
    scene("json-thinks", "with reasoning", "Q46 W47", _ok(_completion(content=FOX, reasoning_content=THOUGHT))),
    scene("json-no-choices", "a completion without choices", "Q46 W47", _ok({**COMPLETION, "choices": []})),
    scene("json-torn", "a completion that is torn", "Q46 W47", until_close(COMPLETION_BYTES[:150], JSON)),
    scene("json-error", "an error object with status 200", "Q46 W48", _ok(error("upstream said no", code=429))),
    streamed(
        "json-error-as-stream", "the same, called a stream", "Q35 W48", compact(error("upstream said no")).encode()
    ),
)

ENCODINGS = (
    scene("gzip", "a gzip stream", "Q49", _encoded("gzip", _packed(GZIP_BITS, say(FOX), END))),
    scene("deflate", "a deflate stream", "Q49", _encoded("deflate", _packed(DEFLATE_BITS, say(FOX), END))),
    scene("gzip-torn", "gzip, cut off", "Q49 W72", _encoded("gzip", _packed(GZIP_BITS, say(CUT), END)[:-40])),
    scene("gzip-broken", "called gzip, but is not", "Q49", _encoded("gzip", WHOLE)),
    scene("identity", "an encoding that changes nothing", "Q49", _encoded("identity", WHOLE)),
    *pair("brotli", "brotli, which nobody asked for", "Q49 W81", *_encoded("br", BROTLI_HI)),
    *pair("zstd", "zstd, which nobody asked for", "Q49 W81", *_encoded("zstd", ZSTD_DATA)),
)

LENGTHS = (
    scene("length-too-short", "Content-Length ends inside the answer", "W82", _sized(len(say(CUT)) + 9, WHOLE)),
    scene("length-too-long", "Content-Length promises more than comes", "W82", _sized(10_000, say(CUT))),
    scene("length-exact", "a stream with the right Content-Length", "W82", _sized(len(WHOLE), WHOLE)),
    _misframed("bad", "a chunk size that is no number", b"zz\r\n" + NEXT + b"\r\n"),
    _misframed("huge", "a chunk larger than the world", b"f" * 40 + b"\r\n" + NEXT),
    _misframed("negative", "a chunk size below zero", b"-5\r\n" + NEXT),
    _misframed("wrong", "a chunk longer than it says", b"5\r\n" + NEXT + b"\r\n" + LAST_FRAME),
    _headed("many-headers", "a thousand short headers", b"X-Filler: 1\r\n" * 1000),
    _headed(
        "huge-headers", "ten thousand headers, a megabyte in all", *(b"X-Filler: %b\r\n" % (b"1" * 93) * 1000,) * 10
    ),
    _headed("huge-header", "one header of ten megabytes", b"X-Filler: ", *(MEBIBYTE,) * 10, b"\r\n"),
    scene("not-http", "an answer in another protocol", "W83", (Send(b"220 mail.example ESMTP ready\r\n"), Close())),
    scene("headers-torn", "closed inside the headers", "W19", (Send(b"HTTP/1.1 200 OK\r\nContent-Ty"), Close())),
)

SCENES = LABELS + KINDS + ENCODINGS + LENGTHS
