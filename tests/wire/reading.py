"""Reads chunks as if a server had sent them."""

from __future__ import annotations

import json

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import StreamEvent
from deepchat.wire.providers.base import AnswerReader
from deepchat.wire.request import ServerSent

FINISH: dict[str, object] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def sent(chunk: object, event: str = "") -> ServerSent:
    return ServerSent(event, chunk if isinstance(chunk, str) else json.dumps(chunk))


def heard(reader: AnswerReader, *chunks: object) -> tuple[list[StreamEvent], Draft]:
    """The events of these chunks, and what they fold to."""
    events = [event for chunk in chunks for event in reader.read(sent(chunk))]
    draft = Draft()
    for event in events:
        draft.take(event, 0.0)
    return events, draft


def delta(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields}]}
