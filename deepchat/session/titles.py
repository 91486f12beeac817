"""What a conversation is called until its user says otherwise: the beginning of its first question."""

from __future__ import annotations

from typing import Final

from deepchat.conversation.message import Message
from deepchat.conversation.parts import Text

LONGEST_TITLE: Final = 60


def title_of(question: Message) -> str:
    """The first words of a question, in one line, without what was attached; cut between words when it is long."""
    first = next((part.text for part in question.parts if isinstance(part, Text) and part.text.strip()), "")
    words = " ".join(first.split())
    if len(words) <= LONGEST_TITLE:
        return words
    cut = words[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut) + "…"
