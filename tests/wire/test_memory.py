"""Floods leave the memory as it was: the client plays them in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deepchat.simulator.running import SimulatorThread

MOST_GROWTH_MB = 80
ROOT = Path(__file__).parents[2]
ASK_TWICE = """
import asyncio, resource, sys
from tests.wire.asking import ask_once, at, question

def ask(scene):
    return asyncio.run(ask_once(at(sys.argv[1]), question(f"sim/{scene}")))

assert ask("bom").draft.finish == "stop"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
outcome = ask(sys.argv[2])
unit = 1 if sys.platform == "darwin" else 1024
print(outcome.error.kind if outcome.error else "", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit)
"""


@pytest.mark.parametrize(
    ("scene", "kind"),
    [
        ("gzip-bomb", "bad_reply"),
        ("gzip-bomb-error", "refused"),
        ("line-without-end", "bad_reply"),
        ("comment-without-end", "bad_reply"),
        ("event-without-end", "bad_reply"),
        ("error-body-huge", "refused"),
        ("huge-header", "bad_reply"),
        ("huge-headers", "bad_reply"),
        ("tool-arguments-huge", ""),
    ],
)
def test_a_flood_leaves_the_memory_as_it_was(scene: str, kind: str) -> None:
    with SimulatorThread() as simulator:
        done = subprocess.run(
            [sys.executable, "-c", ASK_TWICE, simulator.url, scene],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    heard, growth = done.stdout.rstrip("\n").split(" ")
    assert heard == kind
    assert int(growth) < MOST_GROWTH_MB * 10**6
