"""OpenAI itself: the dialect's origin, which has since renamed max_tokens and takes fewer kinds of sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deepchat.conversation.parameters import Parameters, Regex
from deepchat.errors import UsageError
from deepchat.wire.providers.openai_chat import OpenAIChat, encode_parameters
from deepchat.wire.request import Json

_NOT_TAKEN: Final = ("top_k", "min_p", "repetition_penalty")


@dataclass(frozen=True, slots=True)
class OpenAI(OpenAIChat):
    def encode_parameters(self, parameters: Parameters) -> Json:
        body = encode_parameters(parameters)
        refused = [name for name in _NOT_TAKEN if name in body]
        if isinstance(parameters.response_format, Regex):
            refused.append("a regex as response format")
        if refused:
            raise UsageError(f"OpenAI does not take {' or '.join(refused)}", "leave it out, or choose another provider")
        if "max_tokens" in body:
            body["max_completion_tokens"] = body.pop("max_tokens")
        return body
