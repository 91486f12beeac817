"""What is said on a terminal."""

from __future__ import annotations

import io

import pytest

from deepchat.cli.voice import Words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("hidden", "told"),
    [(1, "1 hidden character was left out"), (2, "2 hidden characters were left out"), (1_200, "1,200 hidden")],
)
def test_what_was_left_out_is_counted(hidden: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    words = Words(terminal)

    words.say(f"sa{chr(0x200B) * hidden}fe")
    words.end()

    assert terminal.getvalue() == "safe\n"
    assert capsys.readouterr().err.startswith(told)
