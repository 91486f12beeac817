"""A safety copy of all conversations and of the ledger, made while DeepChat may be in use.

One is made by itself every week, and before the store is brought to a new version.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from deepchat.cli import voice
from deepchat.cli.kept import kept


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a new file; else among the other backups")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(options: argparse.Namespace) -> int:
    """Make it, and print where it is."""
    path = asyncio.run(_run(options.file and options.file.absolute()))
    if options.json:
        voice.data({"file": str(path), "bytes": path.stat().st_size})
    else:
        print(voice.safe_line(str(path)))
    return 0


async def _run(file: Path | None) -> Path:
    async with kept() as keeping:
        return await keeping.back_up(file)
