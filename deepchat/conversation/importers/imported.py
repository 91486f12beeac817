"""What comes of reading another program's conversations: those that could be read, and words for what could not."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.conversation.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Imported:
    conversations: tuple[Conversation, ...]
    problems: tuple[str, ...] = ()
    """What was left out or mended, each with its place."""


class Harvest:
    """Conversations and problems, gathered while a source is read."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._problems: list[str] = []

    def miss(self, where: str, what: str) -> None:
        """Something at this place is left out or mended."""
        self._problems.append(f"{where}: {what}")

    def take(self, conversation: Conversation, where: str) -> None:
        """Keep a conversation; the second of the same name is a problem."""
        if conversation.id in self._conversations:
            self.miss(where, "it is in the file twice, and the first is taken")
        else:
            self._conversations[conversation.id] = conversation

    @property
    def imported(self) -> Imported:
        return Imported(tuple(self._conversations.values()), tuple(self._problems))
