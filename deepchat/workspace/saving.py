"""A file of the user's own, written whole or not at all, and over no other unless that was asked for."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Final

from deepchat.errors import DeepChatError, UsageError

_FOR_ALL: Final = 0o666
"""Less what the user's umask takes away."""


def check_place(path: Path, *, overwrite: bool) -> None:
    """Raise UsageError when the file could not be written, before anything is paid for."""
    check_folder(path.parent)
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "name a file in it")
    if _is_taken(path) and not overwrite:
        raise UsageError(f"{path} is there already", "choose another name, or overwrite it with --force")


def check_folder(folder: Path) -> None:
    """Raise UsageError when nothing could be written into it."""
    if not folder.is_dir():
        raise UsageError(f"the folder {folder} is not there", "make it first, or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"nothing can be written into {folder}", "choose another folder")


def save(path: Path, data: bytes, *, overwrite: bool) -> Path:
    """Write the file and give its path, which is another one near it when something took its place meanwhile.

    Raises DeepChatError, with nothing half-written left, when it can't be written.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_ALL), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            return _moved(draft, path, overwrite=overwrite)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise DeepChatError(f"{path} can't be written: {why}", "choose another place") from error


def _moved(draft: Path, path: Path, *, overwrite: bool) -> Path:
    if overwrite:
        return draft.replace(path)
    for number in count(1):
        free = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        try:
            free.hardlink_to(draft)  # unlike a rename it never takes another file's place
        except FileExistsError:
            continue
        except OSError:
            # No links on this file system (FAT, some network drives).
            if _is_taken(free):
                continue
            return draft.replace(free)
        return free
    raise AssertionError


def _is_taken(path: Path) -> bool:
    return path.is_symlink() or path.exists()
