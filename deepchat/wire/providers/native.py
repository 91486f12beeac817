"""DeepInfra's own inference route: raw input, a stream of tokens, and the cost in dollars at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from deepchat.catalog.fields import items, table
from deepchat.catalog.listings import from_deepinfra_native
from deepchat.catalog.model import Model
from deepchat.catalog.prices import usd_to_nano
from deepchat.conversation.events import Finished, Served, StreamEvent, TextDelta, UsageReported
from deepchat.conversation.message import Message
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.parts import Image
from deepchat.conversation.usage import Usage
from deepchat.errors import UsageError
from deepchat.wire.providers.base import AnswerReader, Place
from deepchat.wire.providers.openai_chat import EVENT_STREAM, encode_parameters
from deepchat.wire.providers.reports import count, finish_of
from deepchat.wire.providers.words import Joiner
from deepchat.wire.request import (
    Call,
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    ImageRequest,
    Json,
    origin_of,
)

_NAMES: Final = {
    "max_tokens": "max_new_tokens",
    **{name: name for name in ("temperature", "top_p", "top_k", "repetition_penalty", "presence_penalty")},
    **{name: name for name in ("frequency_penalty", "stop", "response_format")},
}
_ROLES: Final = {"system": "", "user": "User: ", "assistant": "Assistant: ", "tool": "Tool: "}


@dataclass(frozen=True, slots=True)
class Native:
    """Takes raw text; a conversation is written out as a plain transcript, for want of the model's own template."""

    place: Place

    def chat(self, request: ChatRequest) -> Call:
        if any(isinstance(part, Image) for message in request.messages for part in message.parts):
            raise UsageError(
                "the native route takes words only, no pictures", "ask with another provider: -p deepinfra"
            )
        if request.tools:
            raise UsageError("the native route knows no tools", "ask with another provider: -p deepinfra")
        return self._infer(request.model, _transcript(request.messages), request.parameters)

    def chat_reader(self, request: ChatRequest) -> AnswerReader:
        return NativeReader(request.model)

    def completion(self, request: CompletionRequest) -> Call:
        if request.echo or request.logprobs is not None:
            raise UsageError("the native route can't echo or tell probabilities", "leave --echo and --logprobs out")
        return self._infer(request.model, request.prompt, request.parameters)

    def completion_reader(self, request: CompletionRequest) -> AnswerReader:
        return NativeReader(request.model)

    def embeddings(self, request: EmbeddingRequest) -> Call:
        raise UsageError("the native route is for answers", "embed with another provider: -p deepinfra")

    def images(self, request: ImageRequest) -> Call:
        raise UsageError("the native route is for answers", "make images with another provider: -p deepinfra")

    def model_lists(self) -> tuple[Call, ...]:
        return (Call("GET", f"{origin_of(self.place.base_url)}/models/list", {"accept": "application/json"}),)

    def models_in(self, body: object) -> list[Model]:
        return from_deepinfra_native(body, self.place.name)

    def _infer(self, model: str, text: str, parameters: Parameters) -> Call:
        body: Json = {"input": text, "stream": True}
        for name, value in encode_parameters(parameters).items():
            if name not in _NAMES:
                raise UsageError(f"the native route takes no {name}", "leave it out, or use -p deepinfra")
            body[_NAMES[name]] = value
        name, _, version = model.partition(":")
        if ".." in name.split("/"):
            raise UsageError(f"{model} is no model's name", "see deepchat models")
        query = f"?version={quote(version, safe='')}" if version else ""
        return self.place.post(f"/inference/{quote(name)}{query}", body, EVENT_STREAM)


class NativeReader(AnswerReader):
    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._joiner = Joiner()
        self._served = ""

    def _read_object(self, chunk: Mapping[str, object]) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        request_id = chunk.get("request_id")
        if isinstance(request_id, str) and request_id != self._served:
            self._served = request_id
            events.append(Served(request_id=request_id))
        self._answered = self._answered or "token" in chunk
        token = table(chunk.get("token"))
        if isinstance(text := token.get("text"), str) and text and token.get("special") is not True:
            events.append(TextDelta(self._joiner.feed(text)))
        for result in items(chunk.get("results"))[:1]:
            events.extend(self._whole(table(result)))
        details = table(chunk.get("details"))
        if (details or isinstance(chunk.get("generated_text"), str)) and not self.finished:
            self.finished = True
            said = details.get("finish_reason")
            said = said if isinstance(said, str) and said else "stop"
            events.append(Finished(finish_of(said), said))
        if "inference_status" in chunk or "num_tokens" in chunk:
            events.extend(self._counted(chunk))
        return events

    def _whole(self, result: Mapping[str, object]) -> list[StreamEvent]:
        """An answer that came in one piece although a stream was asked for."""
        self.finished = True
        text = result.get("generated_text")
        said = [TextDelta(self._joiner.feed(text))] if isinstance(text, str) and text else []
        return [*said, Finished("stop", "stop")]

    def _counted(self, chunk: Mapping[str, object]) -> list[StreamEvent]:
        status = table(chunk.get("inference_status"))
        prompt = count(status, "tokens_input") or count(chunk, "num_input_tokens") or 0
        written = count(status, "tokens_generated") or count(chunk, "num_tokens") or 0
        return [UsageReported(Usage(prompt, written), usd_to_nano(status.get("cost")))]

    def _flush(self) -> list[StreamEvent]:
        half = self._joiner.end()
        return [TextDelta(half)] if half else []


def _transcript(messages: tuple[Message, ...]) -> str:
    if len(messages) == 1:
        return messages[0].text
    said = [_ROLES[message.role] + message.text for message in messages]
    return "\n\n".join(said if messages[-1].role == "assistant" else [*said, "Assistant:"])
