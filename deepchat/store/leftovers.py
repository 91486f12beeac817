"""What a program that was killed left half-made: taken away at the next start, unless somebody is still at it."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from deepchat.store.locks import FileLock

MENDING: Final = ".mending-"
"""How folders begin in which a store is read around its damage."""
_HALF_MADE: Final = re.compile(r"(?P<file>\.(?:deepchat|weekly-).*\.\d+)(?:-journal)?")
"""A copy before it has its name, and what SQLite keeps beside it while it is written."""


def half_made(target: Path, pid: int) -> Path:
    """The name of a file of that program's until it is whole."""
    return target.with_name(f".{target.name}.{pid}")


def clear(path: Path) -> None:
    """Take them away, beside the store and among its backups; what can't be taken away stays.

    The caller holds the store's writer lock. So does whoever makes something beside it; a backup is locked itself.
    """
    for folder in (path.parent, path.parent / "backups"):
        for name in folder.glob(".*"):
            if name.name.startswith(MENDING):
                shutil.rmtree(name, ignore_errors=True)
            elif found := _HALF_MADE.fullmatch(name.name):
                _take_away(name, FileLock(folder / found["file"]))


def _take_away(half: Path, maker: FileLock) -> None:
    with suppress(OSError):
        if maker.acquire():
            half.unlink()
            maker.path.unlink(missing_ok=True)
    maker.release()
