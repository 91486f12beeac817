"""Server-sent events written in every way the standard allows, and some it does not."""

from __future__ import annotations

from deepchat.simulator.scene import Close, Send, Step, Wait
from deepchat.simulator.scenes.building import (
    DONE,
    END,
    EVENT_STREAM,
    WHOLE,
    Act,
    chunk,
    delta,
    event,
    finish,
    head,
    say,
    scene,
    streamed,
    until_close,
)
from deepchat.simulator.scenes.words import CUT, FOX, REST, WIDE

PACKETS_APART_S = 0.02
LINE_ENDS = (b"\r\n", b"\n", b"\r", b"\r\n", b"\r", b"\n")
SHORT = event({"choices": [{"delta": {"content": FOX}}]}) + END
THREE_LINES = b'data: {"choices":[{"index":0,\ndata: "delta":{"content":"%b"},\ndata:  "finish_reason":null}]}\n\n'
NO_LINE_ENDS = "\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e"
"""Python's splitlines splits at each of these; the standard at none."""
TRAP = ":" + "".join(f'{mark}data: {{"choices":[{{"index":0,"delta":{{"content":"?"}}}}]}}' for mark in NO_LINE_ENDS)


def _mixed(data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"".join(line + LINE_ENDS[n % len(LINE_ENDS)] for n, line in enumerate(lines[:-1])) + lines[-1]


def _packets(*parts: bytes, pause_s: float) -> Act:
    """Each part in its own packet, as far as that can be arranged."""
    steps: list[Step] = [Send(head("200 OK", EVENT_STREAM))]
    for part in parts:
        steps += (Send(part), Wait(pause_s))
    return (*steps, Close())


def _each_byte(data: bytes) -> list[bytes]:
    return [data[n : n + 1] for n in range(len(data))]


def _split_inside_crlf(data: bytes) -> list[bytes]:
    first, *rest = data.split(b"\n")
    return [first + b"\r", *(b"\n" + line + b"\r" for line in rest[:-1]), b"\n"]


LINE_ENDINGS = (
    streamed("bom", "a byte order mark first", "Q23 W51", b"\xef\xbb\xbf" + WHOLE),
    streamed("crlf", "CRLF ends the lines", "Q22 W52", WHOLE.replace(b"\n", b"\r\n")),
    streamed("cr", "CR ends the lines", "Q22 W52", WHOLE.replace(b"\n", b"\r")),
    streamed("line-ends-mixed", "all three line ends by turns", "Q22 W52", _mixed(WHOLE)),
    scene(
        "crlf-split",
        "CR in one packet, LF in the next",
        "Q22 W52",
        _packets(*_split_inside_crlf(SHORT), pause_s=PACKETS_APART_S),
    ),
    streamed("odd-separators", "U+2028 and its kin in the text", "Q25 W55", delta(f"{CUT}{NO_LINE_ENDS}{REST}"), END),
    streamed("odd-separators-raw", "the same, raw, in a comment", "Q25 W55", TRAP.encode(), b"\n\n", WHOLE),
)

SKIPPED = (
    streamed("comments", "OpenRouter's comments", "Q17 W53", b": OPENROUTER PROCESSING\n\n:\n\n", WHOLE, b": ping\n\n"),
    streamed("comments-amid", "comments inside events", "Q17 W53", WHOLE.replace(b"data: {", b": keep-alive\ndata: {")),
    streamed(
        "comment-after-id", "an id, then comments", "Q18 W53", b"id: 1\n" + say(CUT), b": ping\n\n", say(REST), END
    ),
    streamed("empty-data", "events with empty data", "Q19 W53", b"data:\n\n", say(FOX), b"data: \n\n", END),
    streamed("bare-data", "`data` without a colon", "W53", b"data\n\n", say(FOX), b"data\ndata\n\n", END),
    streamed("event-only", "an event's name alone", "W53", b"event: ping\n\n", say(FOX), b"event\n\n", END),
    streamed("id-only", "an id alone", "W53", b"id: 7\n\n", say(FOX), b"id\n\n", b"id: \x00\n\n", END),
    streamed("retry-only", "a retry time alone", "W53", b"retry: 3000\n\n", say(FOX), b"retry: soon\n\n", END),
    streamed("unknown-field", "a field the standard does not know", "W53", b"foo: bar\n\n", say(FOX), END),
    streamed("named-events", "every event has a name", "W53", WHOLE.replace(b"data: {", b"event: message\ndata: {")),
    streamed("blank-lines", "many blank lines", "Q20 W53", b"\n\n\n" + WHOLE.replace(b"\n\n", b"\n\n\n\n")),
)

DATA = (
    streamed("no-space", "`data:` without the blank", "Q21", WHOLE.replace(b"data: ", b"data:")),
    streamed("two-spaces", "`data:` with two blanks", "Q21", WHOLE.replace(b"data: {", b"data:  {")),
    streamed("three-lines", "one event's JSON over three lines", "W54", THREE_LINES % FOX.encode(), END),
    streamed("no-blank-line", "no blank line between two events", "Q28", delta(CUT)[:-1] + delta(REST), END),
    streamed("no-blank-lines", "no blank line anywhere", "Q28", WHOLE.replace(b"\n\n", b"\n"), b"\n"),
)

LETTERS = (
    streamed("wide", "letters beyond ASCII, as they are", "Q24 W56", say(WIDE), END),
    scene(
        "utf-8-split",
        "every byte in its own packet, letters of four bytes among them",
        "Q24 W56",
        _packets(*_each_byte(delta(WIDE) + END), pause_s=0),
    ),
    scene("byte-by-byte", "a byte at a time, slowly", "W76", _packets(*_each_byte(SHORT), pause_s=0.001)),
    streamed(
        "utf-8-broken", "no UTF-8 in the text", "Q27 W57", delta(f"{CUT}~").replace(b"~", b"\xff"), say(REST), END
    ),
    streamed(
        "utf-8-torn", "two thirds of a letter", "Q27 W57", delta(f"{CUT}~").replace(b"~", b"\xe2\x9c"), say(REST), END
    ),
    streamed(
        "utf-8-broken-outside",
        "no UTF-8 in a comment and in a foreign field",
        "W57",
        b": \xff\xfe\n\n",
        chunk({"content": FOX}, vendor="~").replace(b"~", b"\xc3"),
        END,
    ),
)

ENDS = (
    streamed("no-done", "no [DONE] after the finish", "Q13 W65", say(FOX), finish()),
    streamed("done-unterminated", "[DONE] without a line end", "Q14 W70", say(FOX), finish(), DONE.rstrip()),
    streamed("done-one-newline", "[DONE] without its blank line", "Q14 W70", say(FOX), finish(), DONE[:-1]),
    streamed("done-no-finish", "[DONE] without a finish_reason", "W66", say(FOX), DONE),
    streamed("finish-unterminated", "the last event has no line end", "Q15 W70", say(FOX), finish().rstrip()),
    scene(
        "text-unterminated",
        "the last event has text, no line end and no finish_reason",
        "Q15 W70 W67",
        until_close(say(CUT).rstrip(), EVENT_STREAM),
    ),
    streamed("data-after-done", "more after [DONE]", "W68", WHOLE, delta(" And more."), finish("length"), DONE),
    streamed("done-twice", "[DONE] two times", "W68", WHOLE, DONE),
)

SCENES = LINE_ENDINGS + SKIPPED + DATA + LETTERS + ENDS
