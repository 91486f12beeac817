"""A fault of ours, kept as a report without keys and without the values of variables."""

from __future__ import annotations

import contextlib
import os
import traceback
from pathlib import Path

from deepchat.config.files import write_whole
from deepchat.config.paths import find_paths, make_private_folder
from deepchat.errors import DeepChatError
from deepchat.secret import scrub


def keep_report(error: BaseException) -> Path | None:
    """Where the report was written, or None when there is no place for it."""
    text = scrub("".join(traceback.format_exception(error)))
    with contextlib.suppress(DeepChatError, OSError):
        folder = find_paths(os.environ).log
        make_private_folder(folder)
        write_whole(folder / "crash.txt", text)
        return folder / "crash.txt"
    return None
