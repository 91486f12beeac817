"""What a conversation is called until its user says otherwise: how its first question begins, or a model's title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import Message, user
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Node

LONGEST_TITLE: Final = 60
LONGEST_ANSWER: Final = 32
"""Tokens: a title has fewer."""
_MOST_SHOWN: Final = 2_000
"""Characters of the question and of the answer that a title is made of: it shall cost next to nothing."""
_WANTED: Final = (
    "Give this conversation a title of three to six words, in the language of the question. "
    "Write the title alone: no quotation marks, no full stop, nothing before it."
)
_BEFORE: Final = " \"'`*_#«»“”„‘’.:-"
_AFTER: Final = " \"'`*_«»“”„‘’.:"
"""What models put around a title."""


def title_of(question: Message) -> str:
    """The first words of a question, in one line, without what was attached; cut between words when it is long."""
    first = next((part.text for part in question.parts if isinstance(part, Text) and part.text.strip()), "")
    return _bounded(first)


def title_with(conversation: Conversation, said: Sequence[Node]) -> str:
    """What it is called once this is said in it: how its first question begins, unless it is called something."""
    return conversation.title or (title_of(said[0].message) if said else "")


def title_request(question: Message, answer: Message) -> Sequence[Message]:
    """What asks a model for a title: the beginnings of both, and nothing that was attached."""
    return [
        user(f"{_WANTED}\n\n<question>\n{_beginning(question)}\n</question>\n<answer>\n{_beginning(answer)}\n</answer>")
    ]


def title_in(said: str) -> str:
    """The title in what a model said: one line of characters that can be seen; empty when there is none."""
    lines = ("".join(char if char.isprintable() else " " for char in line) for line in said.splitlines())
    first = next((bare for line in lines if (bare := line.lstrip(_BEFORE).rstrip(_AFTER))), "")
    return _bounded(first.removeprefix("Title:").lstrip(_BEFORE).replace("**", ""))


def _beginning(message: Message) -> str:
    return message.text[:_MOST_SHOWN]


def _bounded(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= LONGEST_TITLE:
        return words
    cut = words[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut) + "…"
