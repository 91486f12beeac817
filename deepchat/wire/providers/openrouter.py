"""OpenRouter: OpenAI's dialect, with the cost asked for and thinking asked for in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.conversation.parameters import Parameters
from deepchat.wire.providers.openai_chat import OpenAIChat, encode_parameters
from deepchat.wire.request import Json


@dataclass(frozen=True, slots=True)
class OpenRouter(OpenAIChat):
    def encode_parameters(self, parameters: Parameters) -> Json:
        body = encode_parameters(parameters)
        effort = body.pop("reasoning_effort", None)
        if effort == "none":
            body["reasoning"] = {"enabled": False}
        elif effort is not None:
            body["reasoning"] = {"effort": effort}
        return {**body, "usage": {"include": True}}
