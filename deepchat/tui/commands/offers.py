"""What may stand where something is being typed: commands after a slash, files after an @."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.errors import UsageError
from deepchat.safe_text import one_line
from deepchat.tui.commands import prompts
from deepchat.tui.commands.table import BY_NAME, COMMANDS
from deepchat.tui.commands.words import is_file, path_of
from deepchat.tui.widgets.offers import Offer, Offers

if TYPE_CHECKING:
    from deepchat.tui.commands.command import Command
    from deepchat.tui.stage import Stage

_MOST_FILES: Final = 500
"""Looked at in a folder: it is done at every key."""


def offers_of(stage: Stage) -> Offers:
    """What the composer asks at every change."""

    def offers(word: str) -> Sequence[Offer]:
        if word.startswith("@"):
            return _files(word[1:])
        name, blank, rest = word.removeprefix("/").partition(" ")
        if not blank:
            return _commands(name, (*COMMANDS, *prompts.rows(stage)))
        command = BY_NAME.get(name)
        words = command.offers(stage) if command else ()
        return [Offer(f"/{name} {one}", one_line(one)) for one in words if one.startswith(rest)]

    return offers


def files_named(names: Iterable[str]) -> list[Path]:
    """Those of the names that are files."""
    paths: list[Path] = []
    for name in names:
        with suppress(UsageError):
            paths.append(path_of(name))
    return [path for path in paths if is_file(path)]


def _commands(name: str, rows: Sequence[Command]) -> list[Offer]:
    begin = [command for command in rows if command.name.startswith(name)]
    within = [command for command in rows if name in command.name and command not in begin]
    return [
        Offer(f"/{one.name} " if one.argument else f"/{one.name}", f"/{one.name} {one.argument}".strip(), one.about)
        for one in (*begin, *within)
    ]


def _files(typed: str) -> list[Offer]:
    folder, slash, begin = typed.rpartition("/")
    before = f"{folder}{slash}"
    found: list[tuple[bool, str]] = []
    with suppress(OSError, UsageError), os.scandir(path_of(before or ".")) as entries:
        found = [
            (not _is_folder(one), one.name)
            for one in islice(entries, _MOST_FILES)
            if one.name.startswith(begin) and " " not in one.name
        ]
    return [
        Offer(f"@{before}{name}{' ' if is_last else '/'}", one_line(f"{name}{'' if is_last else '/'}"))
        for is_last, name in sorted(found)
        if begin or not name.startswith(".")
    ]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # a link into what is closed to us
        return entry.is_dir()
    return False
