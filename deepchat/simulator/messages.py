"""The rules for a conversation: what each message must hold, and in which order they may stand."""

from __future__ import annotations

from deepchat.simulator.answers import Refusal, misfit, refusal
from deepchat.simulator.rules import unfit
from deepchat.simulator.tokens import text_of
from deepchat.simulator.values import Json, Object, as_list, as_object, as_text

ROLES = ("system", "user", "assistant", "tool")
PARTS = {"system": ("text",), "user": ("text", "image_url", "input_audio"), "assistant": ("text",), "tool": ("text",)}


def checked(messages: Json) -> list[Object]:
    """The messages of a chat request, each fit for its role and all in order; raises the Refusal of the first fault."""
    if not isinstance(messages, list):
        raise misfit(["messages"], "Input should be a valid list", "list_type")
    if not messages:
        raise refusal(400, "messages must hold at least one message", param="messages")
    found: list[Object] = []
    for place, message in enumerate(messages):
        if not isinstance(message, dict):
            raise misfit(["messages", place], "Input should be a valid dictionary or object", "dict_type")
        _check_message(place, message)
        found.append(message)
    _check_order(found)
    return found


def _check_message(place: int, message: Object) -> None:
    role = message.get("role")
    if "role" not in message:
        raise misfit(["messages", place, "role"], "Field required", "missing")
    if not isinstance(role, str) or role not in ROLES:
        raise unfit(f"messages.{place}.role", "Input should be 'system', 'user', 'assistant' or 'tool'")
    content = message.get("content")
    if content is None and role != "assistant":
        raise misfit(["messages", place, "content"], "Field required", "missing")
    if role == "tool" and not as_text(message.get("tool_call_id")):
        raise misfit(["messages", place, "tool_call_id"], "Field required", "missing")
    if not isinstance(content, str | list | None):
        raise misfit(["messages", place, "content"], "Input should be a valid string or list", "string_type")
    for number, part in enumerate(as_list(content)):
        _check_part(f"messages.{place}.content.{number}", role, as_object(part))
    if role == "assistant":
        _check_assistant(place, message)


def _check_part(param: str, role: str, part: Object) -> None:
    kind = as_text(part.get("type"))
    if kind not in PARTS[role]:
        raise unfit(f"{param}.type", f"Input should be one of {', '.join(PARTS[role])}")
    image, audio = as_object(part.get("image_url")), as_object(part.get("input_audio"))
    if kind == "text" and not isinstance(part.get("text"), str):
        raise unfit(f"{param}.text", "Input should be a valid string")
    if kind == "image_url" and not as_text(image.get("url")).startswith(("data:image/", "https://", "http://")):
        raise unfit(f"{param}.image_url.url", "Input should be a URL or a data URL of an image")
    if kind == "image_url" and image.get("detail") not in (None, "auto", "low", "high"):
        raise unfit(f"{param}.image_url.detail", "Input should be 'auto', 'low' or 'high'")
    if kind == "input_audio" and audio.get("format") not in ("wav", "mp3"):
        raise unfit(f"{param}.input_audio.format", "Input should be 'wav' or 'mp3'")


def _check_assistant(place: int, message: Object) -> None:
    calls = message.get("tool_calls")
    if not isinstance(calls, list | None):
        raise misfit(["messages", place, "tool_calls"], "Input should be a valid list", "list_type")
    for number, call in enumerate(calls or []):
        function = as_object(as_object(call).get("function"))
        if not as_text(as_object(call).get("id")) or not as_text(function.get("name")):
            raise misfit(["messages", place, "tool_calls", number], "Field required: id, function.name", "missing")
        if not isinstance(function.get("arguments"), str):
            raise unfit(f"messages.{place}.tool_calls.{number}.function.arguments", "Input should be a valid string")
    if not calls and not text_of(message.get("content")):
        raise refusal(400, "assistant messages must have content or tool_calls", param=f"messages.{place}")


def _check_order(messages: list[Object]) -> None:
    open_calls: list[str] = []
    for place, message in enumerate(messages):
        param = f"messages.{place}"
        if message["role"] == "tool":
            call = as_text(message.get("tool_call_id"))
            if call not in open_calls:
                raise refusal(400, f"tool message answers no open tool call: {call}", param=param)
            open_calls.remove(call)
        elif open_calls:
            raise _unanswered(open_calls, param)
        else:
            open_calls = [as_text(as_object(call).get("id")) for call in as_list(message.get("tool_calls"))]
    if open_calls:
        raise _unanswered(open_calls, "messages")
    if [message["role"] for message in messages[-2:]] == ["assistant", "assistant"]:
        raise refusal(400, "Cannot have 2 or more assistant messages at the end of the list.", param="messages")


def _unanswered(calls: list[str], param: str) -> Refusal:
    return refusal(400, f"tool calls without a result: {', '.join(calls)}", param=param)
