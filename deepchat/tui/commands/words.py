"""What the words after a command mean."""

from __future__ import annotations

from pathlib import Path

from deepchat.errors import UsageError


def path_of(words: str) -> Path:
    """The file that is meant; a disk is not asked. Raises UsageError for the home of somebody who is not there."""
    try:
        return Path(words.strip()).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{words.strip()} is nowhere: nobody here has that name", "check the path") from error


def is_file(path: Path) -> bool:
    """Whether it is there, and a file; what can't be looked at is none."""
    try:
        return path.is_file()
    except OSError:  # a name that is too long, a folder that is closed to us
        return False
