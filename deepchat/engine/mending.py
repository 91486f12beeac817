"""A conversation put in order before it is sent: whatever was interrupted in it, no server finds a fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from typing import Final, assert_never

from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult

INTERRUPTED: Final = "[interrupted]"
"""The result of a call that was never made, or never came back."""
MOST_ARGUMENTS: Final = 100_000
"""Characters; a call with more was never made, and would take the room of the whole conversation."""
_BETWEEN: Final = Text("\n\n")


def mended(messages: Sequence[Message]) -> list[Message]:
    """The conversation as every server takes it; mending it again changes nothing.

    Instructions come first, in one message. Every call has one result, right behind it, and every result its call.
    Nobody says nothing, and nobody speaks twice in a row.
    """
    fitting = [one for message in messages for one in _separated(message) if _says_something(one)]
    instructions = [message for message in fitting if message.role == "system"]
    spoken = _merged(message for message in fitting if message.role != "system")
    return [*_merged(instructions), *_merged(_answered(spoken))]


def closed(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of an answer with a result behind every call, if only the word that it was interrupted."""
    found: list[Part] = []
    waiting: list[str] = []
    for part in parts:
        match part:
            case ToolResult(call_id):
                waiting = [call for call in waiting if call != call_id]
            case ToolCall() if not found or isinstance(found[-1], ToolCall):
                pass
            case Text("") | Image():
                pass
            case _:
                found += [ToolResult(call, INTERRUPTED) for call in waiting]
                waiting = []
        if isinstance(part, ToolCall):
            waiting.append(part.id)
        found.append(part)
    return (*found, *(ToolResult(call, INTERRUPTED) for call in waiting))


def at_last_result(parts: Sequence[Part]) -> tuple[tuple[Part, ...], str]:
    """An answer up to the last thing that a tool gave back, and the words behind that."""
    results = [place for place, part in enumerate(parts) if isinstance(part, ToolResult)]
    end = results[-1] + 1 if results else 0
    return tuple(parts[:end]), "".join(part.text for part in parts[end:] if isinstance(part, Text))


def _separated(message: Message) -> Iterator[Message]:
    """The message without what its role can't hold; results become messages of their own.

    Its thoughts go with the first that is still its own.
    """
    reasoning = message.reasoning
    parts = _texts_in_result(message.parts) if message.role == "tool" else message.parts
    for are_results, group in groupby(parts, lambda part: isinstance(part, ToolResult)):
        role: Role = "tool" if are_results else message.role
        piece = Message(role, tuple(part for part in group if _fits(role, part)))
        if role == message.role and _says_something(piece):
            piece, reasoning = replace(piece, reasoning=reasoning), ""
        yield message if piece == message else piece  # of a long conversation there is no second one beside it


def _texts_in_result(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """What a tool said beside its results, in the last of them."""
    results = [part for part in parts if isinstance(part, ToolResult)]
    texts = [part.text for part in parts if isinstance(part, Text)]
    if results and texts:
        results[-1] = replace(results[-1], text=_in_paragraphs([results[-1].text, *texts]))
    return tuple(results)


def _in_paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(filter(str.strip, texts))


def _fits(role: Role, part: Part) -> bool:
    match part:
        case Text(text):
            return role != "tool" and text != ""
        case Image():
            return role == "user"
        case ToolCall(call_id, name):
            return role == "assistant" and call_id != "" and name != ""
        case ToolResult():
            return role == "tool"
        case _:
            assert_never(part)


def _says_something(message: Message) -> bool:
    return any(not isinstance(part, Text) or part.text.strip() for part in message.parts)


def _merged(messages: Iterable[Message]) -> list[Message]:
    """Neighbours of one role in one message, a blank line between their words."""
    merged: list[Message] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            merged[-1] = _joined(merged[-1], message)
        else:
            merged.append(message)
    return merged


def _joined(one: Message, other: Message) -> Message:
    between = (_BETWEEN,) if one.text and other.text else ()
    reasoning = "\n\n".join(filter(None, (one.reasoning, other.reasoning)))
    return Message(one.role, (*one.parts, *between, *other.parts), reasoning)


def _answered(messages: list[Message]) -> Iterator[Message]:
    """Every call with the result that stands right behind it, or with the word that it was interrupted."""
    for message, following in zip_longest(messages, messages[1:]):
        if message.role == "tool":
            continue
        parts = tuple(map(_readable, _without_twins(message.parts)))
        calls = [part.id for part in parts if isinstance(part, ToolCall)]
        yield message if parts == message.parts else replace(message, parts=parts)
        if calls:
            results = following.parts if following and following.role == "tool" else ()
            told: dict[str, list[str]] = {}
            for part in results:
                if isinstance(part, ToolResult):
                    told.setdefault(part.call_id, []).append(part.text)
            yield Message("tool", tuple(ToolResult(call, _in_one(told.get(call, [INTERRUPTED]))) for call in calls))


def _in_one(results: list[str]) -> str:
    """All that came back for one call, the same only once; the only one stays as it is."""
    different = list(dict.fromkeys(results))
    return different[0] if len(different) == 1 else _in_paragraphs(different)


def _without_twins(parts: tuple[Part, ...]) -> Iterator[Part]:
    """The parts without the calls whose id another call had before."""
    seen: set[str] = set()
    for part in parts:
        if isinstance(part, ToolCall):
            if part.id in seen:
                continue
            seen.add(part.id)
        yield part


def _readable(part: Part) -> Part:
    """A call whose arguments are no JSON object, as it happens when they are cut, goes back without any."""
    if not isinstance(part, ToolCall):
        return part
    try:
        arguments: object = json.loads(part.arguments) if len(part.arguments) <= MOST_ARGUMENTS else None
    except (ValueError, RecursionError):
        arguments = None
    return part if isinstance(arguments, dict) else replace(part, arguments="{}")
