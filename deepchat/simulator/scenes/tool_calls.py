"""Calls of tools, in the pieces in which servers send them and with the faults that models put into them."""

from __future__ import annotations

from deepchat.simulator.scene import Close, Scene, Send
from deepchat.simulator.scenes.building import (
    DONE,
    END,
    GOOD,
    LAST_FRAME,
    MEBIBYTE,
    Act,
    chunk,
    each_word,
    event,
    finish,
    framed,
    ok_stream,
    open_stream,
    say,
    scene,
    streamed,
)
from deepchat.simulator.scenes.words import CUT

TOOL = "calculator"
ARGUMENTS = '{"expression":"6*7"}'
OTHER_ARGUMENTS = '{"expression":"1+1"}'
HUGE_MIB = 10
MANY_CALLS = 100
LENGTH = finish("length") + DONE
CALLS = finish("tool_calls") + DONE

GEMINI = event(
    '{"choices":[{"delta":{"role":"assistant","tool_calls":[{"extra_content":{"google":{"thought_signature":".."}},'
    '"function":{"arguments":"{}","name":"' + TOOL + '"},"id":"call_297140","type":"function"}]},"index":0}]}'
)

Piece = dict[str, object]


def _call(arguments: object = ARGUMENTS, index: int = 0, id_: str = "call_1", name: str = TOOL) -> Piece:
    return {"index": index, "id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def _more(arguments: str, index: int = 0, **function: str) -> Piece:
    """A later piece of a call, which says neither its id nor its type."""
    return {"index": index, "function": {**function, "arguments": arguments}}


def _together(*pieces: Piece) -> bytes:
    return chunk({"tool_calls": list(pieces)})


def _pieces(*pieces: Piece) -> bytes:
    return b"".join(_together(piece) for piece in pieces)


def _then_fox(name: str, about: str, covers: str, events: bytes) -> Scene:
    """The calls, then the answer once their results are there."""
    return scene(f"tool-{name}", about, covers, ok_stream(events, CALLS), GOOD)


def _huge() -> Act:
    before, after = _pieces(_more("~")).split(b"~")
    size = b"%x\r\n" % (len(before) + len(MEBIBYTE) + len(after))
    return (
        open_stream(_pieces(_call('{"expression":"'))),
        *(Send(size + before), Send(MEBIBYTE), Send(after + b"\r\n")) * HUGE_MIB,
        Send(framed(_pieces(_more('"}')) + CALLS) + LAST_FRAME),
        Close(),
    )


WHOLE_CALL = ok_stream(_pieces(_call()), CALLS)
CUT_CALL = ok_stream(_pieces(_call('{"expression":"6')), LENGTH)

IN_PIECES = (
    _then_fox("call", "the arguments letter by letter", "W107", _pieces(_call(""), *map(_more, ARGUMENTS))),
    _then_fox("whole", "Ollama's call in one delta", "Q6 W107", _pieces(_call())),
    _then_fox("after-text", "words first, then a call", "W107", say(CUT) + _pieces(_call())),
    _then_fox("no-id", "no id at all", "W107", _pieces(_more(ARGUMENTS, name=TOOL))),
    _then_fox("same-ids", "two calls with one id", "W107", _together(_call(), _call(OTHER_ARGUMENTS, 1))),
    _then_fox("index-gap", "indices 0 and 5", "W107", _pieces(_call(), _call(OTHER_ARGUMENTS, 5, "call_2"))),
    _then_fox("index-from-one", "the first index is 1", "W107", _pieces(_call(index=1))),
    _then_fox(
        "name-in-pieces",
        "the name in two deltas",
        "W107",
        _pieces(_call("", name=TOOL[:4]), _more(ARGUMENTS, name=TOOL[4:])),
    ),
    _then_fox(
        "interleaved",
        "two calls written by turns",
        "W107",
        _pieces(_call(""), _call("", 1, "call_2"), _more(ARGUMENTS), _more(OTHER_ARGUMENTS, 1)),
    ),
    _then_fox("no-index", "Gemini's call: no index, a signature to send back", "Q39 W107", GEMINI),
    scene("tool-finish-stop", "Gemini's call that ends with `stop`", "Q39", ok_stream(GEMINI, finish(), DONE), GOOD),
    _then_fox(
        "empty-later",
        "an id and a type that turn empty",
        "Q40 W107",
        _pieces(_call(""), {**_more(ARGUMENTS), "id": "", "type": ""}),
    ),
    streamed("tool-calls-null", "`tool_calls` null beside text", "W86", each_word(beside={"tool_calls": None}), END),
    streamed("tool-calls-empty", "`tool_calls` empty beside text", "W86", each_word(beside={"tool_calls": ()}), END),
)

ODD_CALLS = (
    _then_fox("arguments-object", "an object instead of text", "W108", _pieces(_call({"expression": "6*7"}))),
    _then_fox("arguments-broken", "arguments that are no JSON", "W108", _pieces(_call('{"expression":"6*7'))),
    _then_fox("arguments-list", "arguments that are a list", "W108", _pieces(_call('["6*7"]'))),
    _then_fox("arguments-empty", "no arguments", "W108", _pieces(_call(""))),
    _then_fox("unknown", "a tool nobody offered", "W108", _pieces(_call('{"disk":"/"}', name="format_disk"))),
    _then_fox("name-empty", "a call without a name", "W107 W108", _pieces(_call(name=""))),
    scene("tool-arguments-huge", "10 MB of arguments", "W108", _huge(), GOOD),
    _then_fox(
        "hundred",
        "a hundred calls at once",
        "W109",
        _together(*(_call(ARGUMENTS.replace("7", str(n)), n, f"call_{n}") for n in range(MANY_CALLS))),
    ),
    scene("tool-again-and-again", "the same call, every time", "W110", WHOLE_CALL),
)

CUT_CALLS = (
    scene("tool-cut", "the limit is reached inside a call, then the call is whole", "W95", CUT_CALL, WHOLE_CALL, GOOD),
    scene("tool-cut-always", "the limit is reached inside a call, every time", "W95", CUT_CALL),
    scene(
        "tool-broken-off",
        "the connection ends inside a call, then the call is whole",
        "W67 W95",
        (open_stream(_pieces(_call('{"expr'))), Close()),
        WHOLE_CALL,
        GOOD,
    ),
)

SCENES = IN_PIECES + ODD_CALLS + CUT_CALLS
