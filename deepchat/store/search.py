"""Finding words in everything that was ever said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, cast

from deepchat.store import tags
from deepchat.store.columns import storable
from deepchat.store.failures import is_of_index
from deepchat.store.snippets import snippet
from deepchat.store.wishes import Term, Wish, wish
from deepchat.store.word_index import indexed_to

Marks = tuple[str, str]
NO_MARKS: Final = ("", "")
MOST_RANKED: Final = 5_000
"""Messages: to weigh more of them against each other takes longer than anybody waits while typing."""


@dataclass(frozen=True, slots=True)
class Hit:
    conversation: str
    message: str
    title: str
    role: str
    snippet: str
    """The words around what was found, which stands between the marks."""
    created_ms: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages are looked at; None is all of them."""

    model: str | None = None
    """A part of the name of a model that wrote it, asked or served."""
    since_ms: int | None = None
    until_ms: int | None = None
    """Before this moment."""
    tag: str | None = None
    """Of the conversation."""
    role: str | None = None


EVERYTHING: Final = Filter()


def search(
    c: sqlite3.Connection, words: str, among: Filter = EVERYTHING, *, limit: int = 50, marks: Marks = NO_MARKS
) -> list[Hit]:
    """Messages that say these words, out of the trash; the best come first, of equals and of very many the newer.

    What the index does not have yet is looked through, and stands before the others, newest first. So is all of it
    where the index is broken.
    """
    wanted = wish(storable(words))
    if not wanted.wanted or limit <= 0:
        return []
    if among.tag is not None:
        among = replace(among, tag=next(iter(tags.spellings(c, among.tag)), among.tag))
    found = _in_texts(c, wanted, among, limit, indexed_to(c))
    try:
        if len(found) < limit:
            found += _indexed(c, wanted, among, limit - len(found))
    except sqlite3.DatabaseError as error:
        if not is_of_index(error):
            raise
        found = _in_texts(c, wanted, among, limit)
    return [_hit(c, seq, wanted, marks) for seq in found]


def _in_texts(c: sqlite3.Connection, wanted: Wish, among: Filter, limit: int, indexed: int = -1) -> list[int]:
    """What the texts say that the index lacks; by itself, all that they say."""
    conditions = _conditions(among) + _in_text(wanted.wanted) + _in_text(wanted.unwanted, "NOT ")
    lacking = "m.seq IN (SELECT seq FROM message WHERE seq > ? UNION SELECT seq FROM unindexed)"
    return _run(c, "message AS m", [(lacking, indexed), *conditions], "m.seq DESC", limit)


def _indexed(c: sqlite3.Connection, wanted: Wish, among: Filter, limit: int) -> list[int]:
    """What the index has, and of the words that it does not know, what the texts have that it has."""
    known = [term for term in wanted.wanted if term.is_indexed]
    without = [term for term in wanted.unwanted if term.is_indexed]
    in_text = [term for term in wanted.wanted if not term.is_indexed]
    not_in_text = [term for term in wanted.unwanted if not (known and term.is_indexed)]
    conditions = _conditions(among) + _in_text(in_text) + _in_text(not_in_text, "NOT ")
    if not known:
        old = "m.seq <= ? AND m.seq NOT IN (SELECT seq FROM unindexed)"
        return _run(c, "message AS m", [(old, indexed_to(c)), *conditions], "m.seq DESC", limit)
    match = "(" + " ".join(term.match for term in known) + ")"
    if without:
        match += " NOT (" + " OR ".join(term.match for term in without) + ")"
    tables = "found CROSS JOIN message AS m ON m.seq = found.rowid"
    order = "found.rowid DESC" if _are_many(c, match) else "found.rank, m.seq DESC"
    return _run(c, tables, [("found MATCH ?", match), *conditions], order, limit)


def _are_many(c: sqlite3.Connection, match: str) -> bool:
    """Whether more messages say it than can be ranked."""
    query = "SELECT 1 FROM found WHERE found MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
    return c.execute(query, (match, MOST_RANKED)).fetchone() is not None


_Condition = tuple[str, str | int]


_WRITTEN_BY: Final = r"""
    EXISTS (
        SELECT 1 FROM (
            SELECT m.model || ' ' || m.served_model AS name
            UNION ALL SELECT leg.model || ' ' || leg.served_model FROM leg
            WHERE leg.message = m.id AND leg.state NOT IN ('pending', 'refused')
        ) WHERE name LIKE ? ESCAPE '\'
    )
"""
"""The message names who was asked last, its legs all others."""


def _conditions(among: Filter) -> list[_Condition]:
    wanted: list[tuple[str, str | int | None]] = [
        ("m.role = ?", among.role),
        ("m.created_ms >= ?", among.since_ms),
        ("m.created_ms < ?", among.until_ms),
        (_WRITTEN_BY, Term(among.model).like if among.model else None),
        ("m.conversation IN (SELECT conversation FROM tag WHERE tag = ?)", among.tag),
    ]
    return [(condition, value) for condition, value in wanted if value is not None]


def _in_text(terms: Iterable[Term], negation: str = "") -> list[_Condition]:
    return [(rf"m.body {negation}LIKE ? ESCAPE '\'", term.like) for term in terms]


def _run(c: sqlite3.Connection, tables: str, conditions: list[_Condition], order: str, limit: int) -> list[int]:
    given = " AND ".join(condition for condition, _ in conditions)
    query = f"""
        SELECT m.seq FROM {tables}
        WHERE {given} AND m.conversation NOT IN (SELECT id FROM conversation WHERE trashed_ms IS NOT NULL)
        ORDER BY {order} LIMIT ?
    """  # noqa: S608 (fixed texts alone)
    rows = c.execute(query, (*(value for _, value in conditions), limit)).fetchall()
    return [seq for (seq,) in cast("list[tuple[int]]", rows)]


def _hit(c: sqlite3.Connection, seq: int, wanted: Wish, marks: Marks) -> Hit:
    query = """
        SELECT m.conversation, m.id, c.title, m.role, m.body, m.created_ms
        FROM message AS m JOIN conversation AS c ON c.id = m.conversation WHERE m.seq = ?
    """
    row = cast("tuple[str, str, str, str, str, int]", c.execute(query, (seq,)).fetchone())
    conversation_id, message_id, title, role, body, created_ms = row
    return Hit(conversation_id, message_id, title, role, snippet(body, wanted.wanted, marks), created_ms)
