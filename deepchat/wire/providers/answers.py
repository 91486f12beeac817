"""Reads answers in OpenAI's dialect with every server's habits: deltas, whole messages, usage here and there."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Final, cast

from deepchat.catalog.fields import items, table
from deepchat.conversation.events import (
    Finished,
    LogprobsReported,
    Noticed,
    ReasoningDelta,
    Served,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
)
from deepchat.errors import AnswerFailed
from deepchat.wire.providers.base import AnswerReader
from deepchat.wire.providers.reports import UsageKeeper, finish_of, usage_in
from deepchat.wire.providers.words import Echo, Joiner, ThinkTags

MOST_TOOL_CALLS: Final = 128


class DialectReader(AnswerReader):
    """What chat and plain completion answers have in common: choices, usage, who served it, why it ended."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._usage = UsageKeeper()
        self._served = Served()
        self._joiner = Joiner()
        self._others_noticed = False

    def _read_object(self, chunk: Mapping[str, object]) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        for choice in items(chunk.get("choices")):
            self._read_choice(table(choice), events)
        self._read_served(chunk, events)
        if "usage" in chunk or "x_groq" in chunk:
            events.extend(self._usage.take(usage_in(chunk)))
        return events

    def _read_choice(self, choice: Mapping[str, object], events: list[StreamEvent]) -> None:
        if choice.get("index", 0) not in (0, None):
            if not self._others_noticed:
                self._others_noticed = True
                events.append(Noticed("the server sent more than one answer; the first is shown"))
            return
        self._answered = True
        self._read_words(choice, events)
        if choice.get("logprobs"):
            events.append(LogprobsReported(json.dumps(choice["logprobs"])))
        said = choice.get("finish_reason")
        if isinstance(said, str) and said and not self.finished:
            if said == "error":
                raise AnswerFailed("the server broke off with an error", "what came is kept; ask it to go on")
            self.finished = True
            events.append(Finished(finish_of(said), said))

    @abstractmethod
    def _read_words(self, choice: Mapping[str, object], events: list[StreamEvent]) -> None:
        """What this piece of the answer adds to it."""

    def _read_served(self, chunk: Mapping[str, object], events: list[StreamEvent]) -> None:
        model, tier = chunk.get("model"), chunk.get("service_tier")
        model = model if isinstance(model, str) and model else self._served.model
        tier = tier if isinstance(tier, str) and tier else self._served.tier
        if model != self._served.model or tier != self._served.tier:
            self._served = Served(model, tier)
            events.append(self._served)


class CompletionReader(DialectReader):
    """A plain completion: `choices[0].text`, with the prompt before it when it is to be echoed."""

    def __init__(self, model: str, echoed: str = "") -> None:
        super().__init__(model)
        self._echo = Echo(echoed)
        self._echo_noticed = False

    def _read_words(self, choice: Mapping[str, object], events: list[StreamEvent]) -> None:
        text = choice.get("text")
        if isinstance(text, str) and text:
            self._say(self._echo.feed(self._joiner.feed(text)), events)

    def _flush(self) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        self._say(self._echo.feed(self._joiner.end()) + self._echo.end(), events)
        return events

    def _say(self, text: str, events: list[StreamEvent]) -> None:
        if self._echo.was_missing and not self._echo_noticed:
            self._echo_noticed = True
            events.append(Noticed("the server did not echo the prompt, so it was put in front here"))
        if text:
            events.append(TextDelta(text))


class ChatReader(DialectReader):
    """A chat answer: words, thinking in its many places, and calls to tools."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._thoughts = Joiner()
        self._tags = ThinkTags()
        self._calls: list[str] = []

    def _read_words(self, choice: Mapping[str, object], events: list[StreamEvent]) -> None:
        delta = table(choice.get("delta")) or table(choice.get("message"))
        if not delta:
            return
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(thought, str) and (thought := self._thoughts.feed(thought)):
            events.append(ReasoningDelta(thought))
        content = delta.get("content")
        if isinstance(content, str):
            events.extend(self._tags.feed(self._joiner.feed(content)))
        elif isinstance(content, list):
            self._read_parts(cast("list[object]", content), events)
        for call in items(delta.get("tool_calls")):
            self._read_call(table(call), events)

    def _read_parts(self, parts: list[object], events: list[StreamEvent]) -> None:
        """Mistral's content: a list of text and thinking parts."""
        for part in map(table, parts):
            if isinstance(text := part.get("text"), str):
                events.extend(self._tags.feed(self._joiner.feed(text)))
            thinking = part.get("thinking")
            if isinstance(thinking, str):
                thinking = [{"text": thinking}]
            if isinstance(thinking, list):
                thoughts = [table(piece).get("text") for piece in cast("list[object]", thinking)]
                whole = "".join(thought for thought in thoughts if isinstance(thought, str))
                events.extend([ReasoningDelta(self._thoughts.feed(whole))] if whole else [])

    def _read_call(self, call: Mapping[str, object], events: list[StreamEvent]) -> None:
        function = table(call.get("function"))
        if not call or (index := self._index_of(call)) >= MOST_TOOL_CALLS:
            return
        call_id, name, arguments = call.get("id"), function.get("name"), function.get("arguments")
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments)
        events.append(
            ToolCallDelta(
                index,
                call_id if isinstance(call_id, str) else "",
                name if isinstance(name, str) else "",
                self._joiner.feed(arguments) if isinstance(arguments, str) else "",
            )
        )

    def _index_of(self, call: Mapping[str, object]) -> int:
        """Which call a piece belongs to: by its index, else by its id, else the last one that was begun."""
        index, call_id = call.get("index"), call.get("id")
        known = call_id if isinstance(call_id, str) else ""
        if isinstance(index, int) and not isinstance(index, bool) and index >= 0:
            return index
        if known and known in self._calls:
            return self._calls.index(known)
        if known or not self._calls:
            self._calls.append(known)
        return len(self._calls) - 1

    def _flush(self) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        if thought := self._thoughts.end():
            events.append(ReasoningDelta(thought))
        if half := self._joiner.end():
            events.extend(self._tags.feed(half))
        events.extend(self._tags.end())
        return events
