"""The saved conversations, the last used first. Words choose those that have all of them in their title."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from deepchat.cli import voice
from deepchat.cli.arguments import whole
from deepchat.cli.columns import Column, print_table
from deepchat.cli.kept import kept, summary_json, usd_words
from deepchat.cli.moments import ago, now_ms
from deepchat.conversation.conversation import Summary

_ON_A_TERMINAL: Final = 20
_COLUMNS: Final = (
    Column("id"),
    Column("title", least=16),
    Column("last used", rank=1),
    Column("messages", right=True, rank=3),
    Column("cost", right=True, rank=2),
    Column("models", least=12, rank=4),
    Column("tags", rank=5),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="words of the title, or the beginning of the id")
    parser.add_argument("--tag", metavar="TAG", default="", help="only those with this tag")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, 1_000_000_000),
        help=f"so many at most; a terminal gets {_ON_A_TERMINAL} unless you say otherwise, a pipe all",
    )
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(options: argparse.Namespace) -> int:
    """Show them."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    few = _ON_A_TERMINAL if sys.stdout.isatty() and not options.json else None
    limit = options.limit or few
    async with kept() as keeping:
        library = await keeping.library()
        found = await library.recent(limit + 1 if limit else None, " ".join(options.words), options.tag)
        shown = found[:limit]
        if options.json:
            voice.data([summary_json(one) for one in shown])
            return 0
        print_summaries(shown)
        if len(shown) < len(found):
            voice.notice(f"these are the last {len(shown)}; --limit shows more")
        elif not shown:
            chosen = options.words or options.tag
            voice.notice("none is like that" if chosen else 'nothing is saved yet; deepchat ask "…" begins one')
    return 0


def print_summaries(summaries: Sequence[Summary]) -> None:
    """A table of conversations; nothing when there are none."""
    now = now_ms()
    if summaries:
        print_table(_COLUMNS, [_row(one, now) for one in summaries])


def _row(one: Summary, now: int) -> Sequence[str]:
    return (
        one.id,
        f"{'★ ' if one.pinned else ''}{one.title or 'untitled'}",
        ago(one.updated_ms, now),
        f"{one.messages:,}",
        usd_words(one.cost),
        ", ".join(model.rpartition("/")[2] for model in one.models),
        ", ".join(one.tags),
    )
