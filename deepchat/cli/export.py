"""A saved conversation as a file: Markdown or HTML to read, JSON that loses nothing and can be imported again."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.cli.kept import counted, kept
from deepchat.errors import UsageError
from deepchat.workspace import saving

if TYPE_CHECKING:
    from deepchat.conversation.conversation import Conversation
    from deepchat.workspace import Library

_FORMATS: Final = ("markdown", "json", "html")
_BY_SUFFIX: Final[Mapping[str, str]] = {".json": "json", ".html": "html", ".htm": "html"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="*", help="its id, the beginning of it, or words of its title")
    parser.add_argument("--all", action="store_true", help="all conversations, as JSON")
    parser.add_argument(
        "--format", choices=_FORMATS, help="markdown, unless the name of the file or --all says otherwise"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="into this file, whole or not at all")
    parser.add_argument("--force", action="store_true", help="over a file that is there already")
    parser.add_argument("--json", action="store_true", help="the same as --format json")


def run(options: argparse.Namespace) -> int:
    """Write it to stdout, or into the file."""
    if options.all == bool(options.id):
        raise UsageError("name one conversation, or --all", "deepchat list shows them")
    form = _form(options)
    if options.all and form != "json":
        raise UsageError(f"--all is for JSON, not for {form}", "export one conversation by its id")
    if options.output:
        saving.check_place(options.output, overwrite=options.force)
    return asyncio.run(_run(options, form))


def _form(options: argparse.Namespace) -> str:
    if options.json and options.format not in (None, "json"):
        raise UsageError(f"--json and --format {options.format} ask for two things", "give one of them")
    if options.json or (options.all and not options.format):
        return "json"
    suffix = options.output.suffix.lower() if options.output else ""
    return options.format or _BY_SUFFIX.get(suffix, "markdown")


async def _run(options: argparse.Namespace, form: str) -> int:
    async with kept() as keeping:
        library = await keeping.library()
        if options.all:
            number, text = await _all(library)
        else:
            conversation = await library.load((await library.one(" ".join(options.id))).id)
            number, text = 1, _spelled(conversation, form)
    if options.output:
        saved = saving.save(options.output, text.encode(errors="replace"), overwrite=options.force)
        voice.notice(f"{counted(number, 'conversation')} saved in {saved}")
    elif form == "json":
        print(text)
    else:
        words = voice.Words(sys.stdout)
        words.say(text)
        words.end()
    return 0


async def _all(library: Library) -> tuple[int, str]:
    """Those that are not in the trash, the last used first."""
    from deepchat.conversation.export import to_json

    ids = [one.id for one in await library.recent()]
    spelled = [json.dumps(to_json(await library.load(one))) for one in ids]
    return len(ids), "[" + ",\n".join(spelled) + "]"


def _spelled(conversation: Conversation, form: str) -> str:
    from deepchat.conversation.export import to_html, to_json, to_markdown

    if form == "json":
        return json.dumps(to_json(conversation), indent=2)
    return to_html(conversation) if form == "html" else to_markdown(conversation)
