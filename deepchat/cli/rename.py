"""Gives a conversation another title."""

from __future__ import annotations

import argparse
import asyncio

from deepchat.cli import voice
from deepchat.cli.changing import add_which, change, one_name
from deepchat.cli.kept import named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_which(parser)
    parser.add_argument("title", metavar="TITLE", nargs="+", help="what it is called from now on")


def run(options: argparse.Namespace) -> int:
    """Rename it."""
    title = one_name(" ".join(options.title), "a title")
    changed = asyncio.run(change(options, lambda library, one: library.rename(one, title)))
    voice.notice(f"{changed.id} is {named(changed)} now")
    return 0
