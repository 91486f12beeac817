"""What every provider offers, and the reading of an answer that all of them share. No I/O."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from deepchat.catalog.model import Model
from deepchat.conversation.events import Finished, Noticed, StreamEvent
from deepchat.errors import BadReply, ConfigError, ConnectionLost, UsageError
from deepchat.secret import Secret
from deepchat.wire.failures import from_frame, web_page
from deepchat.wire.request import (
    Call,
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    ImageRequest,
    Json,
    ServerSent,
    origin_of,
)

MOST_BROKEN: Final = 3
"""Unreadable events that an answer may have and still count as whole."""
_DECODER: Final = json.JSONDecoder()
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_NO_JSON: Final = object()
_THE_QUESTION: Final = frozenset({"model", "messages", "prompt", "input"})
_WORDS_INSIDE: Final = ('"content"', '"text"')


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests go, and what goes with every one of them."""

    name: str
    base_url: str
    key: Secret | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    extra_body: Mapping[str, object] = field(default_factory=dict[str, object])

    def url_of(self, path: str) -> str:
        return self.base_url + path

    def post(self, path: str, body: Json, accept: str = "application/json") -> Call:
        """A call with a JSON body; the user's own extra_body goes over ours, but not over the question itself.

        Raises ConfigError when extra_body holds what JSON has not, UsageError when the rest does.
        """
        extra = {name: value for name, value in self.extra_body.items() if name not in _THE_QUESTION}
        try:
            _ENCODER.encode(extra)
        except (TypeError, ValueError) as error:
            what = f"extra_body of {self.name} can't be sent as JSON, which has no NaN, no infinity and no dates"
            raise ConfigError(what, "mend extra_body in config.toml") from error
        try:
            spelled = _ENCODER.encode({**body, **extra})
        except ValueError as error:
            what = "the request can't be sent as JSON, which has neither NaN nor infinity"
            raise UsageError(what, "mend the numbers in the parameters or in the schema") from error
        return Call(
            "POST",
            self.url_of(path),
            {"content-type": "application/json", "accept": accept, **self.headers},
            spelled.encode(),
            self.key,
            origin_of(self.base_url),
        )

    def get(self, path: str) -> Call:
        headers = {"accept": "application/json", **self.headers}
        return Call("GET", self.url_of(path), headers, None, self.key, origin_of(self.base_url))


class Provider(Protocol):
    """A place to send requests to, and the dialect spoken there."""

    @property
    def place(self) -> Place: ...

    def chat(self, request: ChatRequest) -> Call: ...

    def chat_reader(self, request: ChatRequest) -> AnswerReader: ...

    def completion(self, request: CompletionRequest) -> Call: ...

    def completion_reader(self, request: CompletionRequest) -> AnswerReader: ...

    def embeddings(self, request: EmbeddingRequest) -> Call: ...

    def images(self, request: ImageRequest) -> Call: ...

    def model_lists(self) -> tuple[Call, ...]:
        """Calls that list the models, the richest source first; the next is tried when one fails."""
        ...

    def models_in(self, body: object) -> list[Model]: ...


class AnswerReader(ABC):
    """Turns the events of one answer into what was heard; one for each request.

    It judges the whole as it goes: an error in the middle is raised, noise is skipped and counted, and `end` says
    whether the answer was whole.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self.done = False
        """The server said that nothing more will come."""
        self.finished = False
        """The server said why it stopped."""
        self._broken = 0
        self._lost_words = False
        self._read_something = False
        self._answered = False
        """At least a first part of an answer came, empty as it may be."""

    @abstractmethod
    def _read_object(self, chunk: Mapping[str, object]) -> list[StreamEvent]:
        """What one JSON object of the answer says."""

    def _flush(self) -> list[StreamEvent]:
        """What was held back until it is known that nothing follows."""
        return []

    def read(self, sent: ServerSent) -> list[StreamEvent]:
        """What one server-sent event says; raises the error it is, if it is one."""
        if sent.data.startswith("[DONE]"):
            self.done = True
            return []
        chunk = _parse(sent.data)
        if chunk is not _NO_JSON:
            return self.read_object(chunk, sent.event)
        if sent.event == "error":
            return self.read_object({"error": sent.data})
        if "\n" in sent.data:
            # Two events without the blank line between them, as some servers send.
            return [event for line in sent.data.split("\n") for event in self.read(ServerSent(sent.event, line))]
        return self._skip(sent.data)

    def read_object(self, chunk: object, event: str = "") -> list[StreamEvent]:
        """What one parsed piece of JSON says; raises the error it is, if it is one."""
        if not isinstance(chunk, dict):
            return [Noticed("a piece of the answer was no JSON object, and was skipped")]
        known = cast("Mapping[str, object]", chunk)
        if ("error" in known or "error_type" in known or known.get("object") == "error" or event) and (
            error := from_frame(known, event, self.model)
        ):
            raise error
        self._read_something = True
        return self._read_object(known)

    def read_body(self, body: bytes) -> list[StreamEvent]:
        """What a whole body says that came instead of a stream."""
        text = body.decode(errors="replace").strip()
        if not text:
            return []
        chunk = _parse(text)
        if chunk is _NO_JSON:
            if text.startswith("<"):
                raise web_page(200)
            raise BadReply("the server's reply is no JSON", "check base_url, or try again")
        events = self.read_object(chunk)
        self.done = True
        return events

    def end(self) -> list[StreamEvent]:
        """The last events of a whole answer; raises when it was not whole."""
        events = self._flush()
        if self._lost_words or self._broken > MOST_BROKEN:
            raise BadReply("a part of the answer could not be read", "what could be read is kept; ask again")
        if self.finished:
            return events
        if not self._read_something:
            raise ConnectionLost("the server's reply was empty", "send it again", retries=1)
        if self.done and not self._answered:
            raise BadReply("the server's reply has no answer in it", "check base_url, or try again", retries=1)
        if self.done:
            return [*events, Finished("other", "")]
        raise ConnectionLost(
            "the answer was cut off: the server hung up", "what came is kept; ask it to go on", retries=1
        )

    def _skip(self, data: str) -> list[StreamEvent]:
        if data.lstrip().startswith("<"):
            raise web_page(200)
        self._broken += 1
        self._lost_words = self._lost_words or any(word in data for word in _WORDS_INSIDE)
        return [Noticed("a piece of the answer could not be read, and was skipped")]


def _parse(text: str) -> object:
    """The JSON of this text, or _NO_JSON."""
    text = text.strip()
    try:
        parsed, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return _NO_JSON
    return cast("object", parsed) if end == len(text) else _NO_JSON
