"""The app steps aside for a shell, which brings it back, or ends it where it is."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.tui.pty_app import PtyApp, on_pty
from tests.tui.user_on_pty import FOREGROUND, SHELL, WRITE_HERE, started

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


def test_a_window_that_closes_says_so_in_many_ways_and_means_one_end() -> None:
    with suspended() as app:
        app.send(f"kill {int(signal.SIGHUP)} {int(signal.SIGTERM)}\r")
        assert app.wait_exit() == 128 + signal.SIGHUP
    with on_pty("-m", "deepchat", columns=120, lines=32) as app:
        app.wait_for("half a question")


def test_ctrl_z_stops_what_began_it_as_well_or_the_shell_would_wait_for_that() -> None:
    with on_pty("-c", SHELL, "/bin/sh", "-c", '"$@"; exit $?', "sh", columns=120, lines=32) as app:
        app.wait_for(WRITE_HERE)
        app.send("\t\x1a")
        app.wait_for("stopped")
        assert app.is_restored
        app.send(FOREGROUND)
        app.wait_for(WRITE_HERE)
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored


def test_stopped_where_it_stood_it_takes_the_terminal_again() -> None:
    with on_pty("-c", SHELL, columns=120, lines=32) as app:
        app.wait_for(WRITE_HERE)
        app.suspend(signal.SIGSTOP)
        app.wait_until(lambda: b"stopped" in app.raw, "being stopped")
        assert app.edits_lines
        app.send(FOREGROUND)
        app.wait_for_keys()
        app.wait_until(lambda: app.raw.count(ENTERED) == 2, "the screen of the app")
        app.wait_for(WRITE_HERE)
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored


def test_what_was_never_suspended_is_not_begun_twice() -> None:
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send("a")
        app.wait_for("❯ a")
        app.kill(signal.SIGCONT)
        app.send("b")
        app.wait_for("❯ ab")
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored
        assert app.raw.count(ENTERED) == 1


def test_told_to_end_and_woken_at_once_it_leaves_the_terminal_as_it_was() -> None:
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.kill(signal.SIGTERM)
        app.kill(signal.SIGCONT)
        assert app.wait_exit() == 128 + signal.SIGTERM
        assert app.is_restored


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
