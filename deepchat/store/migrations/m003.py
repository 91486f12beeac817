"""Counts and sums are kept as they grow, so that a list and an account cost the same after a million messages."""

from __future__ import annotations

from typing import Final

_FIGURES: Final = {
    "legs": "1",
    "known": "leg.cost_nano IS NOT NULL",
    "nano": "coalesce(leg.cost_nano, 0)",
    "guessed": "leg.cost_estimated OR leg.state = 'pending'",
    "prompt_tokens": "coalesce(leg.prompt_tokens, 0)",
    "cached_tokens": "coalesce(leg.cached_tokens, 0)",
    "completion_tokens": "coalesce(leg.completion_tokens, 0)",
    "reasoning_tokens": "coalesce(leg.reasoning_tokens, 0)",
}
"""What is summed over requests, and what one request adds to it."""
_KEYS: Final = {
    # A quarter of an hour: days begin at one in every time zone.
    "spent_at": {
        "quarter": "leg.asked_ms / 900000",
        "provider": "leg.provider",
        "model": "leg.model",
        "cost_source": "leg.cost_source",
        "imported": "leg.imported",
    },
    "spent_in": {
        "conversation": "leg.conversation",
        "cost_source": "leg.cost_source",
        "imported": "leg.imported",
    },
}
"""For each table, what its sums are told apart by."""
_KINDS: Final = {"quarter": "INTEGER", "imported": "INTEGER"}
# The root is there from the beginning, and is counted when it says something.
_SAID: Final = """
    (SELECT count(*) FROM message WHERE conversation = {c}.id)
        - (SELECT count(*) FROM message WHERE id = {c}.root AND body = '')
"""


def _table(name: str) -> str:
    keys = _KEYS[name]
    columns = [f"{key} {_KINDS.get(key, 'TEXT')} NOT NULL" for key in keys]
    columns += [f"{figure} INTEGER NOT NULL" for figure in (*_FIGURES, "latest_ms")]
    return f"CREATE TABLE {name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(keys)})) WITHOUT ROWID"


def _one_by_one(name: str, of: str = "FROM leg") -> str:
    """What each request adds to a table of sums, as a row of it."""
    values = {**_KEYS[name], **_FIGURES, "latest_ms": "leg.asked_ms"}
    return f"SELECT {', '.join(f'{value} AS {column}' for column, value in values.items())} {of}"


def _fill(name: str) -> str:
    keys = ", ".join(_KEYS[name])
    sums = ", ".join(f"sum({figure})" for figure in _FIGURES)
    rows = _one_by_one(name)
    return f"INSERT INTO {name} SELECT {keys}, {sums}, max(latest_ms) FROM ({rows}) GROUP BY {keys}"  # noqa: S608 (fixed texts alone)


def _put_in(name: str) -> str:
    row = _one_by_one(name, "WHERE true").replace("leg.", "NEW.")
    more = ", ".join(f"{figure} = {figure} + excluded.{figure}" for figure in _FIGURES)
    latest = "latest_ms = max(latest_ms, excluded.latest_ms)"
    return f"INSERT INTO {name} {row} ON CONFLICT DO UPDATE SET {more}, {latest};"


def _take_out(name: str) -> str:
    less = ", ".join(f"{figure} = {figure} - ({value})" for figure, value in _FIGURES.items())
    where = " AND ".join(f"{key} = {value}" for key, value in _KEYS[name].items())
    return f"UPDATE {name} SET {less} WHERE {where};".replace("leg.", "OLD.")  # noqa: S608 (fixed texts alone)


_IN: Final = "".join(map(_put_in, _KEYS))
_OUT: Final = "".join(map(_take_out, _KEYS))
_FORGET_MODEL: Final = """
    DELETE FROM speaker WHERE conversation = OLD.conversation AND model = OLD.model AND NOT EXISTS (
        SELECT 1 FROM message WHERE conversation = OLD.conversation AND model = OLD.model AND model != ''
    );
"""
_KNOW_MODEL: Final = """
    INSERT OR IGNORE INTO speaker (conversation, model, seq)
    SELECT NEW.conversation, NEW.model, NEW.seq WHERE NEW.model != '';
"""

STATEMENTS: Final = (
    "ALTER TABLE conversation ADD COLUMN messages INTEGER NOT NULL DEFAULT 0",
    f"UPDATE conversation SET messages = {_SAID.format(c='conversation')}",  # noqa: S608 (fixed texts alone)
    f"""
    CREATE TRIGGER conversation_begun AFTER INSERT ON conversation BEGIN
        UPDATE conversation SET messages = {_SAID.format(c="NEW")} WHERE id = NEW.id;
    END
    """,  # noqa: S608 (fixed texts alone)
    # The models that spoke in a conversation, and since which message.
    """
    CREATE TABLE speaker (
        conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        model TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (conversation, model)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO speaker (conversation, model, seq)
    SELECT conversation, model, min(seq) FROM message WHERE model != '' GROUP BY conversation, model
    """,
    f"""
    CREATE TRIGGER message_said AFTER INSERT ON message BEGIN
        UPDATE conversation SET messages = messages + 1
        WHERE id = NEW.conversation AND NOT (root = NEW.id AND NEW.body = '');
        {_KNOW_MODEL}
    END
    """,  # noqa: S608 (fixed texts alone)
    """
    CREATE TRIGGER message_changed AFTER UPDATE OF body ON message WHEN (OLD.body = '') != (NEW.body = '') BEGIN
        UPDATE conversation SET messages = messages + (OLD.body = '') - (NEW.body = '')
        WHERE id = NEW.conversation AND root = NEW.id;
    END
    """,
    f"""
    CREATE TRIGGER message_said_by_another AFTER UPDATE OF model ON message WHEN OLD.model != NEW.model BEGIN
        {_FORGET_MODEL}
        {_KNOW_MODEL}
    END
    """,
    f"""
    CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
        UPDATE conversation SET messages = messages - 1
        WHERE id = OLD.conversation AND NOT (root = OLD.id AND OLD.body = '');
        {_FORGET_MODEL}
    END
    """,  # noqa: S608 (fixed texts alone)
    *map(_table, _KEYS),
    *map(_fill, _KEYS),
    f"CREATE TRIGGER leg_entered AFTER INSERT ON leg BEGIN {_IN} END",
    f"CREATE TRIGGER leg_changed AFTER UPDATE ON leg BEGIN {_OUT} {_IN} END",
    f"CREATE TRIGGER leg_gone AFTER DELETE ON leg BEGIN {_OUT} END",
)
TO_READ: Final = {
    "conversation": f"SELECT c.*, {_SAID.format(c='c')} AS messages FROM {{before}} AS c",  # noqa: S608 (fixed texts alone)
    "speaker": """
        SELECT conversation, model, min(seq) AS seq FROM message WHERE model != '' GROUP BY conversation, model
    """,
    **{name: _one_by_one(name) for name in _KEYS},
}
"""Shows an older store, which can't be written, as if it were of this version."""
