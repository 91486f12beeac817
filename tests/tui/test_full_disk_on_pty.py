"""What is written where the disk is full: it stays in the line, it is told, and the end of the app loses none of it."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.cli.test_full_disk import needs_disk
from tests.tui.pty_app import PtyApp, on_pty
from tests.tui.user_on_pty import WRITE_HERE

CTRL_Q = "\x11"
DRAFT = "half a precious thought"
RUN = "import os, sys; os.execvp('unshare', ['unshare', '-rm', 'sh', '-c', sys.argv[1]])"
pytestmark = [needs_disk, pytest.mark.usefixtures("sim")]


def on_small_disk(size: str, story: str) -> AbstractContextManager[PtyApp]:
    """What a shell's commands say, where the home is on a disk of its own."""
    Path(os.environ["DEEPCHAT_HOME"]).mkdir(exist_ok=True)
    script = f"""
        mount -t tmpfs -o size={size} tmpfs "$DEEPCHAT_HOME"
        deepchat() {{ "{sys.executable}" -m deepchat "$@"; }}
        fill() {{ head -c 12m /dev/zero >> "$DEEPCHAT_HOME/filler"; }} 2> /dev/null
        {story}
    """
    return on_pty("-c", RUN, script, columns=120, lines=32)


def write(app: PtyApp) -> None:
    app.wait_for(WRITE_HERE)
    app.send(DRAFT)
    app.wait_for("what you write stays here, but can't be kept")
    app.wait_for(DRAFT)
    app.send(CTRL_Q)


def test_a_draft_is_kept_in_the_room_that_is_kept_for_a_full_disk() -> None:
    with on_small_disk("12m", 'deepchat ask "Hello" > /dev/null; fill; deepchat; echo "left with $?"; deepchat') as app:
        write(app)
        app.wait_for("left with 0")
        app.wait_for(DRAFT)
        app.send(CTRL_Q)
        assert app.wait_exit() == 0


def test_a_draft_that_no_disk_takes_is_said_at_the_end() -> None:
    with on_small_disk("1m", 'deepchat ask "Hello" 2> /dev/null; fill; deepchat') as app:
        write(app)
        assert app.wait_exit() == 1
        assert b"what you wrote is not kept:" in app.raw
        assert DRAFT in app.screen.lines
