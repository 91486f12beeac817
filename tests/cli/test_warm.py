"""The runs of the tests themselves: none hears what is said of another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from socket import SHUT_RDWR

import pytest

from tests.cli.warm import WarmRun, _parent  # pyright: ignore[reportPrivateUsage] - to end it

LIMIT_S = 60


@pytest.fixture
def nothing() -> Iterator[int]:
    file = os.open(os.devnull, os.O_RDWR)
    yield file
    os.close(file)


def test_a_run_that_nobody_waited_for_is_not_taken_for_the_next(nothing: int) -> None:
    left = WarmRun(["--no-such-option"], os.environ, [nothing] * 3)
    after = WarmRun(["--version"], os.environ, [nothing] * 3)
    assert after.pid != left.pid
    assert after.wait(LIMIT_S) == 0


def test_when_what_forks_has_ended_the_run_after_the_next_has_another(nothing: int) -> None:
    run = WarmRun(["--version"], os.environ, [nothing] * 3)
    assert run.wait(LIMIT_S) == 0
    _parent().shutdown(SHUT_RDWR)
    with pytest.raises((OSError, EOFError)):
        WarmRun(["--version"], os.environ, [nothing] * 3)
    assert WarmRun(["--version"], os.environ, [nothing] * 3).wait(LIMIT_S) == 0
