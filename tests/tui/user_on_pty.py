"""DeepChat in a terminal, and somebody who asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import AbstractContextManager

from tests.tui.pty_app import PtyApp, on_pty

DEEPCHAT = ("-m", "deepchat")
WRITE_HERE = "Ask anything"


def started(*arguments: str, stdin: int | None = None) -> AbstractContextManager[PtyApp]:
    return on_pty(*DEEPCHAT, *arguments, columns=120, lines=32, stdin=stdin)


def ask(app: PtyApp, question: str) -> None:
    app.wait_for(WRITE_HERE)
    app.send(question)
    app.wait_for(question)
    app.send("\r")


def kept() -> list[dict[str, object]]:
    """The messages of the last conversation, as the command line shows them."""
    listed = subprocess.run([sys.executable, *DEEPCHAT, "list", "--json"], capture_output=True, check=True)
    newest = json.loads(listed.stdout)[0]["id"]
    shown = subprocess.run([sys.executable, *DEEPCHAT, "show", newest, "--json"], capture_output=True, check=True)
    return json.loads(shown.stdout)["messages"]
