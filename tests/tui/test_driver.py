"""A real app on a real terminal is typed at in every odd way, and lives."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.tui.pty_app import LIMIT_S, PtyApp, lines_of, on_pty

APP = ("-m", "tests.tui.small_app")


class Typist:
    """Types at the small app, and reads what it noted."""

    def __init__(self, app: PtyApp, notes: Path) -> None:
        self.app = app
        self._notes = notes

    def types(self, *pieces: str | bytes) -> list[str]:
        """Type the pieces one by one, then a full stop; what the app noted until that came."""
        before = len(self.notes)
        for piece in pieces:
            self.app.send(piece)
            self.app.listen(0.01)
        self.app.send(".")
        self.app.wait_until(lambda: "key full_stop '.'" in self.notes[before:], "the full stop")
        return self.notes[before:-1]

    @property
    def notes(self) -> list[str]:
        return list(lines_of(self._notes))


@pytest.fixture
def typist(tmp_path: Path) -> Iterator[Typist]:
    notes = tmp_path / "notes"
    with on_pty(*APP, str(notes)) as app:
        app.wait_for("ready")
        yield Typist(app, notes)


def test_each_way_to_break_a_line_is_a_key_of_its_own(typist: Typist) -> None:
    assert typist.types("\r", "\n", "\x1b\r", "\x1b[13;2u", "\x1b[27;2;13~", "\x1b[13;3u") == [
        "key enter None",
        "key ctrl+j None",
        "key alt+enter None",
        "key shift+enter None",
        "key shift+enter None",
        "key alt+enter None",
    ]


def test_bytes_that_are_no_text_are_replaced(typist: Typist) -> None:
    noted = typist.types(b"\xff", b"a\xc3", b"\xa9", b"\xf0\x9f\x91")
    assert [note.split()[-1] for note in noted] == ["'\ufffd'", "'a'", "'é'", "'\ufffd'"]


def test_nothing_that_a_terminal_says_or_says_wrong_is_typed_or_kills(typist: Typist) -> None:
    assert not typist.types(
        "\x1b[?62;22c\x1b[24;80R\x1b[0n\x1b[>0;276;0c",
        "\x1b]11;rgb:14/17/1c\x1b\\\x1bP>|kitty(0.32)\x1b\\\x1b_Gi=1;OK\x1b\\",
        "\x1b]52;c;",
        "cm0gLXJm",
        "\x07",
        "\x1b[97;1:3u\x1b[55357;1u\x1b[1114112;1u\x1b[99999999999u\x1b[13;2:3u\x1b[:::;:;:u",
        "\x1b[1;2;3;4;5;6;7;8;9z\x1b[=5n",
    )


def test_a_paste_comes_as_one_whatever_is_in_it_and_however_it_comes(typist: Typist) -> None:
    assert typist.types("\x1b[20", "0~one\r", "\ntwo\x1b[A\x03\x1b", "[31mred\x1b[2", "01~x") == [
        r"paste 'one\ntwored'",
        "key x 'x'",
    ]


def test_many_lines_without_the_marks_of_a_paste_come_as_one_and_press_no_enter(typist: Typist) -> None:
    typist.app.send("some bytes of a text\r" * 48)  # written in one go, so that no pause can come between
    typist.app.wait_until(lambda: bool(typist.notes), "the paste")
    typist.app.send("as_a_script_types_it\r")
    typist.app.wait_until(lambda: "key enter None" in typist.notes, "Enter")
    assert typist.notes[0] == "paste of 1008"
    assert len(typist.notes) == 1 + len("as_a_script_types_it\r")


def test_a_paste_without_marks_ends_while_the_mouse_moves(typist: Typist) -> None:
    def comes_while_the_mouse_moves() -> bool:
        typist.app.send("\x1b[<35;5;3M")
        return bool(typist.notes)

    typist.app.send("the first of two lines\rand the second\r")
    typist.app.wait_until(comes_while_the_mouse_moves, "the paste", within_s=20)
    assert typist.types("\r") == ["key enter None"]


def test_what_comes_while_the_driver_is_at_work_has_come_at_once(tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from deepchat.tui.driver import SafeLinuxDriver
from tests.tui.small_app import SmallApp
notes, at_work, goes_on = map(Path, sys.argv[1:])
def tell(driver, message, process=SafeLinuxDriver.process_message):
    if getattr(message, 'key', '') == 'w' and not at_work.exists():
        at_work.touch()
        goes_on.read_text()
        time.sleep(0.2)
    process(driver, message)
SafeLinuxDriver.process_message = tell
SmallApp(notes).run()
"""
    notes, at_work, goes_on = tmp_path / "notes", tmp_path / "at_work", tmp_path / "goes_on"
    os.mkfifo(goes_on)
    with on_pty("-c", code, str(notes), str(at_work), str(goes_on)) as app:
        app.wait_for("ready")
        app.send("a_line_of_many_chars_w")
        app.wait_until(at_work.exists, "the work")
        app.send("\rno\r")
        goes_on.write_text(".")
        app.wait_until(lambda: len(lines_of(notes)) > len("a_line_of_many_chars_w"), "what was pasted")
    assert lines_of(notes)[-1] == r"paste '\nno\n'"


def test_a_large_paste_comes_as_one(typist: Typist) -> None:
    assert typist.types("\x1b[200~" + "seventy bytes of text\r\n" * 20_000 + "\x1b[201~") == ["paste of 440000"]


def test_an_escape_is_told_from_a_sequence(typist: Typist) -> None:
    typist.app.send("\x1b")
    typist.app.wait_until(lambda: typist.notes == ["key escape None"], "escape")
    assert typist.types("\x1b[A\x1b\x1b[B") == ["key up None", "key escape None", "key down None"]


def test_the_mouse_still_works(typist: Typist) -> None:
    assert typist.types("\x1b[<0;5;3M", "\x1b[<35;-2;3M", "\x1b[48;24;80;0;0t", "\x1b[<0;6;3M")[:1] == ["mouse 4 2"]


def test_what_was_heard_before_the_app_ran_counts_as_typed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from deepchat.tui.driver import SafeLinuxDriver;"
        "from tests.tui.small_app import SmallApp;"
        r"SafeLinuxDriver.heard_before = b'\x1b]11;rgb:0/0/0\x1b\\hi\x1b[?6';"
        "SmallApp(Path(sys.argv[1])).run()"
    )
    notes = tmp_path / "notes"
    with on_pty("-c", code, str(notes)) as app:
        app.send("2c.")
        app.wait_until(lambda: "key full_stop '.'" in lines_of(notes), "the full stop")
    assert lines_of(notes)[:3] == ["key h 'h'", "key i 'i'", "key full_stop '.'"]


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("hi\r", ["key h 'h'", "key i 'i'", "key enter None"]),
        ("h\ri\r", [r"paste 'h\ni\n'"]),  # nobody knows whether it was
        ("\r", []),
        ("\x0f\r", ["key ctrl+o None"]),
    ],
)
def test_enter_before_the_app_listens_is_enter_where_it_ends_one_line(
    typed: str, noted: list[str], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    with on_pty(*APP, str(notes)) as app:
        app.send(typed)
        app.wait_for("ready")
        app.wait_until(lambda: len(lines_of(notes)) >= len(noted), "what was typed")
        app.send(".")
        app.wait_until(lambda: "key full_stop '.'" in lines_of(notes), "the full stop")
    assert lines_of(notes)[: len(noted) + 1] == [*noted, "key full_stop '.'"]


def test_a_suspended_app_gives_the_terminal_back_and_repaints_when_it_returns(typist: Typist) -> None:
    typist.types("a")
    typist.app.wait_for("noted 2")
    typist.app.kill(signal.SIGTSTP)
    typist.app.wait_stopped()
    typist.app.wait_until(lambda: typist.app.is_restored, "the terminal as it was")
    assert "noted" not in typist.app.screen.text
    typist.app.kill(signal.SIGCONT)
    typist.app.wait_for("noted 2")
    assert typist.types("a") == ["key a 'a'"]


def test_a_key_can_suspend(typist: Typist) -> None:
    typist.app.send("\x1a")
    typist.app.wait_stopped()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=str
)
def test_a_signal_ends_in_order_with_its_status(typist: Typist, number: signal.Signals, status: int) -> None:
    typist.app.kill(number)
    assert typist.app.wait_exit() == status
    assert typist.app.is_restored
    assert typist.notes == ["unmounted"]


@pytest.mark.parametrize(("key", "status"), [("\x18", 1), ("\x1b[24~", 3)], ids=["fault", "exit"])
def test_an_end_in_a_fault_gives_the_terminal_back(typist: Typist, key: str, status: int) -> None:
    typist.app.send(key)
    assert typist.app.wait_exit() == status
    assert typist.app.is_restored


def test_a_terminal_that_is_closed_ends_the_app_at_once(typist: Typist) -> None:
    typist.app.hang_up()
    assert typist.app.process.wait(LIMIT_S) == 129
    assert typist.notes == ["unmounted"]


def test_a_terminal_that_is_closed_ends_even_an_app_that_was_told_to_stay(tmp_path: Path) -> None:
    code = (
        "import runpy, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "runpy.run_module('tests.tui.small_app', run_name='__main__')"
    )
    notes = tmp_path / "notes"
    with on_pty("-c", code, str(notes)) as app:
        app.wait_for("ready")
        app.kill(signal.SIGHUP)
        assert Typist(app, notes).types("a") == ["key a 'a'"]
        app.hang_up()
        assert app.process.wait(LIMIT_S) == 129


def test_what_is_painted_arrives_whole_whatever_the_locale_and_whoever_shares_the_terminal(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from textual.app import App
from textual.widgets import Static
from deepchat.tui.driver import SafeLinuxDriver
os.set_blocking(2, False)
class Wide(App[None]):
    def compose(self):
        yield Static("é" * 400 * 300)
    def on_mount(self):
        self.call_after_refresh(Path(sys.argv[1]).touch)
Wide(driver_class=SafeLinuxDriver).run()
"""
    painted = tmp_path / "painted"
    with on_pty("-c", code, str(painted), columns=400, lines=300, env={"PYTHONIOENCODING": "latin-1"}) as app:
        while not painted.exists():
            with suppress(subprocess.TimeoutExpired):
                app.process.wait(0.02)
        app.wait_until(lambda: app.screen.text.count("é") == 400 * 300, "all of it")


def test_a_second_sigterm_ends_an_app_that_is_stuck(typist: Typist) -> None:
    typist.app.send("\x1b[23~")
    typist.app.wait_until(lambda: typist.notes == ["key f11 None"], "being stuck")
    while typist.app.process.poll() is None:  # two that come at once may count as one
        typist.app.kill(signal.SIGTERM)
        typist.app.listen(0.05)
    assert typist.app.wait_exit() == 143
    assert typist.app.is_restored


def test_a_program_that_ends_without_stopping_its_driver_gives_the_terminal_back(tmp_path: Path) -> None:
    code = """
import asyncio, sys, threading
from pathlib import Path
from tests.tui.small_app import SmallApp
app = SmallApp(Path(sys.argv[1]))
loop = asyncio.new_event_loop()
task = loop.create_task(app.run_async())
while not app.is_running or not threading.active_count() > 2:
    loop.run_until_complete(asyncio.sleep(0.01))
"""
    with on_pty("-W", "ignore", "-c", code, str(tmp_path / "notes")) as app:
        assert app.wait_exit() == 0
        assert b"\x1b[?1049h" in app.raw
        assert app.is_restored
