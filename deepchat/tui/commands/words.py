"""What the words after a command mean."""

from __future__ import annotations

from pathlib import Path


def path_of(words: str) -> Path:
    """The file that is meant; a disk is not asked."""
    return Path(words.strip()).expanduser()


def is_file(path: Path) -> bool:
    """Whether it is there, and a file."""
    return path.is_file()
