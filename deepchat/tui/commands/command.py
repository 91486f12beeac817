"""What a command is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from deepchat.tui.stage import Stage

Where = Literal["anywhere", "transcript"]
Run = Callable[["Stage", str], Awaitable[None]]
"""Does it, with the words after its name; raises our errors."""
Offers = Callable[["Stage"], Sequence[str]]
"""Words that may follow its name."""


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table."""

    name: str
    """What is typed after the slash."""
    about: str
    """What it does, in a few words."""
    function: str
    """Where that is done, such as `talking.new`; it is loaded when it is first wanted."""
    key: str = ""
    """The keys that do it as well, divided by commas; the user may change them."""
    where: Where = "anywhere"
    """A single letter is a key only where nothing is written."""
    argument: str = ""
    """What may follow its name."""
    has_lines: bool = False
    """What follows is a text, and may have several of them."""
    label: str = ""
    """What the footer calls it, if it does."""
    words: str = ""
    """Where it is known which words may follow its name, such as `asking.providers`."""
    waits: bool = False
    """A server may let it wait: then esc ends it."""
    group: str = "conversation"
    """Under which head the help tells it."""

    def run(self, stage: Stage, words: str) -> Awaitable[None]:
        """Do it; the awaitable raises our errors."""
        return cast("Run", _found(self.function))(stage, words)

    def offers(self, stage: Stage) -> Sequence[str]:
        """Words that may follow its name."""
        return cast("Offers", _found(self.words))(stage) if self.words else ()


def _found(place: str) -> object:
    module, _, name = place.partition(".")
    return getattr(import_module(f"deepchat.tui.commands.{module}"), name)
