"""From one version of the tables to the next: all steps or none, after a copy of what was there."""

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from deepchat.errors import StoreError, StoreFull
from deepchat.store.backup import back_up
from deepchat.store.failures import is_damage, is_of_content
from deepchat.store.migrations import m001, m002, m003, m004, m005, m006

Step = Sequence[str]
STEPS: Final[tuple[Step, ...]] = (
    m001.STATEMENTS,
    m002.STATEMENTS,
    m003.STATEMENTS,
    m004.STATEMENTS,
    m005.STATEMENTS,
    m006.STATEMENTS,
)
"""Each brings the tables to the version that is its place, counted from one. What was released never changes."""
APPLICATION: Final = 0x44434854
"""Says that a SQLite file is ours: DCHT."""
_TO_READ: Final[tuple[Mapping[str, str], ...]] = (
    {},
    m002.TO_READ,
    m003.TO_READ,
    m004.TO_READ,
    m005.TO_READ,
    m006.TO_READ,
)
"""For each step, the queries that show an older store as if it had been taken; `{before}` is what they are made of."""
_ROOM: Final = 1.2


def version_of(c: sqlite3.Connection) -> int:
    """The version of the tables; 0 when there are none yet."""
    return int(c.execute("PRAGMA user_version").fetchone()[0])


def migrate(
    c: sqlite3.Connection, path: Path, backups: Path, now_ms: int, steps: Sequence[Step] = STEPS
) -> Path | None:
    """Bring the tables to the newest version; the copy that was made before, if there was anything to copy.

    Raises StoreFull when there is no room for a copy, StoreError when a step does not fit what is there, and
    sqlite3.Error: nothing was changed then, and there is no copy.
    """
    before = version_of(c)
    copy: Path | None = None
    if 0 < before < len(steps):
        _need_room(path)
        copy = backups / f"deepchat-v{before}-{now_ms}.db"
        back_up(c, copy)
    try:
        _take(c, steps)
    except BaseException as error:
        if copy and not _is_damage(error):  # what is damaged is replaced next: then the copy may be what is best
            copy.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error) and is_of_content(error):
            raise _does_not_fit(path, len(steps), error) from error
        raise
    return copy


def _take(c: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """All that are missing, or none."""
    c.execute("BEGIN IMMEDIATE")
    try:
        # Another program may have taken them since we looked.
        for version in range(version_of(c) + 1, len(steps) + 1):
            for statement in steps[version - 1]:
                c.execute(statement)
            c.execute(f"PRAGMA application_id = {APPLICATION}")
            c.execute(f"PRAGMA user_version = {version}")
        c.execute("COMMIT")
    except BaseException:
        if c.in_transaction:
            c.execute("ROLLBACK")
        raise


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and is_damage(error)


def _does_not_fit(path: Path, version: int, error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"the store {path} could not be brought to version {version} ({error}); it is as it was, with all its words",
        "the DeepChat that you had before opens it; please report it with these words",
    )


def show_as_newest(c: sqlite3.Connection) -> None:
    """Let a store that stays as it is be read like one of the newest version."""
    before = version_of(c)
    views: dict[str, str] = {}
    for queries in _TO_READ[before:] if before else ():
        for name, query in queries.items():
            views[name] = query.format(before=f"({views[name]})" if name in views else f"main.{name}")
    for name, query in views.items():
        c.execute(f"CREATE TEMP VIEW {name} AS {query}")


def _need_room(path: Path) -> None:
    size, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < size * _ROOM:
        raise StoreFull(
            f"there is no room to bring {path} to this version: {math.ceil(size * _ROOM / 2**20):,} MiB are needed",
            "make room on that disk; nothing was changed",
        )
