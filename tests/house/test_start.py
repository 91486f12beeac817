"""What every command pays before it does anything."""

from __future__ import annotations

import os
import subprocess
import sys

RUNS = 5
ALLOWED_S = 0.060


def least_cpu_s(*arguments: str) -> float:
    """User and system seconds of the cheapest of a few runs: the one that others disturbed least."""

    def once() -> float:
        process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_utime + used.ru_stime

    return min(once() for _ in range(RUNS))


def test_help_costs_hardly_more_than_python_itself() -> None:
    assert least_cpu_s("-m", "deepchat", "--help") < 2 * least_cpu_s("-c", "pass") + ALLOWED_S
