"""A round of a turn: the calls that a leg ended with are made, and the model is asked on with what they gave back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deepchat.conversation.events import StreamEvent, ToolCalled, ToolReturned
from deepchat.conversation.message import Message
from deepchat.conversation.parts import Part, ToolCall, ToolResult
from deepchat.engine.affording import Question
from deepchat.engine.mending import mended
from deepchat.tools.tool import Toolbox
from deepchat.wire.request import ChatRequest

MOST_CALLS: Final = 16
"""In one round: nobody reads more questions in a row before saying yes."""
_TOO_MANY: Final = f"not called: at most {MOST_CALLS} calls are made at once"
_NO_MORE: Final = "not called: tools were called as often in this answer as they may be"
ROUNDS_HINT: Final = "go on by hand, or let tools be called more often: tools.rounds"
_BREAK: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Round:
    """Where the part of an answer began that the next leg belongs to: after the last results of tools."""

    number: int = 0
    """So often tools were called before it."""
    legs: int = 0
    """Before it, as all that follows."""
    characters: int = 0
    parts: int = 0
    call_was_cut: bool = False
    """A call was cut off in it, and asked for again."""


async def make_calls(toolbox: Toolbox | None, calls: Sequence[ToolCall]) -> AsyncGenerator[StreamEvent, None]:
    """Make the calls one after the other; every one has its result, also those that are not made."""
    for number, call in enumerate(calls):
        yield ToolCalled(call)
        if toolbox and number < MOST_CALLS:
            yield ToolReturned(await toolbox.call(call))
        else:
            yield ToolReturned(ToolResult(call.id, _TOO_MANY if toolbox else _NO_MORE))


def asked_on(question: Question, answer: Sequence[Part]) -> Question:
    """The question with what was answered to it, calls, results and all, behind it."""
    if not isinstance(question, ChatRequest):
        return question
    return replace(question, messages=tuple(mended([*question.messages, Message("assistant", tuple(answer))])))


def break_after(words: str) -> str:
    """What divides the words before a call from those after it; nothing when nothing was said."""
    return _BREAK[len(words) - len(words.rstrip("\n")) :] if words.strip() else ""
