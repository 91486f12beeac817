"""What is typed while the program starts does what it would do later; every way out leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deepchat.errors import UsageError
from deepchat.simulator import SimulatorThread
from tests.tui.earlier import keep
from tests.tui.pty_app import PtyApp, on_pty
from tests.tui.user_on_pty import FOREGROUND, SHELL, WRITE_HERE, started

CTRL_C, CTRL_F, CTRL_G, CTRL_Q, CTRL_R, CTRL_U, CTRL_W = "\x03", "\x06", "\x07", "\x11", "\x12", "\x15", "\x17"
SLOW = """
import os, sys
_, fifo, module, *arguments = sys.argv
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == module and os.read(os.open(fifo, os.O_RDONLY), 1) == b'!':
            raise RuntimeError
sys.meta_path.insert(0, Slow())
sys.argv = ['deepchat', *arguments]
from deepchat.__main__ import main
sys.exit(main())
"""
"""A disk that is waited for while a module is loaded, and that may be broken."""
FIRST, HEAVIEST = "deepchat.cli.main", "textual.app"


class Disk:
    """What it comes to."""

    def __init__(self, folder: Path) -> None:
        self.fifo = folder / "disk"
        os.mkfifo(self.fifo)
        self._writer = os.open(self.fifo, os.O_RDWR)

    def read(self) -> None:
        os.write(self._writer, b".")

    def fail(self) -> None:
        os.write(self._writer, b"!")

    def close(self) -> None:
        os.close(self._writer)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with closing(Disk(tmp_path)) as disk:
        yield disk


@contextmanager
def starting(disk: Disk, *arguments: str, at: str = FIRST) -> Generator[PtyApp]:
    """The program, when the terminal gives it each key and nothing can be seen yet."""
    with on_pty("-c", SLOW, str(disk.fifo), at, *arguments, columns=120, lines=32) as app:
        app.wait_for_keys()
        assert not app.raw
        yield app


def leave(app: PtyApp) -> None:
    app.send(CTRL_Q)
    assert app.wait_exit() == 0
    assert app.is_restored


def asked(sim: SimulatorThread) -> list[bytes]:
    """The questions, and not what else is wanted of the server."""
    return [request.body for request in sim.heard if request.path.endswith("/chat/completions")]


def test_words_behind_ctrl_r_filter_the_conversations_and_ask_nothing(sim: SimulatorThread, disk: Disk) -> None:
    asyncio.run(keep("oslo", "Where is it dark at noon?", "In Tromso."))
    before = len(asked(sim))
    with starting(disk) as app:
        app.send(f"{CTRL_R}oslo\r")
        disk.read()
        app.wait_for("In Tromso.")
        leave(app)
    assert len(asked(sim)) == before


def test_words_behind_ctrl_f_are_looked_for(sim: SimulatorThread, disk: Disk) -> None:
    asyncio.run(keep("oslo", "Where is it dark at noon?", "In Tromso."))
    before = len(asked(sim))
    with starting(disk, "--temporary") as app:
        app.send(f"{CTRL_F}tromso")
        disk.read()
        app.wait_for("In Tromso.")
        leave(app)
    assert len(asked(sim)) == before


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize("arguments", [[], ["-c"], ["--demo"]], ids=["alone", "an option", "tour"])
def test_words_are_taken_back_by_the_keys_of_the_app(arguments: list[str], disk: Disk) -> None:
    with starting(disk, *arguments) as app:
        app.send(f"gone{CTRL_U}one two{CTRL_W}three")
        disk.read()
        app.wait_for("one three")
        assert "gone" not in app.screen.text
        leave(app)


def test_many_lines_are_written_and_not_sent(sim: SimulatorThread, disk: Disk) -> None:
    before = len(asked(sim))
    with starting(disk) as app:
        app.send("one\rtwo\r")
        disk.read()
        app.wait_for("two")
        leave(app)
    assert len(asked(sim)) == before


@pytest.mark.usefixtures("sim")
def test_a_question_is_asked(disk: Disk) -> None:
    with starting(disk) as app:
        app.send("What is it?\r")
        disk.read()
        app.wait_for("when it is finished.")
        leave(app)


def test_many_lines_that_come_later_wait_in_the_composer_until_enter(sim: SimulatorThread) -> None:
    before = len(asked(sim))
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send("Which of these\rlines is the last\rof all?")
        app.wait_for("of all?")
        assert len(asked(sim)) == before
        app.send("\r")
        app.wait_for("when it is finished.")
        leave(app)
    assert len(asked(sim)) == before + 1
    assert rb"Which of these\nlines is the last\nof all?" in asked(sim)[-1]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=str
)
def test_a_signal_before_the_first_frame_leaves_the_terminal_as_it_was(
    number: signal.Signals, status: int, disk: Disk
) -> None:
    with starting(disk) as app:
        app.kill(number)
        assert app.wait_exit() == status
        assert app.is_restored


@pytest.mark.parametrize(("word", "at"), [("-c", FIRST), ("hello", HEAVIEST)], ids=["an option", "a question"])
def test_ctrl_c_before_the_first_frame_ends_it(word: str, at: str, disk: Disk) -> None:
    with starting(disk, word, at=at) as app:
        app.send(CTRL_C)
        assert app.wait_exit() == 130
        assert app.is_restored


@pytest.mark.parametrize(
    "arguments", [("--bogus",), ("-c", "-r"), ("what is it?", "--bogus"), ("--preset", "nowhere")], ids=" ".join
)
def test_a_mistake_in_the_command_line_leaves_the_terminal_as_it_was(arguments: tuple[str, ...]) -> None:
    with started(*arguments) as app:
        assert app.wait_exit() == UsageError.exit_status
        assert app.is_restored


def test_a_fault_while_it_is_loaded_leaves_the_terminal_as_it_was(disk: Disk) -> None:
    with starting(disk, at=HEAVIEST) as app:
        disk.fail()
        app.wait_for("this is a fault in DeepChat")
        assert app.wait_exit() == 1
        assert app.is_restored


@pytest.mark.parametrize("arguments", [["--plain"], ["auth", "set"]], ids=" ".join)
def test_what_reads_lines_has_them_edited_by_the_terminal(arguments: list[str]) -> None:
    with started(*arguments) as app:
        app.wait_until(lambda: bool(app.raw), "a prompt")
        assert app.edits_lines


@pytest.mark.usefixtures("sim")
def test_ctrl_z_before_the_first_frame_suspends_it_until_the_shell_brings_it_back() -> None:
    with on_pty("-c", SHELL, columns=120, lines=32) as app:
        app.wait_for_keys()
        app.send("\x1a")
        app.wait_for("stopped")
        assert app.is_restored
        app.send(FOREGROUND)
        app.wait_for_keys()
        app.wait_for(WRITE_HERE)
        leave(app)


@pytest.mark.usefixtures("sim")
def test_ctrl_z_where_no_shell_could_bring_it_back_is_no_matter(disk: Disk) -> None:
    with starting(disk) as app:
        app.send("\x1a")
        disk.read()
        app.wait_for(WRITE_HERE)
        leave(app)


@pytest.mark.usefixtures("sim")
def test_while_it_is_suspended_the_terminal_is_as_it_was() -> None:
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.kill(signal.SIGTSTP)
        app.wait_stopped()
        app.wait_until(lambda: app.is_restored, "the terminal as it was")
        app.kill(signal.SIGCONT)
        app.wait_for(WRITE_HERE)
        assert not app.edits_lines
        leave(app)


@pytest.mark.usefixtures("sim")
def test_an_editor_gets_the_terminal_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor, seen = tmp_path / "editor", tmp_path / "seen"
    editor.write_text(f"#!/bin/sh\nstty -a > {seen}\necho edited > $1\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send(CTRL_G)
        app.wait_for("edited")
        leave(app)
    assert {"icanon", "echo", "iexten", "icrnl", "isig"} <= set(seen.read_text().split())
