"""The terminal is asked what it is before the app runs, and answers are never left lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from deepchat.tui.terminal import RESET
from tests.tui.pty_app import on_pty
from tests.tui.screen import Screen

QUESTION: Final = b"\x1b]11;?\x1b\\"
LAST_QUESTION: Final = b"\x1b[c"
LOOK: Final = """
import os, select, time
from deepchat.tui.terminal import find_background
start = time.monotonic()
found = find_background(os.environ, WAIT_S)
took = time.monotonic() - start
left = select.select([0], [], [], 0.05)[0]
print("dark" if found.dark else "light", "quick" if took < WAIT_S else "slow", "left" if left else "clean", found.heard)
"""
LONG_S: Final = "10"
SHORT_S: Final = "0.05"


def looked(answers: Mapping[bytes, bytes], wait_s: str = LONG_S, **env: str) -> str:
    """What the terminal was found to be, when it answers so."""
    with on_pty("-c", LOOK.replace("WAIT_S", wait_s), env=env, answers=answers) as app:
        assert app.wait_exit() == 0
        assert app.is_restored
        return app.screen.lines[0]


@pytest.mark.parametrize(
    ("colour", "found"),
    [
        ("rgb:1414/1717/1c1c", "dark"),
        ("rgb:fc/fc/fa", "light"),
        ("rgba:ffff/ffff/ffff/8080", "light"),
        ("rgb:0/0/f", "dark"),
        ("rgb:f/f/0", "light"),
    ],
)
def test_a_terminal_says_whether_it_is_dark(colour: str, found: str) -> None:
    said = looked({LAST_QUESTION: f"\x1b]11;{colour}\x07\x1b[?62;22c".encode()})
    assert said.startswith(f"{found} quick clean")


def test_a_terminal_that_knows_no_colours_is_not_waited_for() -> None:
    assert looked({LAST_QUESTION: b"\x1b[?1;2c"}).startswith("dark quick clean")
    assert looked({LAST_QUESTION: b"\x1b[?1;2c"}, COLORFGBG="0;15").startswith("light quick clean")


@pytest.mark.parametrize(
    ("said", "found"), [("15;0", "dark"), ("0;default;15", "light"), ("0;7", "light"), ("", "dark")]
)
def test_a_silent_terminal_is_what_the_environment_says(said: str, found: str) -> None:
    assert looked({}, SHORT_S, COLORFGBG=said).startswith(f"{found} slow clean b''")


def test_what_was_typed_meanwhile_is_kept() -> None:
    assert looked({QUESTION: b"hi", LAST_QUESTION: b"\x1b[?6c"}).endswith(r"b'hi\x1b[?6c'")


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_a_terminal_that_would_print_the_question_is_not_asked(term: str) -> None:
    with on_pty("-c", LOOK.replace("WAIT_S", LONG_S), env={"TERM": term}) as app:
        assert app.wait_exit() == 0
        assert b"\x1b" not in app.raw
        assert app.screen.lines[0].startswith("dark quick clean")


TAKE: Final = """
import sys
from deepchat.tui.terminal import take_piped
piped = take_piped(20)
print(piped, sys.__stdin__.fileno(), sys.stdin.isatty())
print("said:", input())
"""


@pytest.mark.parametrize(
    ("content", "piped"),
    [
        (b"", "None 0 True"),
        ("größe\n".encode(), r"Piped(text='größe\n', cut=False) 0 True"),
        (b"\xff" * 30, "Piped(text='" + "\ufffd" * 20 + "', cut=True) 0 True"),
    ],
)
def test_what_is_piped_in_is_read_and_then_the_terminal_takes_its_place(content: bytes, piped: str) -> None:
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    with on_pty("-c", TAKE, stdin=reader) as app:
        os.close(reader)
        app.wait_for(piped)
        app.send("typed\n")
        app.wait_for("said: typed")


def test_standard_input_that_is_closed_or_the_terminal_is_no_matter() -> None:
    with on_pty("-c", f"import os, sys\n{TAKE}") as app:
        app.wait_for("None 0 True")
    closed = "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    with on_pty("-c", closed, TAKE) as app:
        app.wait_for("None 0 True")
        app.send("typed\n")
        app.wait_for("said: typed")


REQUIRE: Final = """
from deepchat.errors import UsageError
from deepchat.tui.terminal import require_terminal, size
import sys
try:
    require_terminal()
except UsageError as error:
    sys.exit(f"{error.message}; {error.hint}")
print(*size(), file=sys.stderr)
print("─ \\ud800", file=sys.stderr)
"""


def test_the_app_is_refused_where_it_could_not_be_seen(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as file, on_pty("-c", REQUIRE, stderr=file.fileno()) as app:
        assert app.wait_exit() == 1
    assert said.read_text().startswith(
        "the app draws on standard error, and that is not a terminal here; use `deepchat"
    )


def test_the_app_is_refused_where_nobody_could_type() -> None:
    alone = "import os, sys\nif os.fork(): os.wait(); sys.exit()\nos.setsid()\n"
    with on_pty("-c", alone + REQUIRE) as app:
        app.wait_for("there is no terminal to type at; use `deepchat ask`")


@pytest.mark.parametrize(("term", "why"), [("dumb", "TERM=dumb"), ("", "TERM is empty")])
def test_the_app_is_refused_where_nothing_can_be_drawn(term: str, why: str) -> None:
    with on_pty("-c", REQUIRE, columns=160, env={"TERM": term}) as app:
        app.wait_for("`deepchat --plain`")
        assert why in app.screen.text
        assert b"\x1b" not in app.raw


def test_a_name_that_nobody_knows_is_a_terminal_like_others() -> None:
    with on_pty("-m", "deepchat", "--temporary", columns=100, env={"TERM": "nonsense"}) as app:
        app.wait_for("Paste a key")
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored


def test_letters_can_be_shown_whatever_the_locale_says() -> None:
    with on_pty("-c", REQUIRE, columns=72, lines=20, env={"PYTHONIOENCODING": "latin-1"}) as app:
        app.wait_for("─ ?")
        assert app.screen.lines[0] == "72 20"


def test_the_reset_switches_off_all_that_the_app_switches_on(tmp_path: Path) -> None:
    with on_pty("-m", "tests.tui.small_app", str(tmp_path / "notes")) as app:
        app.wait_for("ready")
        app.wait_for_bytes(b"\x1b[?2004h")
        app.kill(signal.SIGKILL)
        assert app.wait_exit() == -signal.SIGKILL
        assert app.screen.modes
        app.screen.feed(RESET)
        assert not app.screen.modes
        assert app.screen.kitty_depth == 0


def test_the_reset_harms_no_terminal_that_was_not_changed() -> None:
    screen = Screen(10, 2)
    screen.feed("words")
    screen.feed(RESET)
    assert screen.text.strip() == "words"


def test_a_question_needs_a_terminal() -> None:
    code = "import os; from deepchat.tui.terminal import find_background; print(find_background(os.environ))"
    said = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert said.stdout == "Background(dark=True, heard=b'')\n"
