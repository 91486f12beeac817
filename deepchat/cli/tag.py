"""Puts tags on a conversation, or takes them off; without tags, says which it has. `deepchat list --tag` finds it."""

from __future__ import annotations

import argparse
import asyncio

from deepchat.cli import voice
from deepchat.cli.changing import add_which, change, one_name
from deepchat.cli.kept import named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_which(parser)
    parser.add_argument("tags", metavar="TAG", nargs="*", help="each a word, or several in quotes")
    parser.add_argument("--remove", action="store_true", help="take these off")


def run(options: argparse.Namespace) -> int:
    """Tag it."""
    tags = [one_name(tag, "a tag") for tag in options.tags]
    on, off = ([], tags) if options.remove else (tags, [])
    changed = asyncio.run(change(options, lambda library, one: library.tag(one, on, off)))
    voice.notice(f"{named(changed)} has {', '.join(changed.tags) if changed.tags else 'no tags'}")
    return 0
