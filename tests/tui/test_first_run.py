"""The first start from a checkout, without a key or a network, to a real answer of a real model."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui.pty_app import LIMIT_S, PtyApp, on_pty

pytestmark = [
    pytest.mark.usefixtures("llama_server"),
    pytest.mark.skipif(sys.platform != "linux", reason="watches processes through pidfd_open"),
]


def servers_of(app: PtyApp) -> list[int]:
    """The small models that run for this program."""
    children = Path(f"/proc/{app.process.pid}/task").glob("*/children")
    return [int(pid) for one in children for pid in one.read_text().split()]


@contextmanager
def watched(pid: int) -> Generator[Callable[[], bool]]:
    """Tells whether that process has ended, waiting for it a while."""
    handle = os.pidfd_open(pid)
    try:
        yield lambda: bool(select.select([handle], [], [], LIMIT_S)[0])
    finally:
        os.close(handle)


def take_small_model(app: PtyApp) -> int:
    """From the first screen to the model."""
    app.wait_for("the small model: no key")
    app.send("\x1b[B")
    app.send("\r")
    app.wait_for("smollm2")
    (pid,) = servers_of(app)
    return pid


def test_a_newcomer_gets_a_real_answer_and_the_model_ends_with_the_app() -> None:
    with on_pty("-m", "deepchat", columns=120, lines=40) as app:
        pid = take_small_model(app)
        app.send("Say hello.\r")
        app.wait_for("tok/s", 60)
        with watched(pid) as has_ended:
            app.send("\x11")

            assert app.wait_exit() == 0
            assert has_ended()


def test_the_model_dies_with_an_app_that_is_killed() -> None:
    with on_pty("-m", "deepchat", columns=120, lines=40) as app, watched(take_small_model(app)) as has_ended:
        app.kill(signal.SIGKILL)

        assert has_ended()
