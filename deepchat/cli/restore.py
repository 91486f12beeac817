"""Puts a safety copy in the place of all conversations; what was there before is kept beside it.

What was spent since the copy was made still counts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from deepchat.cli import voice
from deepchat.cli.consent import need_yes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="what `deepchat backup` made")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--json", action="store_true", help="print one object")


def run(options: argparse.Namespace) -> int:
    """Check the copy, ask, and put it in place."""
    from deepchat.workspace import Keeping

    keeping = Keeping.of_this_user()
    need_yes(f"Put {options.file} in the place of all conversations?", given=options.yes)
    old = keeping.put_back(options.file.absolute())
    voice.notice(f"{options.file} is in place{f'; what was there before is {old}' if old else ''}")
    if options.json:
        voice.data({"file": str(options.file), "before": str(old) if old else None})
    return 0
