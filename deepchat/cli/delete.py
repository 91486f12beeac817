"""Puts conversations into the trash, from where they can be taken back for a while; or erases them at once.

What they cost stays in `deepchat usage`, without their words.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.consent import need_yes
from deepchat.cli.kept import counted, kept, named, tell_copies
from deepchat.cli.moments import now_ms
from deepchat.errors import NotFound, UsageError

if TYPE_CHECKING:
    from deepchat.conversation.conversation import Summary
    from deepchat.workspace import Keeping, Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="+", help="the id of each, its beginning, or its title in quotes")
    parser.add_argument("--now", action="store_true", help="erase them for good, also from the trash")
    parser.add_argument("--yes", action="store_true", help="with --now: don't ask")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(options: argparse.Namespace) -> int:
    """Delete all of them; when one can't be told which it is, none."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with kept(tidies=True) as keeping:
        library = await keeping.library()
        meant = {one.id: one for one in [await _one(library, words, options.now) for words in options.id]}
        if options.now:
            what = named(next(iter(meant.values()))) if len(meant) == 1 else counted(len(meant), "conversation")
            need_yes(f"Erase {what} for good?", given=options.yes)
        for one in meant.values():
            await _delete(keeping, library, one, erase=options.now)
        if options.now:
            tell_copies(keeping)
    if options.json:
        deleted = [{"id": one.id, "title": one.title} for one in meant.values()]
        voice.data({"deleted": deleted, "erased": options.now})
    return 0


async def _one(library: Library, words: str, erase: bool) -> Summary:
    """What the words mean; what is erased must be named by its id or its whole title."""
    try:
        found = await library.one(words)
    except NotFound:
        if not erase:
            raise
        found = await library.trash.one(words)
    if erase and not found.id.startswith(words) and found.title.casefold() != words.casefold():
        what = f"{words!r} is only a part of the title {found.title!r}, and what is erased can't be taken back"
        raise UsageError(what, f"give its id: {found.id}")
    return found


async def _delete(keeping: Keeping, library: Library, one: Summary, *, erase: bool) -> None:
    if erase:
        await library.trash.erase(one.id)
        voice.notice(f"{named(one)} is erased")
        return
    await library.trash.throw(one.id, now_ms())
    days = counted(keeping.trash_days, "day")
    voice.notice(f"{named(one)} is in the trash for {days}; undo: deepchat trash restore {one.id}")
