"""What an answer says it used and cost: where it says so, and what cannot be true."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import DONE, USAGE, chunk, each_word, event, finish, say, streamed, words
from deepchat.simulator.scenes.words import FOX

COST_USD = "4.8e-06"
"""What USAGE costs at 0.10 and 0.40 dollars a million, the prices of every `sim/` model."""

ZERO = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
NOTHING_YET = chunk({}, "stop")
USAGE_ALONE = event(
    '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],'
    '"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}'
)
GROQ = event(
    '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],'
    '"x_groq":{"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}}'
)
RUNNING_SUM = b"".join(
    chunk({"content": word}, usage={"prompt_tokens": 12, "completion_tokens": n, "total_tokens": 12 + n})
    for n, word in enumerate(words(FOX), start=1)
)


def _used(name: str, about: str, covers: str, usage: object) -> Scene:
    return streamed(f"usage-{name}", about, covers, say(FOX), finish("stop", usage), DONE)


def _details(name: str, about: str, **figures: object) -> Scene:
    return _used(name, about, "Q9", {**USAGE, **figures})


def _absurd(name: str, about: str, **figures: object) -> Scene:
    return _used(name, about, "W104", {**USAGE, **figures})


def _cost(name: str, about: str, figure: str) -> Scene:
    """The figure is put in as text, for the same number can be written in many ways."""
    last = finish("stop", {**USAGE, "estimated_cost": "~"}).replace(b'"~"', figure.encode())
    return streamed(f"cost-{name}", about, "W105", say(FOX), last, DONE)


PLACES = (
    _used("in-finish", "in the chunk with the finish_reason", "Q9", USAGE),
    streamed("usage-alone", "after the finish, no choices", "Q1 Q12 W85", say(FOX), NOTHING_YET, USAGE_ALONE, DONE),
    streamed("usage-after-done", "only after [DONE]", "W68 W102", say(FOX), NOTHING_YET, DONE, USAGE_ALONE),
    streamed("usage-in-every-chunk", "the sum so far in every chunk", "Q8 W103", RUNNING_SUM, finish(), DONE),
    streamed("usage-twice", "in the finish and after it", "Q12 W103", say(FOX), finish(), chunk({}, usage=USAGE), DONE),
    streamed("usage-under-groq", "under `x_groq`", "Q10", say(FOX), GROQ, DONE),
    streamed("usage-zero-first", "0 until the last chunk", "Q7", each_word(usage=ZERO), finish(), DONE),
    streamed("usage-zero-last", "counts first, 0 at the end", "Q7", RUNNING_SUM, finish("stop", ZERO), DONE),
    _used("zero-only", "0 and nothing else", "Q7 W104", ZERO),
    streamed("usage-missing", "nowhere", "W102", say(FOX), NOTHING_YET, DONE),
    streamed("usage-null", "null in every chunk", "W102", each_word(usage=None), finish("stop", None), DONE),
    _details("details-null", "details that are null", prompt_tokens_details=None, completion_tokens_details=None),
    _details("cached", "some of the prompt was cached", prompt_tokens_details={"cached_tokens": 8}),
    _details("reasoning", "some tokens were thought", completion_tokens_details={"reasoning_tokens": 3}),
    _details("reasoning-apart", "more thought than completion", completion_tokens_details={"reasoning_tokens": 30}),
    streamed("tier-served", "the tier that was served", "Q44", each_word(service_tier="default"), finish(), DONE),
)

ABSURD = (
    _absurd("negative", "a negative count", completion_tokens=-9, total_tokens=3),
    _absurd("string", "counts in quotes", prompt_tokens="12", completion_tokens="nine"),
    _absurd("nan", "counts that are no numbers", completion_tokens=float("nan"), total_tokens=float("inf")),
    _absurd("huge", "more than 10^8 tokens", completion_tokens=2 * 10**8, total_tokens=2 * 10**8 + 12),
    _absurd("total-differs", "a total that is not the sum", total_tokens=9_000),
    _absurd("fraction", "half a token", completion_tokens=9.5, total_tokens=21.5),
    _absurd("true", "counts that are true", prompt_tokens=True, completion_tokens=True, total_tokens=2),
    _absurd("cached-above-prompt", "more cached than asked", prompt_tokens_details={"cached_tokens": 10_000}),
    _used("list", "usage that is a list", "W104", [12, 9, 21]),
    _used("text", "usage that is text", "W104", "21 tokens"),
)

COSTS = (
    streamed("cost-absent", "no cost at all", "W105", say(FOX), finish(), DONE),
    _cost("exponent", "in exponent form, as DeepInfra writes it", COST_USD),
    _cost("decimal", "the same in digits", "0.0000048"),
    _cost("high", "30 % above price times tokens", "6.24e-06"),
    _cost("low", "30 % below price times tokens", "3.36e-06"),
    _cost("zero", "free, it says", "0"),
    _cost("negative", "below zero", "-4.8e-06"),
    _cost("string", "in quotes", '"0.0000048"'),
    _cost("nan", "no number", "NaN"),
    _cost("huge", "more than any wallet holds", "1e300"),
    _cost("null", "null", "null"),
)

SCENES = PLACES + ABSURD + COSTS
