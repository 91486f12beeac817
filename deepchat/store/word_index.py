"""The index of every word that was said: derived from the messages, and following them in the background."""

from __future__ import annotations

import sqlite3
from typing import Final, cast

BATCH: Final = 500
"""Messages that are indexed in one go, so that nobody waits for long."""


def indexed_to(c: sqlite3.Connection) -> int:
    """Up to this `seq`, all messages are in the index but those that `unindexed` names."""
    row = cast("tuple[str] | None", c.execute("SELECT value FROM meta WHERE key = 'indexed'").fetchone())
    return int(row[0]) if row and row[0].isdecimal() else 0


def index_some(c: sqlite3.Connection, most: int = BATCH) -> bool:
    """Index the next messages, and those that have changed; gives back whether more are left for another time.

    An answer on its way is left out until it is finished.
    """
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
        c.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('indexed', ?)", (str(last),))
    ready = "SELECT m.seq FROM unindexed AS u JOIN message AS m ON m.seq = u.seq WHERE m.state != 'streaming' LIMIT ?"
    seqs = cast("list[tuple[int]]", c.execute(ready, (most,)).fetchall())
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
    c.execute("INSERT INTO found (found, rowid, body) VALUES ('delete', ?, ?)", (seq, body))
    return True


def wipe(c: sqlite3.Connection) -> None:
    """Rewrite the index, so that no word stays in the file that only messages had that left it."""
    c.execute("INSERT INTO found (found) VALUES ('optimize')")


def rebuild(c: sqlite3.Connection) -> None:
    """Begin anew with an empty index, which is then filled by `index_some`."""
    row = cast("tuple[str]", c.execute("SELECT sql FROM sqlite_master WHERE name = 'found'").fetchone())
    c.execute("DROP TABLE found")
    c.execute(row[0])
    c.execute("DELETE FROM unindexed")
    c.execute("UPDATE meta SET value = '0' WHERE key = 'indexed'")
