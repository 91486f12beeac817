"""Conversations from a file: DeepChat's own JSON, exports of ChatGPT and Claude, databases of llm, elia and oterm.

Which of them it is shows in the file. Importing it twice adds nothing.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.cli.kept import counted, kept
from deepchat.cli.moments import now_ms
from deepchat.cli.report import error_json
from deepchat.errors import ImportFailed

if TYPE_CHECKING:
    from deepchat.workspace import Library

_INDEX_LIMIT_S: Final = 30.0
"""What is left is indexed bit by bit, whenever something else is done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="+", type=Path, help="a .json, .zip or .db file")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(options: argparse.Namespace) -> int:
    """Bring them in; 1 when a file could not be read, and what could be read is kept all the same."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with kept(tidies=True) as keeping:
        library = await keeping.library()
        told = [await _one(library, path) for path in options.file]
        await library.index(_INDEX_LIMIT_S)
    if options.json:
        voice.data({"files": told})
    return 1 if any(one["error"] for one in told) else 0


async def _one(library: Library, path: Path) -> dict[str, object]:
    """Bring one file in and say what came of it."""
    from deepchat.workspace.importing import bring_in

    told: dict[str, object] = {"file": str(path), "kind": None, "conversations": 0, "messages": 0, "known": 0}
    try:
        arrived = await bring_in(library, path, now_ms())
    except ImportFailed as error:
        voice.error(error)
        return {**told, "problems": [], "error": error_json(error)}
    for problem in arrived.problems:
        voice.notice(f"{path}: {problem}")
    known = f"; {counted(arrived.known, 'conversation')} were here already" if arrived.known else ""
    came = f"{counted(arrived.conversations, 'conversation')} with {counted(arrived.messages, 'message')}"
    voice.notice(f"{path} ({arrived.kind}): {came} came{known}")
    return {
        **told,
        "kind": arrived.kind,
        "conversations": arrived.conversations,
        "messages": arrived.messages,
        "known": arrived.known,
        "problems": list(arrived.problems),
        "error": None,
    }
