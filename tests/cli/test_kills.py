"""`deepchat ask` killed at any moment: what was asked, and what was heard a quarter of a second before, is there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, at, run

KILLS = 200 if os.environ.get("DEEPCHAT_LONG") == "1" else 8
SAFE_AFTER_S = 0.6
"""A quarter of a second to the journal, and as much for a busy machine."""


def test_killed_at_random_every_acknowledged_word_is_there(sim: SimulatorThread) -> None:
    chance = random.Random(5)
    kept = Path(os.environ["DEEPCHAT_HOME"]) / "data" / "deepchat.db"
    for number in range(KILLS):
        question = f"Question {number}?"
        heard = killed_after(chance.uniform(0.3, 2.0), question, sim)
        shown = run("list", "--json")
        titles = {one["title"]: one["id"] for one in shown.object}
        if heard:
            assert question in titles, "it was answered, so it was asked, so it was on disk"
            answer = run("show", titles[question], "--json").object["messages"][-1]
            assert answer["text"].startswith(heard)
            assert answer["state"] in ("interrupted", "whole")
            assert "recovered an answer" in shown.err or answer["state"] == "whole"
        if kept.exists():
            with closing(sqlite3.connect(kept)) as c:
                assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert run("ask", "-c", "And now?", env=at(sim)).status in (0, 1)


def killed_after(seconds: float, question: str, sim: SimulatorThread) -> str:
    """What had been printed long enough before a process that asks was killed."""
    out = Path(os.environ["DEEPCHAT_HOME"]).parent / "heard.txt"
    with out.open("wb") as file:
        process = subprocess.Popen(
            [*COMMAND, "ask", "-m", "sim/slow", question],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **at(sim)},
        )
        time.sleep(seconds)
        heard = out.read_bytes().decode(errors="ignore")
        time.sleep(SAFE_AFTER_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
    return heard
