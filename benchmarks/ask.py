"""CPU time of `deepchat ask` against `llm` (PyPI), on the same loopback server in the same run.

uv run python benchmarks/ask.py [--tokens 10000] [--runs 5] [--gate]

The server is the simulator, in a process of its own. With --gate the exit status is 1 when `ask` takes more than half
of what `llm` takes. `deepchat --help` is measured against `python -c pass` too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deepchat.simulator.running import SimulatorThread
from deepchat.simulator.scene import Manners, Scene, Speak

GATE = 0.5
WORDS = "The keeper climbs the stairs and lights the lamp before the ships come home. "


def long_answer(tokens: int) -> Scene:
    """A scene whose answer has about so many tokens (each word and each stop is one)."""
    return Scene("long", "an answer for measuring", ((Speak(Manners(text=WORDS * (tokens // 15))),),))


def cpu_of(command: Sequence[str], environ: Mapping[str, str], least_output: int = 0) -> float:
    """User and system seconds of the command and all its children."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0 or out.tell() < least_output:
            raise SystemExit(f"{command[0]} failed ({process.returncode}): {said.decode()[-500:]}")
    return used.ru_utime + used.ru_stime


def find_llm() -> str:
    """`llm` in an environment of its own: it shares no dependency with us."""
    command = ["uv", "run", "--quiet", "--no-project", "--isolated", "--with", "llm>=0.36,<1", "--no-config"]
    with tempfile.TemporaryDirectory() as empty:
        said = subprocess.run([*command, "which", "llm"], capture_output=True, text=True, check=True, cwd=empty)
    return said.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    python = [sys.executable, "-X", "frozen_modules=on"]
    base = statistics.median(cpu_of([*python, "-c", "pass"], environ) for _ in range(options.runs))
    helped = statistics.median(cpu_of([*python, "-m", "deepchat", "--help"], environ) for _ in range(options.runs))
    print(f"python -c pass   {base * 1000:7.0f} ms CPU")
    print(f"deepchat --help  {helped * 1000:7.0f} ms CPU   (limit {2 * base * 1000 + 60:.0f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
