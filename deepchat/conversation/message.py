"""One message of a conversation, as it is said to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deepchat.conversation.parts import Part, Text

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    parts: tuple[Part, ...]
    reasoning: str = ""
    """What the model thought before it spoke; never part of its words."""

    @property
    def text(self) -> str:
        """Its words alone, joined as they came."""
        if len(self.parts) == 1 and isinstance(only := self.parts[0], Text):
            return only.text
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def besides(self) -> tuple[Part, ...]:
        """What it is made of besides its words."""
        return tuple(part for part in self.parts if not isinstance(part, Text))


def system(text: str) -> Message:
    return Message("system", (Text(text),))


def user(text: str, *more: Part) -> Message:
    return Message("user", (Text(text), *more))


def assistant(text: str) -> Message:
    return Message("assistant", (Text(text),))
