"""Messages as rows: written whole, read around whatever is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast, get_args

from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Node, State
from deepchat.errors import NotFound
from deepchat.store import journal, legs, parts, word_index
from deepchat.store.columns import (
    Garbled,
    Row,
    all_rows,
    bounded,
    perhaps_seconds,
    read_json,
    seconds,
    spelled,
    storable,
    text,
    whole,
)
from deepchat.store.failures import is_damage

_ROLES: Final[Mapping[object, Role]] = {role: role for role in get_args(Role)}
_STATES: Final[Mapping[object, State]] = {state: state for state in get_args(State)}

_ROWS: Final = """
    SELECT m.id, m.parent, m.role, m.state, m.created_ms, m.provider, m.model, m.served_model, m.parameters, m.finish,
        m.first_token_s, m.seconds, m.error, m.body, m.reasoning
    FROM message AS m
"""
_JOURNAL: Final = "SELECT journal.leg, kind, kept_from, piece FROM leg CROSS JOIN journal ON journal.leg = leg.id"
_NEW: Final = """
    INSERT INTO message (conversation, parent, role, created_ms, state, provider, model, served_model, parameters,
        finish, first_token_s, seconds, error, body, reasoning, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGED: Final = """
    UPDATE message SET state = ?, provider = ?, model = ?, served_model = ?, parameters = ?, finish = ?,
        first_token_s = ?, seconds = ?, error = ?, body = ?, reasoning = ?
    WHERE id = ?
"""


class Found(NamedTuple):
    """A message as far as it could be read."""

    id: str
    parent: str
    """Empty when it has none, or when nobody knows."""
    node: Node | None
    """None when it can't be shown."""
    is_whole: bool
    """Nothing of it was unreadable."""


_LOST: Final = Found("", "", None, is_whole=False)


def insert(c: sqlite3.Connection, conversation_id: str, node: Node, *, is_imported: bool = False) -> None:
    """Write a new message with its legs; legs that the ledger has already stay as they are there."""
    place = (conversation_id, node.parent, node.message.role, bounded(node.created_ms))
    c.execute(_NEW, (*place, *_columns(node)))
    parts.keep(c, node.id, node.message, is_new=True)
    if node.answer and node.answer.legs:
        for leg in node.answer.legs:
            legs.enter(c, conversation_id, node.id, leg, is_imported=is_imported)
        legs.keep_words(c, node)


def update(c: sqlite3.Connection, conversation_id: str, node: Node, more_to_come: bool = False) -> None:
    """Write a message anew: all but its place; raises NotFound.

    More is to come when another leg follows, of whose words the message has none yet.
    """
    query = "SELECT seq, body FROM message WHERE id = ?"
    before = cast("tuple[int, str] | None", c.execute(query, (node.id,)).fetchone())
    if before is None:
        raise NotFound("the message is not there any more", "it was deleted elsewhere")
    columns = _columns(node)
    seq, body = before
    if body != columns[-3]:
        word_index.outdated(c, seq, body)
    c.execute(_CHANGED, columns)
    parts.keep(c, node.id, node.message, is_new=False)
    for leg in node.answer.legs if node.answer else ():
        legs.enter(c, conversation_id, node.id, leg)
        legs.change(c, leg)
    legs.keep_words(c, node, more_to_come)


def say_more(c: sqlite3.Connection, message_id: str, leg: Leg) -> None:
    """Put what a leg added at the end of what its message says."""
    query = "SELECT seq, body FROM message WHERE id = ?"
    for seq, body in cast("list[tuple[int, str]]", c.execute(query, (message_id,)).fetchall()):
        word_index.outdated(c, seq, body)
    c.execute(
        "UPDATE message SET body = body || ?, reasoning = reasoning || ? WHERE id = ?",
        (storable(leg.kept), storable(leg.reasoning), message_id),
    )


def exists(c: sqlite3.Connection, message_id: str) -> bool:
    return c.execute("SELECT 1 FROM message WHERE id = ?", (message_id,)).fetchone() is not None


def of_conversation(c: sqlite3.Connection, conversation_id: str) -> list[Found]:
    """All messages in the order in which they were said; those on their way with what the journal has of them."""
    try:
        rows = all_rows(c, _ROWS + "WHERE m.conversation = ? ORDER BY m.seq", (conversation_id,))
        return list(_with_all_of_it(c, rows, "conversation", conversation_id))
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        query = "SELECT seq FROM message WHERE conversation = ? ORDER BY seq"
        seqs = cast("list[tuple[int]]", c.execute(query, (conversation_id,)).fetchall())
        return [_around_damage(c, seq) for (seq,) in seqs]


def one(c: sqlite3.Connection, message_id: str) -> Found:
    """One message; without a node when it is not there."""
    query = "SELECT seq FROM message WHERE id = ?"
    row = cast("tuple[int] | None", c.execute(query, (message_id,)).fetchone())
    return _around_damage(c, row[0]) if row else _LOST


def _around_damage(c: sqlite3.Connection, seq: int) -> Found:
    """One message: with its legs and parts where they can be read, else with its words, else lost."""
    try:
        row = cast("Row | None", c.execute(_ROWS + "WHERE m.seq = ?", (seq,)).fetchone())
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return _LOST
    if row is None:
        return _LOST
    try:
        return next(iter(_with_all_of_it(c, [row], "message", text(row[0]))))
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return _found(row, (), (), {})._replace(is_whole=False)


def _with_all_of_it(c: sqlite3.Connection, rows: Sequence[Row], whose: str, name: str) -> Iterable[Found]:
    """The messages of these rows, which are those of a conversation or a message of this name."""
    column = "m.id" if whose == "message" else f"m.{whose}"
    own_parts = _by_message(all_rows(c, parts.ROWS + f"WHERE {column} = ? ORDER BY m.seq, part.position", (name,)))
    own_legs = _by_message(all_rows(c, legs.ROWS + f"WHERE leg.{whose} = ? ORDER BY leg.seq", (name,)))
    of_these = f" WHERE leg.{whose} = ? AND leg.state = 'pending' ORDER BY journal.seq"
    heard = journal.folded(c.execute(_JOURNAL + of_these, (name,)))
    return (_found(row, own_parts.get(row[0], ()), own_legs.get(row[0], ()), heard) for row in rows)


def _by_message(rows: Iterable[Row]) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _found(row: Row, own_parts: Sequence[Row], own_legs: Sequence[Row], heard: Mapping[str, journal.Heard]) -> Found:
    message_id, parent, role = text(row[0]), text(row[1]), _ROLES.get(row[2])
    if role is None or not message_id:
        return Found(message_id, parent, None, is_whole=False)
    state = _STATES.get(row[3])
    body, reasoning = text(row[13]), text(row[14])
    said = legs.of_message(own_legs, heard, body, reasoning) if own_legs else ()
    if state == "streaming":
        coming = [leg for leg in said if leg.state == "pending"]
        body += "".join(leg.kept for leg in coming)
        reasoning += "".join(leg.reasoning for leg in coming)
    own, parts_are_whole = parts.of_message(own_parts, body) if own_parts else ((Text(body),), True)
    answer, answer_is_whole = _answer(row, said) if row[8] else (None, True)
    message = Message(role, own, reasoning)
    node = Node(message_id, parent or None, message, whole(row[4]), state or "interrupted", answer)
    is_read = Garbled not in map(type, row)
    if own_parts or own_legs:
        is_read = is_read and not any(Garbled in map(type, one) for one in (*own_parts, *own_legs))
    return Found(message_id, parent, node, is_read and parts_are_whole and answer_is_whole and state is not None)


def _answer(row: Row, said: tuple[Leg, ...]) -> tuple[Answer, bool]:
    """How it came to be, and whether that could be read."""
    parameters = read_json(row[8])
    answer = Answer(
        text(row[5]),
        text(row[6]),
        text(row[7]),
        parameters or {},
        legs.FINISHES.get(row[9]),
        perhaps_seconds(row[10]),
        seconds(row[11]),
        said,
        text(row[12]),
    )
    return answer, parameters is not None


def _columns(node: Node) -> tuple[str | int | float | None, ...]:
    answer, message = node.answer, node.message
    said = (storable(message.text), storable(message.reasoning), node.id)
    if answer is None:
        return (node.state, "", "", "", "", None, None, 0.0, "", *said)
    return (
        node.state,
        storable(answer.provider),
        storable(answer.model),
        storable(answer.served_model),
        spelled(answer.parameters),
        answer.finish,
        answer.first_token_s,
        answer.seconds,
        storable(answer.error),
        *said,
    )
