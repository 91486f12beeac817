"""Earlier turns told in short, so that a long conversation fits again; the originals are not touched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from deepchat.conversation.message import Message, user
from deepchat.engine.context import estimate_prompt
from deepchat.engine.mending import mended
from deepchat.wire.request import ChatRequest

if TYPE_CHECKING:
    from deepchat.engine.affording import Question

SUMMARY_WANTED: Final = (
    "Sum up our conversation so far, so that it can go on from your summary alone. Keep what was asked for, what was "
    "found out and decided, what is still open, and every name, number, path and piece of code that will be needed "
    "again, word for word. Leave out what led nowhere. Write only the summary."
)
SUMMARY_FOLLOWS: Final = "What we said before, in short:"
ROOM_FOR_SUMMARY: Final = 2_048
"""Tokens, kept free in the window where nobody has said how long an answer may be."""


def summary_request(earlier: Sequence[Message]) -> list[Message]:
    """The messages that ask for a summary of these."""
    return [*earlier, user(SUMMARY_WANTED)]


def put_for_summary(question: Question, earlier: Sequence[Message]) -> ChatRequest:
    """The question put anew: for a summary of these messages, however they ended."""
    return ChatRequest(question.model, tuple(mended(summary_request(earlier))), question.parameters)


def turns_that_fit(turns: Sequence[Sequence[Message]], window: int | None, max_tokens: int | None) -> int:
    """How many of the oldest turns a model can sum up at once; one in any case, for our count of tokens is rough.

    The instructions are a part of the first.
    """
    if window is None:
        return len(turns)
    room = window - min(max_tokens or ROOM_FOR_SUMMARY, window // 2) - estimate_prompt(summary_request(()))
    return max(1, sum(size <= room for size in accumulate(map(estimate_prompt, turns))))


def is_summary(message: Message) -> bool:
    """Whether it is one that stands for earlier turns."""
    return message.role == "user" and message.text.startswith(SUMMARY_FOLLOWS)


def summary_message(summary: str) -> Message:
    """The summary as it stands in the conversation."""
    return user(f"{SUMMARY_FOLLOWS}\n\n{summary.strip()}")
