"""Answers that are cut, and what goes wrong when they are carried on: act one is the cut leg, act two what follows."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import (
    DONE,
    END,
    RESET,
    USAGE,
    Act,
    chunk,
    error,
    finish,
    ok_stream,
    open_stream,
    say,
    scene,
    status,
    think,
)
from deepchat.simulator.scenes.statuses import BUSY, CONTEXT_DEEPINFRA
from deepchat.simulator.scenes.words import OTHER_MODEL, TALE, TALE_HEAD, TALE_TAIL, THOUGHT

WINDOW_TOKENS = 32_768
FULL = {"prompt_tokens": WINDOW_TOKENS - 72, "completion_tokens": 72, "total_tokens": WINDOW_TOKENS}
LEGS = 24
MORE_THAN_IT_SEEMS = " This is part {} of a tale that nobody will ever have heard to its end."
MIDDLE_OF_A_WORD = TALE.index("nted the ships")
LAST_LINE = TALE_HEAD.rpartition("\n")[2]
BLOCK = "And so the keeper climbed the stairs, lit the lamp, counted the ships, and wrote them down. " * 3
CODE_HEAD = "Here it is:\n\n```python\ndef add(a, b):\n"
CODE_TAIL = "    return a + b\n```\n"

LLAMA_NO_PREFILL = error("Assistant response prefill is incompatible with enable_thinking.", code=400)
ANTHROPIC_NO_PREFILL = error(
    "This model does not support assistant message prefill. The conversation must end with a user message."
)
TRANSFORMERS_NO_PREFILL = error(
    "continue_final_message is set but the final message does not appear in the chat after applying the chat template"
)


def _cut(text: str, usage: object = USAGE) -> Act:
    return ok_stream(say(text), finish("length", usage), DONE)


def _last(text: str) -> Act:
    return ok_stream(say(text), END)


CUT_LEG = _cut(TALE_HEAD)
LAST_LEG = _last(TALE_TAIL)
NO_ROOM = status("400 Bad Request", CONTEXT_DEEPINFRA)
TOO_BUSY = status("429 Too Many Requests", BUSY)


def _then(name: str, about: str, covers: str, *acts: Act) -> Scene:
    """The cut leg, then these."""
    return scene(f"continued-{name}", about, covers, CUT_LEG, *acts)


def _refused(name: str, about: str, body: object) -> Scene:
    """Act three is the rest, for a client that asks in another way."""
    return _then(f"refused-{name}", about, "W99", status("400 Bad Request", body), LAST_LEG)


def _cut_at(name: str, about: str, covers: str, first: str, second: str) -> Scene:
    return scene(f"continued-{name}", about, covers, _cut(first), _last(second))


SEAMS = (
    _then("exactly", "the rest and nothing else", "W93", LAST_LEG),
    _cut_at("mid-word", "cut inside a word", "W93", TALE[:MIDDLE_OF_A_WORD], TALE[MIDDLE_OF_A_WORD:]),
    _cut_at("blank-doubled", "a blank before the seam and after it", "W97", TALE_HEAD + " ", TALE_TAIL),
    _cut_at("half-letter", "the first leg ends with U+FFFD", "W57 W93", TALE_HEAD + " 犬\ufffd", "," + TALE_TAIL),
    _then("overlaps-words", "the last words again, then the rest", "W97", _last(TALE_HEAD[-40:] + TALE_TAIL)),
    _then("overlaps-line", "the last line again, then the rest", "W97", _last(LAST_LINE + TALE_TAIL)),
    _then("restarts", "the whole answer from its beginning", "W97", _last(TALE)),
    _then("repeats-only", "the last words and nothing new", "W97", *(_cut(TALE_HEAD[-60:]),) * LEGS),
    _then(
        "preamble", "`Sure, continuing:` before the rest", "W98", _last("Sure, continuing:\n\n" + TALE_TAIL.lstrip())
    ),
    _then("preamble-mark", "`[continued]` before the rest", "W98", _last("[continued]" + TALE_TAIL)),
    _then("preamble-think", "an empty <think> block", "W98", _last("<think>\n\n</think>\n\n" + TALE_TAIL)),
    _then("thinks-again", "a thought before the rest", "W89", ok_stream(think(THOUGHT), say(TALE_TAIL), END)),
    _then("by-another", "another model", "W100", ok_stream(chunk({"content": TALE_TAIL}, model=OTHER_MODEL), END)),
    _cut_at("fence-reopened", "the code fence is opened again", "W98", CODE_HEAD, "```python\n" + CODE_TAIL),
    _cut_at("fence-closed", "the code fence is closed at once", "W98", CODE_HEAD, "```\n\nThat is all."),
    _cut_at("json-anew", "JSON begins anew", "W97", '{"fox":"quick","dog":', '{"fox":"quick","dog":"lazy"}'),
)

ENDS = (
    _then("empty", "nothing more, and `stop`", "W99", _last("")),
    _then("blank", "blanks, and `stop`", "W99", _last(" \n\n")),
    _then("no-progress", "nothing more, and `length`", "W94 W99", *(_cut(""),) * LEGS),
    _then("thinks-only", "a thought, no text, and `length`", "W94", ok_stream(think(THOUGHT), finish("length"), DONE)),
    _then("context-full", "400: no room for the rest", "W22 W96", NO_ROOM),
    _then("busy", "429, then the rest", "W31", TOO_BUSY, LAST_LEG),
    _then("filtered", "a filter", "W92", ok_stream(say(" many"), finish("content_filter"), DONE)),
    _then("breaks", "a reset, then the rest", "W71", (open_stream(say(" many,")), *RESET), _last(TALE_TAIL[6:])),
    scene("broken-then-rest", "a reset, then the rest", "W71", (open_stream(say(TALE_HEAD)), *RESET), LAST_LEG),
    scene("window-full", "`length` because the window is full", "W96", _cut(TALE_HEAD, FULL), LAST_LEG),
    scene("length-at-once", "`length` and not a word, every time", "W94 W99", _cut("")),
    scene("repetition-loop", "the same block again and again, cut, every time", "W93 W97", _cut(BLOCK * 4)),
    scene(
        "length-forever",
        "always cut, always something new",
        "W93",
        *(_cut(MORE_THAN_IT_SEEMS.format(n)) for n in range(1, LEGS + 1)),
    ),
)

REFUSED = (
    _refused("llama", "llama.cpp refuses the prefill, then the rest", LLAMA_NO_PREFILL),
    _refused("anthropic", "Anthropic refuses the prefill, then the rest", ANTHROPIC_NO_PREFILL),
    _refused("transformers", "a template swallows the prefill, then the rest", TRANSFORMERS_NO_PREFILL),
)

SCENES = SEAMS + ENDS + REFUSED
