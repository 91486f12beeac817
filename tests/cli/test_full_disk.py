"""`deepchat` where the disk is full: what is kept can be read, and it is said that nothing more can be kept."""

from __future__ import annotations

import subprocess

import pytest

from tests.cli.running import COMMAND, LIMIT_S, Said, checked
from tests.cli.saved import keep, talk

NO_FILE_GROWS = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")


def run_without_room(*arguments: str) -> Said:
    command = [*NO_FILE_GROWS, *COMMAND, *arguments]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    return checked(done.returncode, done.stdout, done.stderr.decode())


@pytest.mark.parametrize("verb", [("list",), ("usage",), ("show", "Mine"), ("export", "Mine")])
def test_what_is_kept_can_be_read(verb: tuple[str, ...]) -> None:
    keep(talk("Mine", "a question", "an answer"))
    said = run_without_room(*verb)
    assert said.status == 0, said.err
    assert "Mine" in said.out or verb == ("usage",)
    assert "there is no room to write" in said.err


def test_what_would_be_written_is_refused_in_words() -> None:
    keep(talk("Mine", "a question", "an answer"))
    said = run_without_room("delete", "Mine", "--yes")
    assert said.status == 1
    assert "make room" in said.err


def test_the_check_up_reads_it_too() -> None:
    keep(talk("Mine", "a question", "an answer"))
    assert "1 conversations" in run_without_room("doctor").out
