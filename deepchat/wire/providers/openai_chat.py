"""The dialect that nearly every server speaks: OpenAI's chat completions, completions, embeddings and images."""

from __future__ import annotations

import base64
from dataclasses import dataclass, fields
from typing import Final, assert_never, cast

from deepchat.catalog.listings import from_openai_models
from deepchat.catalog.model import Model
from deepchat.conversation.message import Message
from deepchat.conversation.parameters import JsonObject, JsonSchema, Parameters, Regex, ResponseFormat
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.wire.providers.answers import ChatReader, CompletionReader
from deepchat.wire.providers.base import AnswerReader, Place
from deepchat.wire.request import Call, ChatRequest, CompletionRequest, EmbeddingRequest, ImageRequest, Json, Offer

EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    place: Place

    def chat(self, request: ChatRequest) -> Call:
        body: Json = {
            "model": request.model,
            "messages": [message for said in request.messages for message in encode_message(said)],
            **self.encode_parameters(request.parameters),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.tools:
            body["tools"] = [encode_offer(offer) for offer in request.tools]
        return self.place.post("/chat/completions", body, EVENT_STREAM)

    def chat_reader(self, request: ChatRequest) -> AnswerReader:
        return ChatReader(request.model)

    def completion(self, request: CompletionRequest) -> Call:
        body: Json = {
            "model": request.model,
            "prompt": request.prompt,
            **self.encode_parameters(request.parameters),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.echo:
            body["echo"] = True
        if request.logprobs is not None:
            body["logprobs"] = request.logprobs
        return self.place.post("/completions", body, EVENT_STREAM)

    def completion_reader(self, request: CompletionRequest) -> AnswerReader:
        return CompletionReader(request.model, request.prompt if request.echo else "")

    def embeddings(self, request: EmbeddingRequest) -> Call:
        body: Json = {"model": request.model, "input": list(request.texts), "encoding_format": "float"}
        if request.dimensions is not None:
            body["dimensions"] = request.dimensions
        return self.place.post("/embeddings", body)

    def images(self, request: ImageRequest) -> Call:
        body: Json = {
            "model": request.model,
            "prompt": request.prompt,
            "size": request.size,
            "n": request.count,
            "response_format": "b64_json",
        }
        return self.place.post("/images/generations", body)

    def model_lists(self) -> tuple[Call, ...]:
        return (self.place.get("/models"),)

    def models_in(self, body: object) -> list[Model]:
        return from_openai_models(body, self.place.name)

    def encode_parameters(self, parameters: Parameters) -> Json:
        """What is set, under the names of this dialect."""
        return encode_parameters(parameters)


def encode_parameters(parameters: Parameters) -> Json:
    body: Json = {}
    for field in fields(parameters):
        value: object = getattr(parameters, field.name)
        if value is None or value == ():
            continue
        match field.name:
            case "stop":
                body["stop"] = list(parameters.stop)
            case "response_format":
                body["response_format"] = _encode_format(cast("ResponseFormat", value))
            case name:
                body[name] = value
    return body


def _encode_format(wanted: ResponseFormat) -> Json:
    match wanted:
        case JsonObject():
            return {"type": "json_object"}
        case JsonSchema(name, schema):
            return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema), "strict": True}}
        case Regex(pattern):
            return {"type": "regex", "regex": pattern}
        case _:
            assert_never(wanted)


def encode_offer(offer: Offer) -> Json:
    """A tool in this dialect."""
    function = {"name": offer.name, "description": offer.about, "parameters": dict(offer.parameters)}
    return {"type": "function", "function": function}


def encode_message(message: Message) -> list[Json]:
    """The message in this dialect; each tool result becomes one of its own."""
    results = [part for part in message.parts if isinstance(part, ToolResult)]
    if results:
        return [{"role": "tool", "tool_call_id": result.call_id, "content": result.text} for result in results]
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    said: Json = {"role": message.role, "content": _encode_content(message.parts)}
    if calls:
        said["content"] = message.text or None
        said["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    return [said]


def _encode_content(parts: tuple[Part, ...]) -> str | list[Json]:
    if all(isinstance(part, Text) for part in parts):
        return "".join(part.text for part in parts if isinstance(part, Text))
    content: list[Json] = []
    for part in parts:
        match part:
            case Text(text):
                content.append({"type": "text", "text": text})
            case Image(media_type, data):
                url = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
                content.append({"type": "image_url", "image_url": {"url": url}})
            case ToolCall() | ToolResult():
                continue
            case _:
                assert_never(part)
    return content
