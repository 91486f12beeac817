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

ROLES: Final[Mapping[object, Role]] = {role: role for role in get_args(Role)}
STATES: Final[Mapping[object, State]] = {state: state for state in get_args(State)}

COLUMNS: Final = """
    m.id, m.parent, m.role, m.state, m.created_ms, m.body, m.reasoning, m.parameters, m.provider, m.model,
    m.served_model, m.finish, m.first_token_s, m.seconds, m.error
"""
PARAMETERS: Final = 7
"""The place of those that an answer was made with; of what is no answer they are empty."""
_ROWS: Final = f"SELECT {COLUMNS} FROM message AS m "  # noqa: S608 (fixed texts alone)
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
        return _found(row, _NOTHING)._replace(is_whole=False)


class Around(NamedTuple):
    """What belongs to messages and stands in other tables."""

    parts: Mapping[object, Sequence[Row]]
    """By their messages."""
    legs: Mapping[object, Sequence[Row]]
    heard: Mapping[str, journal.Heard]


_NOTHING: Final = Around({}, {}, {})


def around(c: sqlite3.Connection, whose: str, name: str) -> Around:
    """That of all messages of a conversation, or of a message of this name."""
    column = "m.id" if whose == "message" else f"m.{whose}"
    own_parts = _by_message(all_rows(c, parts.ROWS + f"WHERE {column} = ? ORDER BY m.seq, part.position", (name,)))
    own_legs = _by_message(all_rows(c, legs.ROWS + f"WHERE leg.{whose} = ? ORDER BY leg.seq", (name,)))
    of_these = f" WHERE leg.{whose} = ? AND leg.state = 'pending' ORDER BY journal.seq"
    return Around(own_parts, own_legs, journal.folded(c.execute(_JOURNAL + of_these, (name,))))


def _with_all_of_it(c: sqlite3.Connection, rows: Sequence[Row], whose: str, name: str) -> Iterable[Found]:
    """The messages of these rows, which are those of a conversation or a message of this name."""
    others = around(c, whose, name)
    return (_found(row, others) for row in rows)


def _by_message(rows: Iterable[Row]) -> dict[object, list[Row]]:
    own: dict[object, list[Row]] = {}
    for row in rows:
        own.setdefault(row[0], []).append(row)
    return own


def node_of(row: Row, role: Role, others: Around) -> Node:
    """The message of a row of COLUMNS that has this role, however much else of it is damaged."""
    return _read(row, role, others)[0]


def _found(row: Row, others: Around) -> Found:
    message_id, parent, role = text(row[0]), text(row[1]), ROLES.get(row[2])
    if role is None or not message_id:
        return Found(message_id, parent, None, is_whole=False)
    return Found(message_id, parent, *_read(row, role, others))


def _read(row: Row, role: Role, others: Around) -> tuple[Node, bool]:
    """The message, and whether all of it could be read."""
    state, body, reasoning = STATES.get(row[3]), text(row[5]), text(row[6])
    own_parts, own_legs = others.parts.get(row[0], ()), others.legs.get(row[0], ())
    said = legs.of_message(own_legs, others.heard, body, reasoning) if own_legs else ()
    if state == "streaming":
        coming = [leg for leg in said if leg.state == "pending"]
        body += "".join(leg.kept for leg in coming)
        reasoning += "".join(leg.reasoning for leg in coming)
    own, parts_are_whole = parts.of_message(own_parts, body) if own_parts else ((Text(body),), True)
    answer, answer_is_whole = _answer(row, said) if row[PARAMETERS] else (None, True)
    message = Message(role, own, reasoning)
    node = Node(text(row[0]), text(row[1]) or None, message, whole(row[4]), state or "interrupted", answer)
    is_read = Garbled not in map(type, row)
    if own_parts or own_legs:
        is_read = is_read and not any(Garbled in map(type, one) for one in (*own_parts, *own_legs))
    return node, is_read and parts_are_whole and answer_is_whole and state is not None


def _answer(row: Row, said: tuple[Leg, ...]) -> tuple[Answer, bool]:
    """How it came to be, and whether that could be read."""
    written, provider, model, served_model, finish, first_token_s, took, error = row[PARAMETERS:]
    parameters = read_json(written)
    answer = Answer(
        text(provider),
        text(model),
        text(served_model),
        parameters or {},
        legs.FINISHES.get(finish),
        perhaps_seconds(first_token_s),
        seconds(took),
        said,
        text(error),
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
