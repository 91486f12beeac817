"""The app steps aside for a shell, which brings it back, or ends it where it is."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.tui.pty_app import PtyApp, on_pty
from tests.tui.user_on_pty import FOREGROUND, SHELL, WRITE_HERE

ENTERED = b"\x1b[?1049h"
SAVES_LATE = """
from pathlib import Path
from tests.tui.small_app import SmallApp
SmallApp(Path("/dev/null")).run()
print("saving", flush=True)
input()
"""
pytestmark = pytest.mark.usefixtures("sim")


@contextmanager
def suspended() -> Generator[PtyApp]:
    """A shell, with the app stopped behind it that has shown a draft."""
    with on_pty("-c", SHELL, columns=120, lines=32) as app:
        app.wait_for(WRITE_HERE)
        app.send("half a question")
        app.wait_for("half a question")
        app.suspend()
        app.wait_for("stopped")
        assert app.is_restored
        yield app


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_ends_it_behind_the_shell(number: signal.Signals) -> None:
    with suspended() as app:
        app.send(f"kill {int(number)}\r")
        assert app.wait_exit() == 128 + number
        assert app.is_restored
        assert app.raw.count(ENTERED) == 1
    with on_pty("-m", "deepchat", columns=120, lines=32) as app:
        app.wait_for("half a question")


def test_in_the_background_it_stops_again_and_a_signal_ends_it_there() -> None:
    with suspended() as app:
        app.send("bg\r")
        app.wait_until(lambda: app.raw.count(b"stopped") == 2, "being stopped again")
        app.send("kill 15\r")
        assert app.wait_exit() == 128 + signal.SIGTERM
        assert app.is_restored
        assert app.raw.count(ENTERED) == 1


def test_brought_back_it_goes_on_and_ends_in_order() -> None:
    with suspended() as app:
        app.send("bg\r")
        app.wait_until(lambda: app.raw.count(b"stopped") == 2, "being stopped again")
        app.send(FOREGROUND)
        app.wait_until(lambda: app.raw.count(ENTERED) == 2, "the screen of the app")
        app.wait_for("half a question")
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored


def test_when_the_app_is_over_and_something_is_being_saved_it_steps_aside_and_goes_on_with_that() -> None:
    with on_pty("-c", SAVES_LATE) as app:
        app.wait_for("ready")
        app.kill(signal.SIGTERM)
        app.wait_for("saving")
        app.kill(signal.SIGTSTP)
        app.wait_stopped()
        app.kill(signal.SIGCONT)
        app.send("\r")
        assert app.wait_exit() == 0
        assert app.is_restored
