"""More than a client should take: lines, events and archives without a good end."""

from __future__ import annotations

import zlib

from deepchat.simulator.scene import Close, Hang, Send
from deepchat.simulator.scenes.building import (
    END,
    EVENT_STREAM,
    LAST_FRAME,
    MEBIBYTE,
    Act,
    chunk,
    delta,
    framed,
    head,
    open_stream,
    say,
    scene,
)
from deepchat.simulator.scenes.words import CUT, FOX

LONG_MIB = 2
TOO_LONG_MIB = 10
BOMB_MIB = 80
BATCH = 100

OPENING, CLOSING = delta("~").split(b"~")
FOX_OPENING, FOX_CLOSING = chunk({"content": FOX, "image": "~"}).split(b"~")
COMMENT_QUARTER_MIB = (b": " + b"." * 1021 + b"\n") * 256
UNTIL_CLOSE = Send(head("200 OK", EVENT_STREAM))


def _megabytes(count: int, before: bytes, after: bytes) -> Act:
    """Events that say the first words, then one line so many megabytes long."""
    return UNTIL_CLOSE, Send(say(CUT) + before), *(Send(MEBIBYTE),) * count, Send(after)


def _bomb(first: bytes) -> Act:
    """A quarter of a MiB packed once and sent 320 times: full flushes make each piece stand alone."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    header = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(COMMENT_QUARTER_MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return Send(header), *(Send(piece),) * (BOMB_MIB * 4), Close()


def _repeated(word: str, batches: int) -> tuple[Send, ...]:
    return (Send(framed(delta(word)) * BATCH),) * batches


SCENES = (
    scene(
        "long-line",
        "an event with 2 MB of something foreign in it",
        "Q29",
        (
            UNTIL_CLOSE,
            Send(FOX_OPENING),
            *(Send(MEBIBYTE),) * LONG_MIB,
            Send(FOX_CLOSING + END),
            Close(),
        ),
    ),
    scene("line-of-10-mb", "one line of 10 MB", "W77", (*_megabytes(TOO_LONG_MIB, OPENING, CLOSING + END), Close())),
    scene("line-without-end", "a line that never ends", "W78", (*_megabytes(TOO_LONG_MIB, OPENING, b""), Hang())),
    scene("comment-without-end", "a comment that never ends", "W78", (*_megabytes(TOO_LONG_MIB, b": ", b""), Hang())),
    scene(
        "event-without-end",
        "short lines of one event that never ends",
        "W77 W78",
        (UNTIL_CLOSE, Send(say(CUT)), *(Send(b"data: " + b"x" * 1017 + b"\n"),) * (TOO_LONG_MIB * 1024), Hang()),
    ),
    scene(
        "many-chunks",
        "20,000 words, each in its own event and chunk",
        "W79",
        (open_stream(), *_repeated("word ", 200), Send(framed(END) + LAST_FRAME), Close()),
    ),
    scene(
        "ignores-max-tokens",
        "a million words, whatever was asked",
        "W118",
        (open_stream(), *_repeated("more ", 10_000), Hang()),
    ),
    scene(
        "gzip-bomb",
        "a small gzip stream that holds 80 MB of comments",
        "W80",
        (Send(head("200 OK", EVENT_STREAM, "Content-Encoding: gzip")), *_bomb(say(CUT))),
    ),
    scene(
        "gzip-bomb-error",
        "an error body that holds 80 MB",
        "W80 W41",
        (Send(head("400 Bad Request", "Content-Type: text/plain", "Content-Encoding: gzip")), *_bomb(b"no ")),
    ),
)
