"""How an answer is to be made: sampling, length, form and service, with the limits that servers set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

REASONING_EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
SERVICE_TIERS: Final = ("default", "priority", "flex")
MOST_STOPS: Final = 16

_LESS: Final[Mapping[str | None, str]] = {
    None: "low",
    "max": "low",
    "xhigh": "low",
    "high": "low",
    "medium": "low",
    "low": "none",
    "minimal": "none",
}


@dataclass(frozen=True, slots=True)
class JsonObject:
    """Any JSON object."""


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """JSON that fits a schema."""

    name: str
    schema: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Regex:
    """Text that a regular expression matches."""

    pattern: str


ResponseFormat = JsonObject | JsonSchema | Regex


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is None is left to the server."""

    temperature: float | None = None
    """How freely words are chosen: 0 is the likeliest, 2 is wild."""
    top_p: float | None = None
    """Choose among the likeliest words that together have this probability."""
    top_k: int | None = None
    """Choose among so many likeliest words."""
    min_p: float | None = None
    """Leave out words less likely than this share of the likeliest."""
    repetition_penalty: float | None = None
    """Above 1 repeats less, below 1 more."""
    presence_penalty: float | None = None
    """Above 0 leans to new subjects."""
    frequency_penalty: float | None = None
    """Above 0 repeats the same words less."""
    max_tokens: int | None = None
    """The longest answer of one request."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer where they would come."""
    seed: int | None = None
    """The same seed tries to give the same answer."""
    n: int | None = None
    """How many answers to one question."""
    reasoning_effort: str | None = None
    """How long the model thinks first."""
    service_tier: str | None = None
    """`priority` is faster and dearer, `flex` slower and cheaper."""
    prompt_cache_key: str | None = None
    """Requests with the same key share the server's prompt cache."""
    logprobs: bool | None = None
    """Tell how likely each token was."""
    top_logprobs: int | None = None
    """Tell it of so many other tokens at each place."""
    response_format: ResponseFormat | None = None
    """The form the answer must have."""


NOTHING_SET: Final = Parameters()


@dataclass(frozen=True, slots=True)
class Limit:
    """The numbers that a server takes."""

    low: float
    high: float
    above_low: bool = False
    """The lowest number itself is refused."""
    below_high: bool = False
    whole: bool = False
    """Only integers are taken."""

    def admits(self, number: float) -> bool:
        """Whether it lies between them; what is no number lies nowhere."""
        if self.whole and not isinstance(number, int):
            return False
        low_ok = number > self.low if self.above_low else number >= self.low
        high_ok = number < self.high if self.below_high else number <= self.high
        return low_ok and high_ok

    def __str__(self) -> str:
        low = f"above {self.low:,}" if self.above_low else f"{self.low:,}"
        high = f"below {self.high:,}" if self.below_high else f"{self.high:,}"
        return f"{low} to {high}"


LIMITS: Final[Mapping[str, Limit]] = {
    "temperature": Limit(0, 2),
    "top_p": Limit(0, 1, above_low=True),
    "top_k": Limit(0, 1000, below_high=True, whole=True),
    "min_p": Limit(0, 1),
    "repetition_penalty": Limit(0.01, 5),
    "presence_penalty": Limit(-2, 2),
    "frequency_penalty": Limit(-2, 2),
    "max_tokens": Limit(1, 1_000_000, whole=True),
    "top_logprobs": Limit(0, 20, whole=True),
    "seed": Limit(-(2**63), 2**64 - 1, whole=True),
}
"""DeepInfra's own, which others share or widen; max_tokens 0 is taken there but asks for nothing."""


def problems(parameters: Parameters) -> Iterator[str]:
    """What a server would refuse, in words, so that it is never sent."""
    for field in fields(parameters):
        value: object = getattr(parameters, field.name)
        limit = LIMITS.get(field.name)
        if limit is None or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{field.name} is {str(value).lower()[:40]}, but must be a number, {limit}"
        elif not limit.admits(value):
            kind = "a whole number, " if limit.whole and isinstance(value, float) else ""
            yield f"{field.name} is {value:,}, but must be {kind}{limit}"
    yield from _problems_of_words(parameters)


def _problems_of_words(parameters: Parameters) -> Iterator[str]:
    if parameters.n is not None and (type(parameters.n) is not int or parameters.n != 1):
        yield f"n is {parameters.n}, but a conversation goes on from one answer: ask again for another one"
    if len(parameters.stop) > MOST_STOPS:
        yield f"{len(parameters.stop)} stop texts were given, but at most {MOST_STOPS} are taken"
    if "" in parameters.stop:
        yield "a stop text is empty"
    if parameters.reasoning_effort not in (None, *REASONING_EFFORTS):
        yield f"reasoning_effort is {parameters.reasoning_effort!r}, but must be one of {', '.join(REASONING_EFFORTS)}"
    if parameters.service_tier not in (None, *SERVICE_TIERS):
        yield f"service_tier is {parameters.service_tier!r}, but must be one of {', '.join(SERVICE_TIERS)}"


def less_effort(effort: str | None) -> str | None:
    """What to ask a model for that thought until nothing was left for its answer; None when less is not possible."""
    return _LESS.get(effort)
