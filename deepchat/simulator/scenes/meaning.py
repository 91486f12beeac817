"""Whole answers whose chunks are shaped as other servers shape them, or as nobody should."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import DONE, END, chunk, delta, each_word, event, finish, say, streamed, words
from deepchat.simulator.scenes.words import CONTROLS, CUT, FOX, OTHER_MODEL, REST

DEEP = 100_000
DIGITS = 5_000

AZURE_FIRST = event(
    '{"id":"","choices":[],"created":0,"model":"","object":"",'
    '"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}'
)
AZURE_ASYNC_FILTER = event(
    '{"choices":[{"finish_reason":null,"index":0,"content_filter_results":{},'
    '"content_filter_offsets":{"check_offset":4522}}]}'
)
LLAMA_FIRST = event('{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}')
MINIMAX_FIRST = event('{"choices":[{"index":0,"delta":{"role":"","reasoning_content":""}}]}')
SECOND_FIRST = event('{"choices":[{"index":1,"delta":{"content":"Another"}},{"index":0,"delta":{"content":"The"}}]}')
LENGTH_FINISH = event('{"choices":[{"index":0,"delta":{"content":" end"},"finish_reason":"length"}]}')
HALF_A_LETTER = event(r'{"choices":[{"index":0,"delta":{"content":" \ud83e"}}]}')
OTHER_HALF = event(r'{"choices":[{"index":0,"delta":{"content":"\udd8a"}}]}')
KEYS_TWICE = '{"id":"a","id":"b","choices":[],"choices":[{"index":9,"index":0,"delta":{"content":"%s"}}]}'
PARTS = [{"type": "text", "text": CUT}, {"type": "text", "text": " jumps"}]
MORE_PARTS = [{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": REST.removeprefix(" jumps")}]
EXTRA_FIELDS = event(
    {
        "choices": [{"index": 0, "delta": {"content": FOX, "refusal": None}, "stop_reason": None}],
        "timings": {"cache_n": 0, "predicted_per_second": 41.9},
        "__verbose": {"content": "not the answer", "prompt": "secret"},
        "provider": "Fireworks",
        "metrics": None,
    }
)


def _among(name: str, about: str, covers: str, *odd: bytes) -> Scene:
    """The words with something odd before, between and after them."""
    return streamed(name, about, covers, *odd, say(CUT), *odd, say(REST), *odd, END)


def _between(name: str, about: str, covers: str, *odd: bytes) -> Scene:
    return streamed(name, about, covers, say(CUT), *odd, say(REST), END)


def _ends(name: str, reason: str, covers: str = "Q43") -> Scene:
    return streamed(f"finish-{name}", f"finish_reason `{reason}`", covers, say(FOX), finish(reason), DONE)


def _second(content: str, finish_reason: str | None = None) -> bytes:
    return event({"choices": [{"index": 1, "delta": {"content": content}, "finish_reason": finish_reason}]})


def _by_turns() -> bytes:
    """llama.cpp's order: the second choice may speak first."""
    pairs = zip(words("Some other words, as many as the fox has."), words(FOX), strict=True)
    return b"".join(_second(other) + delta(word) for other, word in pairs)


def _ever_new_ids() -> bytes:
    return b"".join(
        event({"id": f"c{n}", "created": n, "choices": [{"index": 0, "delta": {"content": word}}]})
        for n, word in enumerate(words(FOX))
    )


SHAPES = (
    streamed("choices-empty-first", "Azure's first chunk without a choice", "Q2 W85", AZURE_FIRST, say(FOX), END),
    _among("choices-empty", "chunks without a choice", "W85", event('{"choices":[]}')),
    _among("choices-missing", "chunks without `choices`", "W85", event('{"id":"x","object":"heartbeat"}')),
    _among("choices-null", "chunks with `choices` null", "W85", event('{"choices":null}')),
    _among(
        "choices-odd", "choices that are no objects", "W85", event('{"choices":[null]}'), event('{"choices":["a"]}')
    ),
    _among("delta-missing", "Azure's filter: a choice without a delta", "Q3 W86", AZURE_ASYNC_FILTER),
    _among("delta-null", "a choice whose delta is null", "W86", event('{"choices":[{"index":0,"delta":null}]}')),
    streamed("content-null", "llama.cpp's first delta", "Q4 W86", LLAMA_FIRST, say(FOX), END),
    _among("content-number", "content that is a number", "W86", chunk({"content": 42})),
    _among("content-object", "content that is an object", "W86", chunk({"content": {"a": "b"}})),
    streamed(
        "content-parts", "content in parts", "W86", chunk({"content": PARTS}), chunk({"content": MORE_PARTS}), END
    ),
    streamed("role-empty", "MiniMax's empty role", "Q5 W88", MINIMAX_FIRST, say(FOX), END),
    streamed(
        "role-repeated",
        "Ollama's role in every delta",
        "Q6 W88",
        each_word(beside={"role": "assistant"}, system_fingerprint="fp_ollama"),
        END,
    ),
    streamed("role-user", "deltas said to be the user's", "W88", each_word(beside={"role": "user"}), END),
    streamed("no-index", "no index, no id", "W87 W101", say(CUT).replace(b'"index":0,', b""), say(REST), END),
    streamed("two-choices", "two choices by turns", "Q50 W87", _by_turns(), _second("", "stop"), END),
    streamed("two-choices-in-one", "two in one chunk", "Q50 W87", SECOND_FIRST, say(FOX.removeprefix("The")), END),
    streamed("second-choice-cut", "only the second is cut", "Q50 W87", say(FOX), _second(" and", "length"), END),
    streamed("ids-change", "another id and time in every chunk", "W101", _ever_new_ids(), END),
    streamed("created-float", "`created` with a fraction", "Q45 W101", each_word(created=1718308800.27), END),
    streamed("model-differs", "another model answers", "W100", each_word(model=OTHER_MODEL), END),
    streamed("extra-fields", "fields of llama.cpp, vLLM and gateways", "Q44 W106", EXTRA_FIELDS, END),
    streamed("duplicate-keys", "keys said twice", "W106", event(KEYS_TWICE % FOX), END),
)

ODD_DATA = (
    _among("data-list", "data that is a list", "W61", event('["The"]')),
    _among("data-string", "data that is a string", "W61", event('"The"')),
    _among("data-number", "data that is a number", "W61", event("42")),
    _among("data-null", "data that is null", "W61", event("null")),
    _among("data-true", "data that is true", "W61", event("true")),
    _among("json-nan", "NaN and Infinity in the JSON", "W62", event('{"choices":[],"x":NaN,"y":-Infinity}')),
    _among("json-long-int", "5,000 digits", "W62", event('{"choices":[],"created":' + "9" * DIGITS + "}")),
    _between("json-deep", "JSON nested 100,000 deep", "W62", event("[" * DEEP + "]" * DEEP)),
    _between("json-deep-torn", "objects nested 100,000 deep and never closed", "W62", event('{"a":' * DEEP)),
    _between("truncated-event", "one torn event without text", "W60", event('{"id":"c","usa')),
    _between("truncated-events", "five torn events", "W60", event('{"id":"c","usa') * 5),
    streamed(
        "truncated-text",
        "a torn event with a word in it",
        "W60",
        say(CUT),
        delta(" jumps")[:-20] + b"\n\n",
        say(REST.removeprefix(" jumps")),
        END,
    ),
)

TEXT = (
    streamed(
        "surrogates-split",
        "a letter in two halves, each in its own delta",
        "W58",
        say("The quick brown"),
        HALF_A_LETTER,
        OTHER_HALF,
        say(" jumps over the lazy 犬 — voilà."),
        END,
    ),
    _between("surrogate-alone", "half a letter", "W58", HALF_A_LETTER),
    streamed("controls", "NUL, ESC, C1 and a bidi mark in the text", "W59", chunk({"content": CONTROLS}), END),
)

ENDS = (
    streamed("text-in-finish", "the finish has text", "Q11", say(CUT), chunk({"content": REST}, "stop"), DONE),
    streamed("text-in-length", "vLLM's finish by length has text", "Q11", say(CUT), LENGTH_FINISH, DONE),
    _ends("upper-stop", "STOP"),
    _ends("upper-max-tokens", "MAX_TOKENS"),
    _ends("eos", "eos"),
    _ends("end-turn", "end_turn"),
    _ends("max-tokens", "max_tokens"),
    _ends("window-exceeded", "model_context_window_exceeded"),
    _ends("unknown", "gave_up", "W90"),
    streamed("finish-in-every-chunk", "finish_reason `stop` in every chunk", "W91", each_word("stop"), DONE),
    streamed("finish-empty", "finish_reason empty until the end", "W91", each_word(""), END),
    streamed("finish-twice", "the finish told two times", "W91", say(FOX), finish(), finish(), DONE),
    streamed("text-after-finish", "text after the finish_reason", "W91", say(CUT), finish(), say(REST), DONE),
    streamed("filtered", "stopped by a filter", "W92", say(CUT), finish("content_filter"), DONE),
)

SCENES = SHAPES + ODD_DATA + TEXT + ENDS
