"""A text in the user's own editor, while the app steps aside."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.errors import DeepChatError, UsageError

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
        with app.suspend():
            status = subprocess.run([*shlex.split(command), name], check=False).returncode  # noqa: S603  # the user's own
        if status:
            raise DeepChatError(f"the editor ended with {status}", "the text is as it was before")
        return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")
    except (OSError, ValueError) as error:
        raise DeepChatError(f"the editor can't be run: {error}", "check EDITOR; the text is as it was") from error
    finally:
        path.unlink(missing_ok=True)
        app.refresh(layout=True)
