"""What the words after a command mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from deepchat.errors import UsageError

_UNFIT: Final = re.compile(r"[^\w.-]+")
_LONGEST_NAME: Final = 60


def path_of(words: str) -> Path:
    """The file that is meant; a disk is not asked. Raises UsageError for the home of somebody who is not there."""
    try:
        return Path(words.strip()).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{words.strip()} is nowhere: nobody here has that name", "check the path") from error


def current_folder() -> Path:
    """Where the app was started; raises UsageError when that was removed meanwhile."""
    try:
        return Path.cwd()
    except OSError:
        raise UsageError("the folder that DeepChat was started in is gone", "start it in another one") from None


def file_name(words: str) -> str:
    """What a file is called that has to do with these words; empty when none of them can stand in a name."""
    return _UNFIT.sub("-", words)[:_LONGEST_NAME].strip("-.")


def is_file(path: Path) -> bool:
    """Whether it is there, and a file; what can't be looked at is none."""
    try:
        return path.is_file()
    except OSError:  # a name that is too long, a folder that is closed to us
        return False
