"""The index of every word that was said: derived from the messages, and following them in the background.

Nothing else depends on it: broken, it is begun anew, and where not even that can be done, it is not used any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, cast

from deepchat.store.columns import Garbled
from deepchat.store.failures import is_of_index

BATCH: Final = 500
"""Messages that are indexed in one go, so that nobody waits for long."""
MOST_CHECKED: Final = 50_000
"""Messages, more than a second's work; while an index is checked, nobody can write."""
_UNUSED: Final = "unused"


def indexed_to(c: sqlite3.Connection) -> int:
    """Up to this `seq`, all messages are in the index but those that `unindexed` names."""
    reached = _reached(c)
    return int(reached) if reached.isdecimal() else 0


def index_some(c: sqlite3.Connection, most: int = BATCH) -> bool:
    """Index the next messages, and those that have changed; gives back whether more are left for another time.

    An answer on its way is left out until it is finished.
    """
    if _reached(c) == _UNUSED:
        return False
    done = indexed_to(c)
    last, number = cast(
        "tuple[int | None, int]",
        c.execute(
            "SELECT max(seq), count(*) FROM (SELECT seq FROM message WHERE seq > ? ORDER BY seq LIMIT ?)", (done, most)
        ).fetchone(),
    )
    if last is not None:
        span = (done, last)
        c.execute("INSERT OR IGNORE INTO unindexed SELECT seq FROM message WHERE seq > ? AND seq <= ?", span)
        _reach(c, str(last))
    # Crossed, so that the few that are named are looked up, and not every message.
    ready = """
        SELECT m.seq FROM unindexed AS u CROSS JOIN message AS m ON m.seq = u.seq WHERE m.state != 'streaming' LIMIT ?
    """
    seqs = cast("list[tuple[int]]", c.execute(ready, (most,)).fetchall())
    with _anew_if_broken(c):
        c.executemany("INSERT INTO found (rowid, body) SELECT seq, body FROM message WHERE seq = ?", seqs)
        c.executemany("DELETE FROM unindexed WHERE seq = ?", seqs)
    return number == most or len(seqs) == most


def outdated(c: sqlite3.Connection, seq: int, body: str) -> None:
    """The message is about to say something else than this: it leaves the index until it is indexed anew."""
    if gone(c, seq, body):
        c.execute("INSERT INTO unindexed (seq) VALUES (?)", (seq,))


def gone(c: sqlite3.Connection, seq: int, body: str) -> bool:
    """Take a message that says this out of the index; gives back whether it was in it."""
    if seq > indexed_to(c) or c.execute("SELECT 1 FROM unindexed WHERE seq = ?", (seq,)).fetchone():
        return False
    if isinstance(body, Garbled):  # nobody knows any more under which words it is there
        rebuild(c)
    else:
        with _anew_if_broken(c):
            c.execute("INSERT INTO found (found, rowid, body) VALUES ('delete', ?, ?)", (seq, body))
    return seq <= indexed_to(c)


def wipe(c: sqlite3.Connection) -> None:
    """Rewrite the index, so that no word stays in the file that only messages had that left it."""
    with _anew_if_broken(c):
        c.execute("INSERT INTO found (found) VALUES ('optimize')")


def check(c: sqlite3.Connection) -> None:
    """Compare a complete index with what was said, if it is not too large; a broken one, which may be silent, goes."""
    size, last = cast("tuple[int, int]", c.execute("SELECT count(*), coalesce(max(seq), 0) FROM message").fetchone())
    is_complete = last == indexed_to(c) and not c.execute("SELECT 1 FROM unindexed").fetchone()
    if is_complete and size <= MOST_CHECKED:
        with _anew_if_broken(c):
            c.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 1)")


def rebuild(c: sqlite3.Connection) -> None:
    """Begin anew with an empty index, which is then filled by `index_some`; one that can't go is not used any more."""
    row = cast("tuple[str]", c.execute("SELECT sql FROM sqlite_master WHERE name = 'found'").fetchone())
    reached = "0"
    c.execute("SAVEPOINT anew")
    try:
        c.execute("DROP TABLE found")
        c.execute(row[0])
    except sqlite3.DatabaseError as error:
        c.execute("ROLLBACK TO anew")
        if not is_of_index(error):
            raise
        reached = _UNUSED
    finally:
        c.execute("RELEASE anew")
    c.execute("DELETE FROM unindexed")
    _reach(c, reached)


@contextmanager
def _anew_if_broken(c: sqlite3.Connection) -> Generator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not is_of_index(error):
            raise
        rebuild(c)


def _reached(c: sqlite3.Connection) -> str:
    row = cast("tuple[str] | None", c.execute("SELECT value FROM meta WHERE key = 'indexed'").fetchone())
    return row[0] if row else "0"


def _reach(c: sqlite3.Connection, so_far: str) -> None:
    c.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('indexed', ?)", (so_far,))
