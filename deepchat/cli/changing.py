"""What a user says about a conversation: it is found, changed, and told as it is then."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.kept import kept, summary_json
from deepchat.errors import UsageError

if TYPE_CHECKING:
    from deepchat.conversation.conversation import Summary
    from deepchat.workspace import Library


def add_which(parser: argparse.ArgumentParser) -> None:
    """Which conversation it is about, and how it is told."""
    parser.add_argument("id", metavar="ID", help="its id, the beginning of it, or its title in quotes")
    parser.add_argument("--json", action="store_true", help="print it as an object")


async def change(options: argparse.Namespace, how: Callable[[Library, str], Awaitable[None]]) -> Summary:
    """Change the conversation that is meant; gives it back as it is then. Raises as `Library.one` does."""
    async with kept(tidies=True) as keeping:
        library = await keeping.library()
        meant = await library.one(options.id)
        await how(library, meant.id)
        changed = await library.one(meant.id)
    if options.json:
        voice.data(summary_json(changed))
    return changed


def one_name(text: str, what: str) -> str:
    """A title or a tag on one line; raises UsageError when nothing is left of it."""
    if name := " ".join(text.split()):
        return name
    raise UsageError(f"{what} can't be empty", "name one")
