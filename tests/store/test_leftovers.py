"""What a killed program left half-made is gone after the next start, but nothing that is still being made."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreError
from deepchat.store import backup
from deepchat.store.database import Database
from deepchat.store.locks import FileLock
from tests.store.opening import opened

DIE_MAKING_A_COPY = """
import os, sqlite3, sys
from pathlib import Path
from deepchat.store import backup

backup._sync = lambda path: os._exit(9)
backup.back_up(sqlite3.connect(sys.argv[1]), Path(sys.argv[2]))
"""
DIE_MENDING = """
import os, sys
from pathlib import Path
from deepchat.store import salvage

salvage.take_place = lambda made, path: os._exit(9)
salvage.mend(Path(sys.argv[1]), 1)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deepchat.db"


def start(path: Path) -> None:
    async def story() -> None:
        await (await Database.open(path, now_ms=1)).close()

    asyncio.run(story())


def die(program: str, *arguments: Path) -> None:
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=False, timeout=60)
    assert done.returncode == 9


def hidden(path: Path) -> set[str]:
    return {file.name for folder in (path.parent, path.parent / "backups") for file in folder.glob(".*")}


def test_half_a_copy_and_half_of_a_mended_store_are_gone_after_the_next_start(path: Path) -> None:
    start(path)
    die(DIE_MAKING_A_COPY, path, path.parent / "backups" / "weekly-1.db")
    die(DIE_MENDING, path)
    assert len(hidden(path)) == 2
    (half,) = (path.parent / "backups").glob(".*")
    Path(f"{half}-journal").write_text("half")
    start(path)
    assert hidden(path) == set()


def test_a_copy_that_is_being_made_stays(path: Path) -> None:
    start(path)
    (path.parent / "backups").mkdir()
    maker = FileLock(path.parent / "backups" / ".weekly-1.db.77")
    assert maker.acquire()
    journal = path.parent / "backups" / ".weekly-1.db.77-journal"
    journal.write_text("half")
    start(path)
    assert maker.is_there()
    assert journal.exists()
    maker.release()
    start(path)
    assert hidden(path) == set()


def test_what_others_keep_there_stays(path: Path) -> None:
    theirs = {".DS_Store", ".deepchat.toml", ".nfs000000001", ".weekly-notes"}
    for name in theirs:
        (path.parent / name).write_text("theirs")
    start(path)
    assert hidden(path) == theirs


def test_one_copy_is_not_made_twice_at_once(path: Path) -> None:
    target = path.parent / "copy.db"
    with closing(opened(path)) as c:
        lock = FileLock(target.with_name(f".copy.db.{os.getpid()}"))
        assert lock.acquire()
        with pytest.raises(StoreError, match="already"):
            backup.back_up(c, target)
        lock.release()
        backup.back_up(c, target)
    assert target.stat().st_mode & 0o077 == 0
    assert hidden(path) == set()
