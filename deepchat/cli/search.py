"""Finds words in everything that was ever said, the best first.

All words must be there: "in this order", -not this; of the last word its beginning is enough. Put -- before
words of which one begins with a minus: deepchat search -- lighthouse -storm.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.cli.arguments import whole
from deepchat.cli.kept import kept
from deepchat.cli.moments import add_span, here, iso, span_ms
from deepchat.errors import UsageError
from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from deepchat.workspace import Hit

_MARKS: Final = ("\ue000", "\ue001")
"""Of a private area: what a terminal makes bold is told by these on its way there."""
_BOLD: Final = ("\x1b[1m", "\x1b[22m")
_ROLES: Final = ("user", "assistant", "system", "tool")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what to look for")
    parser.add_argument("-m", "--model", metavar="MODEL", help="only what a model with this in its name said")
    parser.add_argument("--role", choices=_ROLES, help="only what the user, or the assistant, said")
    parser.add_argument("--tag", metavar="TAG", help="only in conversations with this tag")
    add_span(parser)
    parser.add_argument("--limit", metavar="N", type=whole(1, 100_000), default=20, help="so many at most; 20")
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(options: argparse.Namespace) -> int:
    """Show what is found; finding nothing is no failure."""
    if not " ".join(options.words).strip():
        raise UsageError("there is nothing to look for", "name a word")
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from deepchat.workspace import Filter

    bold = sys.stdout.isatty() and not options.json
    async with kept(tidies=True) as keeping:
        since_ms, until_ms = span_ms(options)
        among = Filter(options.model, since_ms, until_ms, options.tag, options.role)
        library = await keeping.library()
        found = await library.search(" ".join(options.words), among, options.limit, _MARKS if bold else ("", ""))
    if options.json:
        voice.data([_as_json(hit) for hit in found])
        return 0
    for hit in found:
        print(f"{hit.conversation}  {one_line(hit.title or 'untitled')}")
        said = f"{hit.role}, {here(hit.created_ms)}: {hit.snippet}"
        print(f"    {_bold(one_line(said)) if bold else one_line(said)}")
    if len(found) == options.limit:
        voice.notice(f"these are the best {options.limit}; --limit shows more")
    elif not found:
        voice.notice("nothing was found")
    return 0


def _bold(line: str) -> str:
    """The line with what was found in bold, and nothing bold after it."""
    for mark, code in zip(_MARKS, _BOLD, strict=True):
        line = line.replace(mark, code)
    return f"{line}{_BOLD[1]}"


def _as_json(hit: Hit) -> dict[str, object]:
    return {
        "conversation": hit.conversation,
        "message": hit.message,
        "title": hit.title,
        "role": hit.role,
        "snippet": hit.snippet,
        "created": iso(hit.created_ms),
    }
