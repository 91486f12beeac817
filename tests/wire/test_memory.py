"""Floods leave the memory as it was, played in a process of its own; and so does every question."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deepchat.simulator.running import SimulatorThread
from deepchat.wire.http import Exchange
from tests.wire.asking import CALM, ask, at, question

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


async def test_a_question_that_was_answered_is_let_go_of_without_any_search_for_garbage() -> None:
    """With it goes the whole conversation in JSON: many of them would wait for that search."""
    gc.collect()
    gc.disable()
    others = _requests_and_replies()
    try:
        with SimulatorThread() as simulator:
            exchange = Exchange(CALM)
            outcome = await ask(exchange, [at(simulator.url)], question("sim/plain"))
            kept = [one for one in _requests_and_replies() if not any(one is other for other in others)]
            await exchange.aclose()
    finally:
        gc.enable()
    assert outcome.draft.finish == "stop"
    assert kept == []


def _requests_and_replies() -> list[object]:
    return [one for one in gc.get_objects() if type(one) in (httpx.Request, httpx.Response)]
