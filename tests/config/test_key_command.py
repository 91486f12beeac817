"""A key from a program: what it may do wrong, and what is never shown of it."""

from __future__ import annotations

import dataclasses

import pytest

from deepchat.errors import KeyMalformed, KeyMissing
from tests.config.finding import DEEPINFRA, KEY, find, printing, revealed
from tests.config.homes import Home


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; print('SENTINEL'); print('SENTINEL', file=sys.stderr); sys.exit(3)", "failed with exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", "failed with exit status -9"),
        ("pass", "printed nothing"),
        ("print()", "printed nothing"),
        ("print('SENTINEL' * 1_250_000)", "it printed too much"),
        ("import time; print('SENTINEL', flush=True); time.sleep(60)", "it took too long"),
        ("import sys; print('SENTINEL' + sys.stdin.read() + open('/dev/tty').read())", "failed with exit status 1"),
    ],
)
def test_a_key_command_that_fails_is_named_and_its_output_is_not(
    home: Home, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    monkeypatch.setattr("deepchat.config.keys.COMMAND_LIMIT_S", 1.5)
    with pytest.raises(KeyMissing, match=words) as caught:
        find(home, printing(program))
    assert "SENTINEL" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("output", ["\\x1b]52;c;SENTINEL\\x07", "SENTINEL\\xff", "", "SENTINEL key"])
def test_a_key_command_that_prints_no_key_is_refused(home: Home, output: str) -> None:
    with pytest.raises(KeyMalformed, match="what the key_command of deepinfra printed: ") as caught:
        find(home, printing(f"import sys; sys.stdout.buffer.write(b'{output}\\nmore')"))
    assert "SENTINEL" not in caught.value.message


def test_of_many_lines_the_first_is_the_key(home: Home) -> None:
    assert revealed(find(home, printing(f"print('{KEY}'); print('login: me'); print('url: x')")))[0] == KEY


def test_a_key_command_hears_nothing_and_its_own_children_are_not_waited_for(home: Home) -> None:
    program = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'], start_new_session=True)\n"
        f"print('{KEY}' + sys.stdin.read())\n"
    )
    assert revealed(find(home, printing(program)))[0] == KEY


def test_a_program_that_is_not_there_is_said_so(home: Home) -> None:
    with pytest.raises(KeyMissing, match="it can't be started"):
        find(home, dataclasses.replace(DEEPINFRA, key_command=("no-such-program-here",)))
