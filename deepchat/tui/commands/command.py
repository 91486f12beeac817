"""What a command is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from deepchat.tui.stage import Stage

Where = Literal["anywhere", "transcript"]
Run = Callable[["Stage", str], Awaitable[None]]
"""Does it, with the words after its name; raises our errors."""
Offers = Callable[["Stage"], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table."""

    name: str
    """What is typed after the slash."""
    about: str
    """What it does, in a few words."""
    run: Run
    key: str = ""
    """The keys that do it as well, divided by commas; the user may change them."""
    where: Where = "anywhere"
    """A single letter is a key only where nothing is written."""
    argument: str = ""
    """What may follow its name."""
    label: str = ""
    """What the footer calls it, if it does."""
    offers: Offers | None = None
    """Words that may follow its name."""
    group: str = "conversation"
    """Under which head the help tells it."""
