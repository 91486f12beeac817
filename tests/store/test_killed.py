"""Programs that die while they bring the store to a new version, or while others write too."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from deepchat.store import drafts
from deepchat.store.database import Database
from deepchat.store.migrations import STEPS, version_of
from tests.store import driver_migrate

LONG = os.environ.get("DEEPCHAT_LONG") == "1"
CALLS = ("pwrite64", "fdatasync", "fsync", "unlink", "rename")
SAMPLE = 10
WRITERS = 6
DRAFTS = 200


def fill(path: Path) -> None:
    async def write() -> None:
        database = await Database.open(path, now_ms=1)
        for number in range(DRAFTS):
            await database.write(lambda c, number=number: drafts.keep(c, f"n{number}", "words", 1))
        await database.close()

    asyncio.run(write())


def bring(path: Path, *options: str) -> bool:
    """Whether the migration ended well, in a process of its own under strace."""
    program = [sys.executable, "-m", "tests.store.driver_migrate", str(path)]
    strace = ["strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}"]
    return not subprocess.run([*strace, *options, *program], capture_output=True, timeout=60, check=False).returncode


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("call", CALLS)
def test_killed_on_the_way_to_a_new_version_it_is_the_old_or_the_new_one(tmp_path: Path, call: str) -> None:
    whole, log = tmp_path / "whole.db", tmp_path / "calls.txt"
    fill(whole)
    shutil.copy(whole, tmp_path / "counted.db")
    assert bring(tmp_path / "counted.db", "-o", str(log))
    count = log.read_text().count(f"{call}(")
    assert count
    every = range(1, count + 1)
    for place in every if LONG else every[:: max(count // SAMPLE, 1)]:
        path = tmp_path / call / str(place) / "deepchat.db"
        path.parent.mkdir(parents=True)
        shutil.copy(whole, path)
        assert not bring(path, "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={place}")
        with closing(sqlite3.connect(path)) as c:
            assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            version = version_of(c)
            words = c.execute("SELECT words, count(*) FROM draft GROUP BY words").fetchall()
        assert words == [("words and more" if version > len(STEPS) else "words", DRAFTS)]
        copies = list((path.parent / "backups").glob("*.db"))
        assert copies or version == len(STEPS)
        for copy in copies:
            with closing(sqlite3.connect(copy)) as c:
                assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert version_of(c) == len(STEPS)
        shutil.rmtree(path.parent / "backups", ignore_errors=True)
        driver_migrate.bring(path)
        with closing(sqlite3.connect(path)) as c:
            assert version_of(c) == len(STEPS) + 1


@pytest.fixture
def left() -> Generator[ExitStack]:
    """Ends what writes on, however the test ends."""
    with ExitStack() as stack:
        yield stack


def test_six_programs_write_and_die_and_no_word_that_was_safe_is_lost(tmp_path: Path, left: ExitStack) -> None:
    path, chance = tmp_path / "deepchat.db", random.Random(3)
    fill(path)
    alive: list[tuple[subprocess.Popen[bytes], Path]] = []
    said: list[Path] = []
    for number in range(200 if LONG else 24):
        while len(alive) >= WRITERS:
            time.sleep(chance.uniform(0.02, 0.15))
            process, _ = alive.pop(chance.randrange(len(alive)))
            assert process.poll() is None, "it ended by itself"
            process.kill()
            process.wait()
        out = tmp_path / f"said{number}.txt"
        said.append(out)
        with out.open("wb") as file:
            program = [sys.executable, "-m", "tests.store.driver_write", str(path), f"writer{number}"]
            process = left.enter_context(subprocess.Popen(program, stdout=file))
        left.callback(process.kill)
        alive.append((process, out))
    while not all(out.stat().st_size for _, out in alive):  # a busy machine takes its time to start them
        assert all(process.poll() is None for process, _ in alive), "it ended by itself"
        time.sleep(0.02)
    for process, _ in alive:
        process.kill()
        process.wait()
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = {str(name) for (name,) in c.execute("SELECT conversation FROM draft")}
    acknowledged = {line for out in said for line in out.read_text().split("\n")[:-1]}
    assert acknowledged <= kept
    assert acknowledged
