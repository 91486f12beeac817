"""What a user is asked before a tool runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WantedCall:
    """A call that a model wants to be made."""

    tool: str
    may: str
    """What the tool may do, in words for the user."""
    arguments: str
    """Exactly what it is called with: JSON text as the model wrote it."""


MayRun = Callable[[WantedCall], Awaitable[bool]]
"""Asks the user, and waits for the answer as long as it takes."""
