"""Killed at any call to the system, or with a disk that is full or fails: what was said to be safe is safe."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.session.answering import now_ms
from deepchat.store import conversations, turns
from deepchat.store.database import Database

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
LONG = os.environ.get("DEEPCHAT_LONG") == "1"
"""Every place instead of a sample of them: minutes instead of seconds."""
ROUNDS = 2
POINTS = {"pwrite64": 120, "fdatasync": 40, "ftruncate": 4, "unlink": 4}
"""Calls that the driver makes, and more than how many times it makes them."""
SAMPLE = 9


def places(call: str) -> list[int]:
    every = list(range(1, POINTS[call] + 1))
    return every if LONG else sorted(random.Random(7).sample(every, min(SAMPLE, len(every))))


def drive(folder: Path, *inject: str) -> subprocess.CompletedProcess[str]:
    calls = ",".join(POINTS)
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}"]
    wrapped = [*strace, *(argument for rule in inject for argument in ("-e", rule))] if inject else []
    return subprocess.run(
        [*wrapped, sys.executable, "-m", "tests.store.driver", str(folder), str(ROUNDS)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def check(folder: Path, said: str) -> None:
    """Whatever was acknowledged is there, after the repairs that every start makes."""
    lines = said.splitlines()
    path = folder / "deepchat.db"
    if not path.exists():
        assert "open" not in lines
        return

    async def look() -> dict[str, str]:
        database = await Database.open(path, now_ms=now_ms())
        try:
            assert not [notice for notice in database.notices if "damaged" in notice]
            for _, message in await database.read(turns.unfinished):
                await database.write(lambda c, m=message: turns.recover(c, m, now_ms()))
            talks = await database.read(conversations.recent)
            loaded = [await database.read(lambda c, t=talk: conversations.load(c, t.id)) for talk in talks]
        finally:
            await database.close()
        return {node.id: node.message.text for talk in loaded for node in talk.tree}

    words = asyncio.run(look())
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []
    for line in lines:
        what, _, which = line.partition(" ")
        if what == "asked":
            assert words[f"question{which}"] == f"question {which}"
        if what == "heard":
            assert f"piece {which} " in words[f"answer{which.partition('.')[0]}"]


def test_the_driver_ends_well(tmp_path: Path) -> None:
    done = drive(tmp_path)
    assert done.stdout.splitlines()[-1] == "closed", done.stderr
    check(tmp_path, done.stdout)


@needs_strace
@pytest.mark.parametrize(("call", "place"), [(call, place) for call in POINTS for place in places(call)])
def test_killed_at_a_call_it_has_every_acknowledged_word(tmp_path: Path, call: str, place: int) -> None:
    done = drive(tmp_path, f"inject={call}:signal=KILL:when={place}")
    assert "Traceback" not in done.stderr
    check(tmp_path, done.stdout)


@needs_strace
@pytest.mark.parametrize("often", ["", "+"], ids=["once", "from-then-on"])
@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
@pytest.mark.parametrize(
    ("call", "place"),
    [(call, place) for call in ("pwrite64", "fdatasync") for place in places(call)[:: 1 if LONG else 3]],
)
def test_a_full_or_failing_disk_is_said_and_loses_nothing(
    tmp_path: Path, call: str, place: int, fault: str, often: str
) -> None:
    done = drive(tmp_path, f"inject={call}:error={fault}:when={place}{often}")
    assert "Traceback" not in done.stderr
    ended = done.stdout.splitlines()[-1] if done.stdout else ""
    assert ended == "closed" or ended.startswith("error StoreFull"), done.stdout
    check(tmp_path, done.stdout)


def test_killed_at_random_it_has_every_acknowledged_word(tmp_path: Path) -> None:
    chance = random.Random(11)
    for number in range(200 if LONG else 15):
        folder = tmp_path / str(number)
        folder.mkdir()
        said = folder / "said.txt"
        with said.open("w") as out:
            process = subprocess.Popen([sys.executable, "-m", "tests.store.driver", str(folder), "40"], stdout=out)
            time.sleep(chance.uniform(0.15, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
        check(folder, said.read_text())
