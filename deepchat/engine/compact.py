"""Earlier turns told in short, so that a long conversation fits again; the originals are not touched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from deepchat.conversation.message import Message, user
from deepchat.engine.context import turns_of

SUMMARY_WANTED: Final = (
    "Sum up our conversation so far, so that it can go on from your summary alone. Keep what was asked for, what was "
    "found out and decided, what is still open, and every name, number, path and piece of code that will be needed "
    "again, word for word. Leave out what led nowhere. Write only the summary."
)
SUMMARY_FOLLOWS: Final = "What we said before, in short:"


def summary_request(messages: Sequence[Message], keep: int = 1) -> list[Message]:
    """The messages that ask for a summary of all but the last turns; none when there is nothing to sum up."""
    instructions, turns = turns_of(messages)
    earlier = turns[: max(0, len(turns) - keep)]
    if not earlier:
        return []
    return [*instructions, *chain.from_iterable(earlier), user(SUMMARY_WANTED)]


def summary_message(summary: str) -> Message:
    """The summary as it stands in the conversation."""
    return user(f"{SUMMARY_FOLLOWS}\n\n{summary.strip()}")
