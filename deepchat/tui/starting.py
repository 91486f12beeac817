"""How the app is begun: what the command line said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

TOUR: Final = -1
"""The app ends with this when the tour is wanted instead."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is shown first."""

    question: str = ""
    """Asked at once."""
    files: tuple[Path, ...] = ()
    """Sent along with it; without one they wait for a question in the composer."""
    piped: str = ""
    """What stood on standard input; it waits in the composer."""
    piped_too_long: bool = False
    """There was more of it than is taken in."""
    go_on: bool = False
    """The most recent conversation."""
    resume: str | None = None
    """That conversation; without words, the list of them."""
    temporary: bool = False
    """Nothing but its cost is kept."""
    theme: str = ""
