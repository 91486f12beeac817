"""DeepChat in a terminal, and somebody who asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import AbstractContextManager

from tests.tui.pty_app import PtyApp, on_pty

DEEPCHAT = ("-m", "deepchat")
WRITE_HERE = "Ask anything"
FOREGROUND = "fg\r"
SHELL = """
import os, signal, subprocess, sys, termios
as_shells_have_it = termios.tcgetattr(0)
def take_terminal():
    os.setpgid(0, 0)
    give_terminal(os.getpid())
def give_terminal(to):
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, to)
    signal.signal(signal.SIGTTOU, before)
job = subprocess.Popen([*sys.argv[1:], sys.executable, "-m", "deepchat"], preexec_fn=take_terminal)
while os.WIFSTOPPED(status := os.waitpid(job.pid, os.WUNTRACED)[1]):
    give_terminal(os.getpid())
    termios.tcsetattr(0, termios.TCSANOW, as_shells_have_it)
    print("stopped", flush=True)
    command, *words = input().split()
    if command == "fg":
        give_terminal(job.pid)
    for number in words:
        os.killpg(job.pid, int(number))
    os.killpg(job.pid, signal.SIGCONT)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""As much of one as is needed to suspend the app: it takes `fg`, `bg`, and `kill` with numbers.

What it is given stands before the app's own words, as `uv run` does."""


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
