"""A paste that names files: terminals type the paths of what is dropped on them, each quoted in its own way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

_MOST_CHARS: Final = 8 * 1024
_MOST_FILES: Final = 50


def dropped_files(pasted: str) -> tuple[Path, ...]:
    """The files it names, if all of it does so and each of them exists; else none. A bare word is never a path."""
    text = pasted.strip()
    if not text or len(text) > _MOST_CHARS:
        return ()
    for names in _readings(text):
        paths = [_path(name) for name in names]
        if 0 < len(paths) <= _MOST_FILES and all(path and _is_file(path) for path in paths):
            return tuple(dict.fromkeys(path for path in paths if path))
    return ()


def _readings(text: str) -> Iterator[list[str]]:
    """The ways in which it may be meant: one path, one on each line, or quoted as for a shell."""
    import shlex

    lines = [line.strip() for line in text.splitlines() if line.strip()]
    yield lines
    yield [line.strip("'\"") for line in lines]
    try:
        yield shlex.split(text)
    except ValueError:
        # A lone quotation mark: these are words.
        return


def _path(name: str) -> Path | None:
    if name.startswith("file://"):
        place = urlsplit(name)
        return Path(unquote(place.path)) if place.netloc in ("", "localhost") else None
    if name.startswith("~/"):
        return Path(name).expanduser()
    return Path(name) if "/" in name or os.sep in name else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
