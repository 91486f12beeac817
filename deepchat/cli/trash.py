"""Deleted conversations, which can be taken back until their time is over."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.cli.arguments import add_verbs
from deepchat.cli.columns import Column, print_table
from deepchat.cli.consent import need_yes
from deepchat.cli.kept import counted, kept, named, summary_json, tell_copies
from deepchat.cli.moments import ago, iso, now_ms

if TYPE_CHECKING:
    from deepchat.workspace import Keeping

_COLUMNS: Final = (Column("id"), Column("title", least=16), Column("deleted"), Column("messages", right=True, rank=1))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = add_verbs(parser, required=False)
    show = add("list", "show what is in it; what `trash` alone does too")
    restore = add("restore", "take conversations back")
    restore.add_argument("id", metavar="ID", nargs="+", help="the id of each, its beginning, or its title in quotes")
    empty = add("empty", "erase all that is in it for good")
    empty.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--json", action="store_true", help="print data instead of words")
    for verb in (show, restore, empty):
        # Suppressed, what stands before the verb is not forgotten.
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print data instead of words")


def run(options: argparse.Namespace) -> int:
    """Show it, take something out of it, or empty it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with kept(tidies=True) as keeping:
        match options.verb:
            case "restore":
                await _restore(keeping, options)
            case "empty":
                await _empty(keeping, options)
            case _:
                await _show(keeping, as_json=options.json)
    return 0


async def _show(keeping: Keeping, *, as_json: bool) -> None:
    thrown = await (await keeping.library()).trash.contents()
    if as_json:
        voice.data([{**summary_json(one), "deleted": iso(one.trashed_ms)} for one in thrown])
        return
    now = now_ms()
    rows = [(one.id, one.title or "untitled", ago(one.trashed_ms or now, now), f"{one.messages:,}") for one in thrown]
    if rows:
        print_table(_COLUMNS, rows)
        voice.notice(f"each is kept for {counted(keeping.trash_days, 'day')}; deepchat trash restore ID takes it back")
    else:
        voice.notice("the trash is empty")


async def _restore(keeping: Keeping, options: argparse.Namespace) -> None:
    trash = (await keeping.library()).trash
    meant = [await trash.one(words) for words in options.id]
    for one in meant:
        await trash.take_back(one.id)
        voice.notice(f"{named(one)} is back")
    if options.json:
        voice.data({"restored": [{"id": one.id, "title": one.title} for one in meant]})


async def _empty(keeping: Keeping, options: argparse.Namespace) -> None:
    trash = (await keeping.library()).trash
    number = len(await trash.contents())
    if number:
        need_yes(f"Erase {counted(number, 'conversation')} for good?", given=options.yes)
    erased = await trash.empty() if number else 0
    voice.notice(f"{counted(erased, 'conversation')} erased" if erased else "the trash is empty")
    if erased:
        tell_copies(keeping)
    if options.json:
        voice.data({"erased": erased})
