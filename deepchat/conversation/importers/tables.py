"""The rows of another program's database, as they are given to the importers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepchat.conversation.importers import fields

Row = Mapping[str, object]
"""What a row has in each column: a string, a number, bytes or nothing."""
Tables = Mapping[str, Sequence[Row]]
"""The rows of each table, in the order in which they were written."""


def grouped(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    """The rows by what they have in this column."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(fields.key(row.get(column)), []).append(row)
    return groups


def chats(tables: Tables) -> Iterator[tuple[str, Row, list[Row]]]:
    """Each chat with its key and its messages, of the tables that elia and oterm both have."""
    messages = grouped(tables.get("message", ()), "chat_id")
    for number, chat in enumerate(tables.get("chat", ()), 1):
        key = fields.key(chat.get("id")) or f"number {number}"
        yield key, chat, messages.get(key, [])
