"""Conversations thrown away: out of sight at once, taken back for a while, then gone without a trace of their words."""

from __future__ import annotations

import sqlite3
from typing import Final, cast

from deepchat.conversation.conversation import Summary
from deepchat.store import attachments, conversations, drafts, word_index

LONGEST_STEP_MS: Final = 7 * 86_400_000
"""From one look at the clock to the next, no more time passes for what was thrown away."""


def throw_away(c: sqlite3.Connection, conversation_id: str, now_ms: int) -> None:
    """Raises NotFound."""
    conversations.change(c, conversation_id, "UPDATE conversation SET trashed_ms = ? WHERE id = ?", now_ms)


def take_back(c: sqlite3.Connection, conversation_id: str) -> None:
    """Raises NotFound."""
    conversations.change(c, conversation_id, "UPDATE conversation SET trashed_ms = ? WHERE id = ?", None)


def thrown(c: sqlite3.Connection) -> list[Summary]:
    """What can be taken back."""
    return conversations.recent(c, trashed=True)


def moment(c: sqlite3.Connection, now_ms: int) -> int:
    """Now, as far as it is believed: a clock that was set wrong for a while must not empty the trash.

    Who was away for longer than the longest step catches up step by step, one each time that this is asked.
    """
    query = "SELECT value FROM meta WHERE key = 'trash_ms'"
    row = cast("tuple[str] | None", c.execute(query).fetchone())
    if row and row[0].isdecimal():
        now_ms = min(now_ms, int(row[0]) + LONGEST_STEP_MS)
    c.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('trash_ms', ?)", (str(now_ms),))
    return now_ms


def empty(c: sqlite3.Connection, older_than_ms: int) -> int:
    """Erase what was thrown away before this moment; gives back how many conversations they were."""
    query = "SELECT id FROM conversation WHERE trashed_ms < ?"
    ids = cast("list[tuple[str]]", c.execute(query, (older_than_ms,)).fetchall())
    for (conversation_id,) in ids:
        _erase_words(c, conversation_id)
    if ids:
        _leave_no_trace(c)
    return len(ids)


def erase(c: sqlite3.Connection, conversation_id: str) -> None:
    """Let a conversation go for good, wherever it is; what it cost stays in the ledger. Raises NotFound.

    Its bytes are gone from the file, and once the write-ahead log is checkpointed and cut, from the disk.
    """
    _erase_words(c, conversation_id)
    _leave_no_trace(c)


def _erase_words(c: sqlite3.Connection, conversation_id: str) -> None:
    query = "SELECT seq, body FROM message WHERE conversation = ?"
    for seq, body in cast("list[tuple[int, str]]", c.execute(query, (conversation_id,)).fetchall()):
        if not word_index.gone(c, seq, body):
            c.execute("DELETE FROM unindexed WHERE seq = ?", (seq,))
    c.execute("DELETE FROM journal WHERE leg IN (SELECT id FROM leg WHERE conversation = ?)", (conversation_id,))
    c.execute(
        "UPDATE leg SET state = 'broken', cost_estimated = 1 WHERE conversation = ? AND state = 'pending'",
        (conversation_id,),
    )
    drafts.clear(c, conversation_id)
    # Tags, messages, and with them parts and the words of legs, go by the keys that point here.
    conversations.change(c, conversation_id, "DELETE FROM conversation WHERE id = ?")


def _leave_no_trace(c: sqlite3.Connection) -> None:
    attachments.sweep(c)
    word_index.wipe(c)
