"""The first tables: conversations as trees of messages, what they cost, and what helps to find them."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    # `touched` orders conversations: clocks go back, a counter does not.
    """
    CREATE TABLE conversation (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL DEFAULT '',
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        touched INTEGER NOT NULL,
        root TEXT NOT NULL,
        active TEXT NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        trashed_ms INTEGER,
        origin TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX conversation_by_touched ON conversation (touched)",
    "CREATE INDEX conversation_by_origin ON conversation (origin) WHERE origin != ''",
    """
    CREATE TABLE tag (
        conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (conversation, tag)
    ) WITHOUT ROWID
    """,
    # `body` is the words alone, which search reads; `seq` is the order in which messages were said. The long columns
    # come last, so that the others are read without them. Where no model said it, `parameters` is empty.
    """
    CREATE TABLE message (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        parent TEXT,
        role TEXT NOT NULL,
        state TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        provider TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        served_model TEXT NOT NULL DEFAULT '',
        parameters TEXT NOT NULL DEFAULT '',
        finish TEXT,
        first_token_s REAL,
        seconds REAL NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        body TEXT NOT NULL,
        reasoning TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX message_by_conversation ON message (conversation, seq)",
    "CREATE INDEX message_by_model ON message (conversation, model) WHERE model != ''",
    "CREATE INDEX message_unfinished ON message (seq) WHERE state = 'streaming'",
    # A message that is one text has no parts here: its body says it all.
    """
    CREATE TABLE part (
        message TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        attachment TEXT REFERENCES attachment (hash),
        PRIMARY KEY (message, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX part_by_attachment ON part (attachment) WHERE attachment IS NOT NULL",
    """
    CREATE TABLE attachment (
        hash TEXT PRIMARY KEY,
        media_type TEXT NOT NULL,
        bytes BLOB NOT NULL
    )
    """,
    # The ledger outlives the words: what a deleted conversation cost stays spent.
    """
    CREATE TABLE leg (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL,
        message TEXT NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        served_model TEXT NOT NULL DEFAULT '',
        tier TEXT NOT NULL DEFAULT '',
        request_id TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL,
        finish TEXT,
        asked_ms INTEGER NOT NULL,
        first_token_s REAL,
        seconds REAL NOT NULL DEFAULT 0,
        prompt_tokens INTEGER,
        cached_tokens INTEGER,
        completion_tokens INTEGER,
        reasoning_tokens INTEGER,
        cost_nano INTEGER,
        cost_source TEXT NOT NULL,
        cost_estimated INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX leg_by_time ON leg (asked_ms)",
    # It holds all that a sum of costs reads.
    """
    CREATE INDEX leg_by_conversation ON leg (conversation, cost_nano, cost_source, cost_estimated, state)
    """,
    "CREATE INDEX leg_by_message ON leg (message)",
    "CREATE INDEX leg_pending ON leg (seq) WHERE state = 'pending'",
    """
    CREATE TABLE leg_words (
        leg TEXT PRIMARY KEY REFERENCES leg (id) ON DELETE CASCADE,
        message TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        reasoning TEXT NOT NULL DEFAULT '',
        kept_from INTEGER NOT NULL DEFAULT 0,
        kept_to INTEGER,
        dropped INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
    "CREATE INDEX leg_words_by_message ON leg_words (message)",
    # What was heard of an answer that is not finished: appended piece by piece, never rewritten. `kept_from` is where
    # the leg's part of the answer begins, as far as that was known then.
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        leg TEXT NOT NULL REFERENCES leg (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        kept_from INTEGER NOT NULL DEFAULT 0,
        piece TEXT NOT NULL
    )
    """,
    "CREATE INDEX journal_by_leg ON journal (leg, seq)",
    """
    CREATE TABLE draft (
        conversation TEXT PRIMARY KEY,
        words TEXT NOT NULL,
        saved_ms INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    # Derived from `message`, and rebuilt from it whenever it is missing; `indexed` says how far it got.
    """
    CREATE VIRTUAL TABLE found USING fts5 (
        body, content = 'message', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TABLE unindexed (
        seq INTEGER PRIMARY KEY
    )
    """,
    "INSERT INTO meta (key, value) VALUES ('indexed', '0')",
)
