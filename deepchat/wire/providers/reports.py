"""What servers count and charge, read from the many places where they write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deepchat.catalog.fields import table
from deepchat.catalog.prices import usd_to_nano
from deepchat.conversation.events import Finish, Noticed, StreamEvent, UsageReported
from deepchat.conversation.usage import NO_USAGE, Usage

MOST_TOKENS: Final = 100_000_000
"""No answer takes as many; a larger count is nonsense."""

_FINISHES: Final[Mapping[str, Finish]] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "refusal": "content_filter",
}


def finish_of(said: str) -> Finish:
    """What the server's word for stopping means."""
    return _FINISHES.get(said.lower(), "other")


def usage_in(chunk: Mapping[str, object]) -> Mapping[str, object]:
    """The usage of this chunk, wherever it stands."""
    return table(chunk.get("usage")) or table(table(chunk.get("x_groq")).get("usage"))


class UsageKeeper:
    """The counts of one request: the last report holds, but a zero never takes back what was counted."""

    __slots__ = ("_cost", "_usage")

    def __init__(self) -> None:
        self._usage = NO_USAGE
        self._cost: int | None = None

    def take(self, said: Mapping[str, object]) -> list[StreamEvent]:
        """The report to pass on, when this one says something new and sensible."""
        before = (self._usage, self._cost)
        self._take_cost(said)
        counted = _counted(said)
        if counted is None:
            odd = Noticed("the server's count of tokens makes no sense, and was not used")
            return [odd, UsageReported(self._usage, self._cost)] if self._cost != before[1] else [odd]
        self._usage = Usage(
            counted.prompt_tokens or self._usage.prompt_tokens,
            counted.completion_tokens or self._usage.completion_tokens,
            counted.cached_tokens or self._usage.cached_tokens,
            counted.reasoning_tokens or self._usage.reasoning_tokens,
        )
        if (self._usage, self._cost) == before:
            return []
        return [UsageReported(self._usage, self._cost)]

    def _take_cost(self, said: Mapping[str, object]) -> None:
        for name in ("estimated_cost", "cost"):
            nano = usd_to_nano(said.get(name))
            if nano is not None:
                self._cost = nano
                return


def _counted(said: Mapping[str, object]) -> Usage | None:
    """The counts of one report, or None when they can't be true."""
    prompt, completion = count(said, "prompt_tokens"), count(said, "completion_tokens")
    total = count(said, "total_tokens")
    cached = count(table(said.get("prompt_tokens_details")), "cached_tokens")
    reasoning = count(table(said.get("completion_tokens_details")), "reasoning_tokens") or 0
    if prompt is None or completion is None or total is None:
        return None
    # Some servers count thinking beside the completion, others within it.
    if total not in (0, prompt + completion, prompt + completion + reasoning):
        return None
    beside = reasoning if reasoning and total == prompt + completion + reasoning else 0
    return Usage(prompt, completion + beside, min(cached or 0, prompt), reasoning)


def count(said: Mapping[str, object], name: str) -> int | None:
    """A count of tokens; 0 where none is given, None where what is given can't be one."""
    value = said.get(name)
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_TOKENS:
        return None
    return value
