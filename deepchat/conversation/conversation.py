"""A conversation as it is kept: its tree, and what the user calls it."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.conversation.chosen import NOTHING_CHOSEN, Chosen
from deepchat.conversation.tree import Tree
from deepchat.conversation.usage import Cost


@dataclass(slots=True)
class Conversation:
    id: str
    tree: Tree
    created_ms: int
    title: str = ""
    updated_ms: int = 0
    pinned: bool = False
    tags: tuple[str, ...] = ()
    trashed_ms: int | None = None
    """When it was thrown away."""
    origin: str = ""
    """Where it was imported from, such as `chatgpt:6711…`; empty when it was held here."""
    chosen: Chosen = NOTHING_CHOSEN


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list."""

    id: str
    title: str
    created_ms: int
    updated_ms: int
    messages: int
    """All of them, whatever their branch; instructions that are empty are none."""
    models: tuple[str, ...]
    """Those that answered, in the order in which they first did."""
    tags: tuple[str, ...]
    pinned: bool
    cost: Cost
    trashed_ms: int | None = None
