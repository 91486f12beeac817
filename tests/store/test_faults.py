"""Killed at any call to the system, or with a disk that is full or fails: what was said to be safe is safe."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.session.clock import now_ms
from deepchat.store import conversations, turns
from deepchat.store.database import Database

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
LONG = os.environ.get("DEEPCHAT_LONG") == "1"
"""Every place instead of a sample of them: minutes instead of seconds."""
ROUNDS = 2
CALLS = ("pwrite64", "fdatasync", "ftruncate", "unlink", "openat")
SAMPLE = 14
"""So many places of each call, spread over all of a run; for faults, a third of them."""


def places(call: str, folder: Path, sample: int = SAMPLE) -> list[int]:
    """When to strike: the driver is counted first, so that no place is past its end, and its end is one."""
    log = folder / "calls.txt"
    drive(folder / "counted", log=log)
    count = log.read_text().count(f"{call}(")
    assert count, f"the driver never calls {call}"
    if LONG or count <= sample:
        return list(range(1, count + 1))
    return sorted({1 + round(number * (count - 1) / (sample - 1)) for number in range(sample)})


def drive(folder: Path, *inject: str, log: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Only calls that are made for this folder's files count: Python opens many others when it starts."""
    folder.mkdir(exist_ok=True)
    beside = ("", "-wal", "-shm", "-journal", ".lock", ".open")
    only = [argument for end in beside for argument in ("-P", str(folder / f"deepchat.db{end}"))]
    rules = [argument for rule in inject for argument in ("-e", rule)]
    strace = ["strace", "-f", "-qq", "-o", str(log or "/dev/null"), *only, "-e", f"trace={','.join(CALLS)}", *rules]
    wrapped = strace if inject or log else []
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
@pytest.mark.parametrize("call", CALLS)
def test_killed_at_a_call_it_has_every_acknowledged_word(tmp_path: Path, call: str) -> None:
    for place in places(call, tmp_path):
        folder = tmp_path / str(place)
        done = drive(folder, f"inject={call}:signal=KILL:when={place}")
        assert "Traceback" not in done.stderr
        assert "closed" not in done.stdout.splitlines(), f"nothing happened at {place}"
        check(folder, done.stdout)


@needs_strace
@pytest.mark.parametrize("often", ["", "+"], ids=["once", "from-then-on"])
@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync", "ftruncate"])
def test_a_full_or_failing_disk_is_said_and_loses_nothing(tmp_path: Path, call: str, fault: str, often: str) -> None:
    for place in places(call, tmp_path, SAMPLE // 3):
        folder = tmp_path / str(place)
        done = drive(folder, f"inject={call}:error={fault}:when={place}{often}")
        assert "Traceback" not in done.stderr
        ended = done.stdout.splitlines()[-1] if done.stdout else ""
        assert ended == "closed" or ended.startswith("error StoreFull"), (place, done.stdout)
        check(folder, done.stdout)


@needs_strace
@pytest.mark.parametrize("times", ["9", "9..10", "9..11", "9..12", "9..15"])
def test_what_was_said_to_have_failed_does_not_come_back(tmp_path: Path, times: str) -> None:
    """Its pages are in the log, only not synced: who writes it once more would have it twice."""
    path = tmp_path / "deepchat.db"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", f"{path}-wal", "-e", "trace=fdatasync"]
    rule = f"inject=fdatasync:error=EIO:when={times}"
    program = [sys.executable, "-m", "tests.store.driver_retry", str(path)]
    done = subprocess.run([*strace, "-e", rule, *program], capture_output=True, text=True, timeout=60, check=True)
    said = done.stdout.split()
    failed = {line.removeprefix("failed:") for line in said if line.startswith("failed:")}
    assert failed
    with closing(sqlite3.connect(path)) as c:
        kept = {str(name) for (name,) in c.execute("SELECT conversation FROM draft")}
    assert kept == set(said) - {f"failed:{name}" for name in failed}


def test_killed_at_random_it_has_every_acknowledged_word(tmp_path: Path) -> None:
    chance = random.Random(11)
    for number in range(200 if LONG else 15):
        folder = tmp_path / str(number)
        folder.mkdir()
        program = [sys.executable, "-m", "tests.store.driver", str(folder), "200"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            said = [process.stdout.readline() for _ in range(chance.randrange(1, 200))]  # however slow the machine is
            assert all(said)
            time.sleep(chance.uniform(0, 0.01))
            process.kill()
            said += process.stdout.readlines()
        check(folder, "".join(said))
