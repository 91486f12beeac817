"""A check of terminal, settings, keys, folders, store and versions: what is well, what is not, and what helps.

Nothing is sent anywhere, unless --online asks the chosen provider for its models.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from deepchat.cli import terminal, voice
from deepchat.cli.kept import counted
from deepchat.cli.wrong_keys import wrong_keys
from deepchat.secret import scrub

if TYPE_CHECKING:
    from deepchat.workspace.checkup import Check

_MARKS: Final = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--online", action="store_true", help="ask the chosen provider too")
    parser.add_argument(
        "--mend", action="store_true", help="first read what can be read of a damaged store into a new one"
    )
    parser.add_argument("--json", action="store_true", help="print one object")


def run(options: argparse.Namespace) -> int:
    """Look at everything; 1 when something does not work."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from deepchat.workspace.checkup import checks

    if options.mend:
        from deepchat.workspace.keeping import Keeping

        voice.notice(Keeping.of_this_user().mend())
    found = [_told(check, quietly=options.json) for check in terminal.checks()]
    async with aclosing(checks(wrong_keys, online=options.online)) as more:
        found += [_told(check, quietly=options.json) async for check in more]
    bad = sum(check.verdict == "bad" for check in found)
    warned = sum(check.verdict == "warn" for check in found)
    if options.json:
        voice.data({"ok": not bad, "checks": [_as_json(check) for check in found]})
    elif bad or warned:
        voice.notice(f"{counted(bad, 'thing')} bad, {counted(warned, 'warning')}")
    else:
        voice.notice("all is well")
    return 1 if bad else 0


def _told(check: Check, *, quietly: bool) -> Check:
    """Said at once: some take a while."""
    if not quietly:
        print(f"{_MARKS[check.verdict]}  {voice.safe_line(f'{check.about}: {check.found}')}")
        if check.hint:
            print(f"      → {voice.safe_line(check.hint)}")
        sys.stdout.flush()
    return check


def _as_json(check: Check) -> dict[str, object]:
    return {
        "about": check.about,
        "verdict": check.verdict,
        "found": scrub(check.found),
        "hint": scrub(check.hint) or None,
    }
