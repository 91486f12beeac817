"""The jail: files and folders below one folder that the user names, and nothing else, whatever a path says."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deepchat.errors import ToolFailed

LARGEST_FILE: Final = 4 * 2**20
MOST_NAMES: Final = 500
MOST_CHARACTERS: Final = 30_000
"""Of a file at once: less than a result may have, so that the line about the rest is never cut off."""
_DEEPEST: Final = 64
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_HINT: Final = "name a path below the folder, such as notes/today.md; list_folder tells what is there"
_Identity = tuple[int, int]


class Jail:
    """Every step of a path is opened below the one before it and no link is followed, so that nothing leads out.

    Names that begin with a dot are hidden: keys and histories are kept under such names.
    """

    def __init__(self, folder: Path, closed: Iterable[Path] = ()) -> None:
        """What is `closed` stays so, even where it lies in the folder."""
        self._folder = folder
        self._closed = tuple(closed)

    def read(self, path: str, first_line: int = 1) -> str:
        """A text from one of its lines on, as far as there is room for it. Raises ToolFailed."""
        with self._opened(_steps(path)) as found:
            if not stat.S_ISREG(os.fstat(found).st_mode):
                raise ToolFailed(f"{path[:200]} is not a file", _HINT)
            data = _all_of(found)
        if len(data) > LARGEST_FILE:
            raise ToolFailed(f"{path[:200]} is larger than {LARGEST_FILE // 2**20} MiB")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise ToolFailed(f"{path[:200]} is no text")
        return _from_line(text, first_line)

    def names(self, path: str = "") -> str:
        """What is in a folder, one name a line. Raises ToolFailed."""
        with self._opened(_steps(path)) as found:
            if not stat.S_ISDIR(os.fstat(found).st_mode):
                raise ToolFailed(f"{path[:200]} is not a folder", _HINT)
            try:
                with os.scandir(found) as entries:
                    lines = sorted(_line(entry) for entry in entries if not entry.name.startswith("."))
            except OSError as error:
                raise ToolFailed(f"{path[:200]} can't be read: {error.strerror}") from None
        more = [f"… and {len(lines) - MOST_NAMES:,} more"] if len(lines) > MOST_NAMES else []
        return "\n".join([*lines[:MOST_NAMES], *more]) or "the folder is empty"

    @contextmanager
    def _opened(self, steps: Sequence[str]) -> Generator[int]:
        """A descriptor of what these steps lead to."""
        here = -1
        closed = {identity for path in self._closed if (identity := _identity_of(path))}
        try:
            here = os.open(self._folder, _FOLDER)
            for step in steps:
                # Not blocking, or a named pipe would be waited for until somebody writes into it.
                flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
                there = os.open(step, flags, dir_fd=here)
                os.close(here)
                here = there
                if _identity(os.fstat(here)) in closed:
                    raise ToolFailed("DeepChat's own files are not shown")
            yield here
        except UnicodeEncodeError:
            raise ToolFailed("no file has such a name", _HINT) from None
        except OSError as error:
            where = "/".join(steps)[:200] or "the folder"
            raise ToolFailed(f"{where} can't be opened: {_why(error)}", _HINT) from None
        finally:
            if here >= 0:
                os.close(here)


def _steps(path: str) -> list[str]:
    steps = [step for step in path.strip().split("/") if step not in ("", ".")]
    if path.strip().startswith(("/", "~")) or ".." in steps or "\0" in path or len(steps) > _DEEPEST:
        raise ToolFailed(f"{path[:200]} does not lie in the folder", _HINT)
    if any(step.startswith(".") for step in steps):
        raise ToolFailed("hidden files are not shown", _HINT)
    return steps


def _all_of(found: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size <= LARGEST_FILE and (piece := os.read(found, 1 << 18)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _from_line(text: str, first_line: int) -> str:
    lines = text.splitlines(keepends=True)
    if first_line > max(1, len(lines)):
        raise ToolFailed(f"there are only {len(lines):,} lines")
    shown: list[str] = []
    room = MOST_CHARACTERS
    for line in lines[first_line - 1 :]:
        if len(line) > room:
            break
        shown.append(line)
        room -= len(line)
    following = first_line + len(shown)
    if not shown and lines:
        return f"{lines[first_line - 1][:MOST_CHARACTERS]}\n[… line {first_line:,} goes on …]"
    rest = (
        f"\n[… {len(lines):,} lines in all: go on with first_line {following:,} …]" if following <= len(lines) else ""
    )
    return "".join(shown) + rest


def _line(entry: os.DirEntry[str]) -> str:
    name = entry.name.encode("utf-8", "replace").decode("utf-8", "replace")
    if entry.is_symlink():
        return f"{name} (a link, not followed)"
    if entry.is_dir(follow_symlinks=False):
        return f"{name}/"
    return f"{name} ({entry.stat(follow_symlinks=False).st_size:,} bytes)"


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _identity_of(path: Path) -> _Identity | None:
    try:
        return _identity(path.stat())
    except OSError:
        return None


def _why(error: OSError) -> str:
    import errno

    if error.errno == errno.ELOOP:
        return "it is a link, and links are not followed"
    return error.strerror or "no reason was given"
