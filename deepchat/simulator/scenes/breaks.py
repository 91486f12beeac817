"""Connections that are torn, end too early, or fall silent."""

from __future__ import annotations

from deepchat.simulator.scene import Close, Hang, Reset, Send, Step, Wait
from deepchat.simulator.scenes.building import (
    END,
    EVENT_STREAM,
    GOOD,
    LAST_FRAME,
    RESET,
    WHOLE,
    chunk,
    delta,
    finish,
    framed,
    ok_stream,
    open_stream,
    pair,
    say,
    scene,
    streamed,
    until_close,
)
from deepchat.simulator.scenes.words import CUT, FOX, REST

PING_EVERY_S = 0.02
A_PAUSE_S = 0.3
PING: tuple[Step, ...] = (Send(framed(b": ping\n\n")), Wait(PING_EVERY_S))
PINGS = PING * 50

HEADERS = open_stream()
FIRST_WORDS = open_stream(say(CUT))
HALF_AN_EVENT = delta(" jumps")[:40]
HALF_A_FRAME = Send(framed(delta(" jumps"))[:40])
ALL_OF_IT: tuple[Step, ...] = (Send(framed(WHOLE) + LAST_FRAME), Close())
REMAINDER: tuple[Step, ...] = (Send(framed(say(REST) + END) + LAST_FRAME), Close())

BEFORE = (
    *pair("close-before-answer", "closed without a word", "W19", Close()),
    *pair("reset-before-headers", "reset without a word", "W19", Reset()),
    *pair("reset-after-headers", "headers, then a reset", "W19 W71", HEADERS, *RESET),
    *pair("reset-after-comment", "headers and a comment, then a reset", "W71", HEADERS, *PING, *RESET),
    scene("stale-connection", "a kept connection, closed at its second request", "W18", GOOD, (Close(),), GOOD),
    scene("silence", "not even headers", "W20", (Hang(),)),
    scene("silence-in-headers", "half the headers", "W20", (Send(b"HTTP/1.1 200 OK\r\nServer: s"), Hang())),
    scene("silence-after-headers", "headers, then nothing", "W73", (HEADERS, Hang())),
    scene("pings-forever", "comments, then nothing", "W75", (HEADERS, *PINGS, Hang())),
    scene("slow-first-token", "the first token takes its time", "Q48 W73", (Wait(A_PAUSE_S), *ok_stream(WHOLE))),
    scene("pings-then-answer", "comments while the prompt is read", "Q17 Q48", (HEADERS, *PING * 9, *ALL_OF_IT)),
)

AMID = (
    scene("reset-mid-answer", "a reset between two events", "W71", (FIRST_WORDS, *RESET)),
    scene("reset-mid-chunk", "a reset inside an event", "W71", (FIRST_WORDS, HALF_A_FRAME, *RESET)),
    scene("close-mid-answer", "closed without the last chunk", "W71", (FIRST_WORDS, Close())),
    scene("close-mid-chunk", "closed inside an event", "W71", (FIRST_WORDS, HALF_A_FRAME, Close())),
    scene("silence-mid-answer", "nothing more comes", "W74", (FIRST_WORDS, Hang())),
    scene("pings-mid-answer", "only comments come", "W75", (FIRST_WORDS, *PINGS, Hang())),
    scene("pause-mid-answer", "a pause, then the rest", "W74", (FIRST_WORDS, Wait(A_PAUSE_S), *REMAINDER)),
)

# as far as HTTP can tell, all is well
ORDERLY = (
    streamed("end-mid-answer", "the stream ends, the answer does not", "Q16 W67", say(CUT)),
    scene("end-until-close", "the end is the connection's", "Q16 W67 W72", until_close(say(CUT), EVENT_STREAM)),
    streamed("end-mid-event", "the last event is torn", "W70", say(CUT), HALF_AN_EVENT),
    scene("end-mid-event-until-close", "the same", "W70 W72", until_close(say(CUT) + HALF_AN_EVENT, EVENT_STREAM)),
    streamed("end-after-role", "a role, then the end", "W67", chunk({"role": "assistant", "content": ""})),
)

AFTER = (
    scene("held-open-after-done", "[DONE], but the connection stays", "W69", (open_stream(WHOLE), Hang())),
    scene("held-open-after-finish", "a finish_reason, then nothing", "W69", (open_stream(say(FOX), finish()), Hang())),
    scene("pings-after-done", "[DONE], then comments", "W69", (open_stream(WHOLE), *PINGS, Hang())),
    scene("reset-after-done", "[DONE], then a reset", "W68", (open_stream(WHOLE), *RESET)),
    scene("reset-after-finish", "a finish_reason, then a reset", "W65", (open_stream(say(FOX), finish()), *RESET)),
)

SCENES = BEFORE + AMID + ORDERLY + AFTER
