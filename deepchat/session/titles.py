"""What a conversation is called until its user says otherwise: the beginning of its first question."""

from __future__ import annotations

from typing import Final

LONGEST_TITLE: Final = 60


def title_of(question: str) -> str:
    """The first words of a question, in one line; cut between words when there are too many."""
    words = " ".join(question.split())
    if len(words) <= LONGEST_TITLE:
        return words
    cut = words[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut) + "…"
