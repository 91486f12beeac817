"""Ends: what stops an answer that is carried on, and who refuses to; act one is the cut leg, act two what follows."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import (
    DONE,
    RESET,
    error,
    finish,
    ok_stream,
    open_stream,
    say,
    scene,
    status,
    think,
)
from deepchat.simulator.scenes.legs import LAST_LEG, cut, last, then
from deepchat.simulator.scenes.statuses import BUSY, CONTEXT_DEEPINFRA
from deepchat.simulator.scenes.words import TALE, TALE_HEAD, TALE_TAIL, THOUGHT

WINDOW_TOKENS = 32_768
FULL = {"prompt_tokens": WINDOW_TOKENS - 72, "completion_tokens": 72, "total_tokens": WINDOW_TOKENS}
LEGS = 24
MORE_THAN_IT_SEEMS = " This is part {} of a tale that nobody will ever have heard to its end."
BLOCK = "And so the keeper climbed the stairs, lit the lamp, counted the ships, and wrote them down. " * 3
LLAMA_NO_PREFILL = error("Assistant response prefill is incompatible with enable_thinking.", code=400)
ANTHROPIC_NO_PREFILL = error(
    "This model does not support assistant message prefill. The conversation must end with a user message."
)
TRANSFORMERS_NO_PREFILL = error(
    "continue_final_message is set but the final message does not appear in the chat after applying the chat template"
)
NO_ROOM = status("400 Bad Request", CONTEXT_DEEPINFRA)
TOO_BUSY = status("429 Too Many Requests", BUSY)


def _refused(name: str, about: str, body: object) -> Scene:
    """Act three is the rest, for a client that asks in another way."""
    return then(f"refused-{name}", about, "W99", status("400 Bad Request", body), LAST_LEG)


def _nudged(name: str, about: str, rest: str) -> Scene:
    """What a model that refuses the prefill does when it is asked in words."""
    return then(f"nudged-{name}", about, "W97 W98 W99", status("400 Bad Request", ANTHROPIC_NO_PREFILL), last(rest))


ENDS = (
    then("repeats-only", "the last words and nothing new", "W97", *(cut(TALE_HEAD[-60:]),) * LEGS),
    then("empty", "nothing more, and `stop`", "W99", last("")),
    then("blank", "blanks, and `stop`", "W99", last(" \n\n")),
    then("no-progress", "nothing more, and `length`", "W94 W99", *(cut(""),) * LEGS),
    then("thinks-only", "a thought, no text, and `length`", "W94", ok_stream(think(THOUGHT), finish("length"), DONE)),
    then("context-full", "400: no room for the rest", "W22 W96", NO_ROOM),
    then("busy", "429, then the rest", "W31", TOO_BUSY, LAST_LEG),
    then("filtered", "a filter", "W92", ok_stream(say(" many"), finish("content_filter"), DONE)),
    then("breaks", "a reset, then the rest", "W71", (open_stream(say(" many,")), *RESET), last(TALE_TAIL[6:])),
    scene("broken-then-rest", "a reset, then the rest", "W71", (open_stream(say(TALE_HEAD)), *RESET), LAST_LEG),
    scene("window-full", "`length` because the window is full", "W96", cut(TALE_HEAD, FULL), LAST_LEG),
    scene("length-at-once", "`length` and not a word, every time", "W94 W99", cut("")),
    scene("repetition-loop", "the same block again and again, cut, every time", "W93 W97", cut(BLOCK * 4)),
    scene(
        "length-forever",
        "always cut, always something new",
        "W93",
        *(cut(MORE_THAN_IT_SEEMS.format(n)) for n in range(1, LEGS + 1)),
    ),
)

REFUSED = (
    _refused("llama", "llama.cpp refuses the prefill, then the rest", LLAMA_NO_PREFILL),
    _refused("anthropic", "Anthropic refuses the prefill, then the rest", ANTHROPIC_NO_PREFILL),
    _refused("transformers", "a template swallows the prefill, then the rest", TRANSFORMERS_NO_PREFILL),
)

NUDGED = (
    _nudged("overlaps", "refused, then the last words again and the rest", TALE_HEAD[-40:] + TALE_TAIL),
    _nudged("preamble", "refused, then a preamble and the rest", "Sure, continuing:\n\n" + TALE_TAIL.lstrip()),
    _nudged("restarts", "refused, then the whole answer from its beginning", TALE),
)

SCENES = ENDS + REFUSED + NUDGED
