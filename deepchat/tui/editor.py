"""A text in the user's own editor, while the app steps aside."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.errors import DeepChatError, UsageError
from deepchat.tui.aside import aside

if TYPE_CHECKING:
    from textual.app import App


def edited(app: App[int], text: str) -> str:
    """The text as it was left; raises UsageError when there is no editor, DeepChatError when it failed."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not command.strip():
        raise UsageError("no editor is known", "set EDITOR, for example: export EDITOR=nano")
    descriptor, name = tempfile.mkstemp(prefix="deepchat-", suffix=".md")  # for this user only
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        if status := _run(app, [*shlex.split(command), name]):
            raise DeepChatError(f"the editor ended with {status}", "the text is as it was before")
        return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")
    except (OSError, ValueError) as error:
        raise DeepChatError(f"the editor can't be run: {error}", "check EDITOR; the text is as it was") from error
    finally:
        path.unlink(missing_ok=True)


def _run(app: App[int], command: Sequence[str]) -> int:
    """Its exit status; raises OSError when it can't be run."""
    failure: OSError | None = None
    status = 0
    with aside(app):
        try:
            status = subprocess.run(command, check=False).returncode  # noqa: S603  # the user's own
        except OSError as error:
            failure = error
    if failure:
        raise failure
    return status
