"""Pins a conversation, which lists mark with a star."""

from __future__ import annotations

import argparse
import asyncio

from deepchat.cli import voice
from deepchat.cli.changing import add_which, change
from deepchat.cli.kept import named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_which(parser)
    parser.add_argument("--remove", action="store_true", help="take the pin off")


def run(options: argparse.Namespace) -> int:
    """Pin it, or no longer."""
    changed = asyncio.run(change(options, lambda library, one: library.pin(one, pinned=not options.remove)))
    voice.notice(f"{named(changed)} is {'pinned' if changed.pinned else 'not pinned'} now")
    return 0
