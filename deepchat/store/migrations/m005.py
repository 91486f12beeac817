"""Every model that wrote in a conversation is known, also where another one finished its answer."""

from __future__ import annotations

from typing import Final

_NO_LEG: Final = 2**62
"""Who was asked and wrote nothing comes after those who did."""
_WROTE: Final = "state NOT IN ('pending', 'refused') AND {row}.model != ''"
# The message's conversation: a leg outlives its own, and an import may bring its message back in another.
_OF_LEGS: Final = f"""
    SELECT message.conversation, leg.model, message.seq, leg.seq AS leg
    FROM leg JOIN message ON message.id = leg.message WHERE leg.{_WROTE.format(row="leg")}
"""  # noqa: S608 (fixed texts alone)
# A message names the model that was asked for it last; its legs name the others, and who of them came first.
_KNOW: Final = f"""
    INSERT INTO speaker (conversation, model, seq, leg) {{which}}
    ON CONFLICT (conversation, model) DO UPDATE SET leg = excluded.leg
    WHERE speaker.seq = excluded.seq AND speaker.leg = {_NO_LEG}
"""
_KNOW_WRITER: Final = _KNOW.format(
    which="SELECT conversation, NEW.model, seq, NEW.seq FROM message WHERE id = NEW.message"
)
_FORGET: Final = f"""
    DELETE FROM speaker WHERE conversation = OLD.conversation AND model = OLD.model
    AND NOT EXISTS (SELECT 1 FROM message WHERE conversation = OLD.conversation AND model = OLD.model AND model != '')
    AND NOT EXISTS (
        SELECT 1 FROM ({_OF_LEGS}) AS wrote WHERE wrote.conversation = OLD.conversation AND wrote.model = OLD.model
    );
"""  # noqa: S608 (fixed texts alone)

STATEMENTS: Final = (
    f"ALTER TABLE speaker ADD COLUMN leg INTEGER NOT NULL DEFAULT {_NO_LEG}",
    "DROP TRIGGER message_said_by_another",
    f"""
    CREATE TRIGGER message_said_by_another AFTER UPDATE OF model ON message WHEN OLD.model != NEW.model BEGIN
        {_FORGET}
        INSERT OR IGNORE INTO speaker (conversation, model, seq)
        SELECT NEW.conversation, NEW.model, NEW.seq WHERE NEW.model != '';
    END
    """,
    "DROP TRIGGER message_gone",
    f"""
    CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
        UPDATE conversation SET messages = messages - 1
        WHERE id = OLD.conversation AND NOT (root = OLD.id AND OLD.body = '');
        {_FORGET}
    END
    """,  # noqa: S608 (fixed texts alone)
    f"""
    CREATE TRIGGER leg_was_written AFTER INSERT ON leg WHEN NEW.{_WROTE.format(row="NEW")} BEGIN {_KNOW_WRITER}; END
    """,
    f"""
    CREATE TRIGGER leg_is_written AFTER UPDATE OF state, model ON leg
    WHEN NEW.{_WROTE.format(row="NEW")} AND (OLD.state IN ('pending', 'refused') OR OLD.model != NEW.model)
    BEGIN {_KNOW_WRITER}; END
    """,
    _KNOW.format(which=f"SELECT conversation, model, min(seq), min(leg) FROM ({_OF_LEGS}) GROUP BY 1, 2"),  # noqa: S608 (fixed texts alone)
)
TO_READ: Final = {
    "speaker": f"""
        SELECT conversation, model, min(seq) AS seq, min(leg) AS leg FROM (
            SELECT conversation, model, seq, {_NO_LEG} AS leg FROM message WHERE model != ''
            UNION ALL {_OF_LEGS}
        ) GROUP BY conversation, model
    """  # noqa: S608 (fixed texts alone)
}
"""Shows an older store, which can't be written, as if it were of this version."""
