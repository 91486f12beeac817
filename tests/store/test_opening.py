"""Whose file it is, and where it lies, decide how the store is opened."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.errors import StoreError
from deepchat.store import drafts, ledger
from deepchat.store.database import Database
from deepchat.store.locks import ConversationLock
from deepchat.store.salvage import mend
from deepchat.store.surroundings import why_not_logged_ahead
from tests.store.opening import leave_first_version

NOBODY = 65_534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
READ = """
import asyncio, os, sqlite3, sys
from pathlib import Path
from deepchat.errors import StoreError
from deepchat.store import drafts
from deepchat.store.database import Database

# Only now: nobody may not look where Python and the house are.
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))


async def read():
    database = await Database.open(Path(sys.argv[1]), now_ms=1)
    print(database.read_only, await database.read(lambda c: drafts.load(c, "a")), *database.notices)
    await database.close()

asyncio.run(read())
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody can look into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def as_nobody(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(NOBODY)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def begin(path: Path) -> Database:
    database = await Database.open(path, now_ms=1)
    await database.write(lambda c: drafts.keep(c, "a", "words", 1))
    return database


async def leave(path: Path) -> None:
    await (await begin(path)).close()


def open_to_all(folder: Path, path: Path) -> None:
    for file in folder.glob(f"{path.name}*"):
        file.chmod(0o644)


@needs_root
def test_somebody_elses_store_is_read_and_nothing_is_left_beside_it(public: Path) -> None:
    path = public / "deepchat.db"
    asyncio.run(leave(path))
    for file in (public, *public.iterdir()):
        os.chown(file, NOBODY, NOBODY)
    for left in (".open", ".lock"):
        path.with_name(path.name + left).unlink()

    async def story() -> list[str]:
        database = await Database.open(path, now_ms=1)
        assert database.read_only
        assert await database.read(lambda c: drafts.load(c, "a")) == "words"
        await database.close()
        return database.notices

    assert f"belongs to user {NOBODY}" in asyncio.run(story())[0]
    assert not path.with_name("deepchat.db.open").exists()


@needs_root
def test_a_folder_that_can_not_be_written_is_read(public: Path) -> None:
    path = public / "deepchat.db"
    asyncio.run(leave(path))
    open_to_all(public, path)
    assert as_nobody(path).startswith("True words")


@needs_root
def test_there_the_log_of_a_program_that_writes_is_read_too(public: Path) -> None:
    path = public / "deepchat.db"

    async def story() -> str:
        database = await begin(path)
        open_to_all(public, path)
        told = as_nobody(path)
        await database.close()
        return told

    assert asyncio.run(story()).startswith("True words")


def test_a_quota_is_a_full_disk(tmp_path: Path) -> None:
    program = (
        "import asyncio, resource, sys; from pathlib import Path; from deepchat.errors import StoreFull\n"
        "from deepchat.store.database import Database; from deepchat.store import drafts\n"
        "async def main():\n"
        "    database = await Database.open(Path(sys.argv[1]), now_ms=1)\n"
        "    await database.write(lambda c: drafts.keep(c, 'a', 'before', 1))\n"
        "    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))\n"
        "    try: await database.write(lambda c: drafts.keep(c, 'a', 'x' * 1_000_000, 1))\n"
        "    except StoreFull: print('full')\n"
        "    print(await database.read(lambda c: drafts.load(c, 'a')))\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
        "    await database.write(lambda c: drafts.keep(c, 'a', 'after', 1))\n"
        "    print(await database.read(lambda c: drafts.load(c, 'a')))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "deepchat.db")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["full", "before", "after"]


def test_an_empty_file_is_no_store_to_read(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"
    path.touch()

    async def read() -> None:
        with pytest.raises(StoreError, match="there is no store"):
            await Database.open(path, now_ms=1, read_only=True)

    asyncio.run(read())


def test_a_folder_is_known_as_synced_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    assert "Dropbox" in why_not_logged_ahead(tmp_path / "data" / "deepchat.db")


def test_a_conversation_that_is_called_like_a_file_harms_no_file(tmp_path: Path) -> None:
    profile, locks = tmp_path / ".profile", tmp_path / "locks"
    profile.write_text("the user's own")
    locks.mkdir()
    lock = ConversationLock(locks, "../.profile")
    assert lock.acquire()
    assert not ConversationLock(locks, "../.profile").acquire()
    lock.release()
    assert profile.read_text() == "the user's own"


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_said_and_its_words_can_be_saved(tmp_path: Path, version: int) -> None:
    path = tmp_path / "deepchat.db"
    asyncio.run(leave(path))
    with closing(sqlite3.connect(path)) as c:
        c.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(StoreError, match=f"version {version}, which there never was") as caught:
        asyncio.run(leave(path))
    assert "--mend" in caught.value.hint
    mend(path, 1)

    async def read() -> str:
        database = await Database.open(path, now_ms=1)
        words = await database.read(lambda c: drafts.load(c, "a"))
        await database.close()
        return words

    assert asyncio.run(read()) == "words"


def test_an_older_store_that_is_only_read_is_shown_like_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "deepchat.db"
    leave_first_version(path)

    async def story() -> int | None:
        database = await Database.open(path, now_ms=1, read_only=True)
        try:
            return (await database.read(ledger.spent)).nano
        finally:
            await database.close()

    assert asyncio.run(story()) == 7
