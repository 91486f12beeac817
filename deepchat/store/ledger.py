"""What was spent: one row for each request, from before it was sent, whatever became of it and of its words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.store.columns import Row, text, whole
from deepchat.store.legs import SOURCES

By = Literal["day", "model", "provider", "conversation"]

# Where a sum is from say those of its parts that cost something, if there are any.
_SUM: Final = """
    sum(legs), sum(known), sum(nano), max(guessed),
    coalesce(min(CASE WHEN nano > 0 THEN cost_source END), min(cost_source)),
    coalesce(max(CASE WHEN nano > 0 THEN cost_source END), max(cost_source))
"""
_FIGURES: Final = """
    legs, known, nano, guessed, cost_source, latest_ms, prompt_tokens, cached_tokens, completion_tokens,
    reasoning_tokens
"""
_QUARTER_MS: Final = 900_000
_QUARTERS: Final = f"""
    SELECT quarter, provider, model, '' AS conversation, {_FIGURES} FROM spent_at
    WHERE NOT imported AND legs > 0 AND quarter >= :since / {_QUARTER_MS} AND quarter < :until / {_QUARTER_MS}
"""  # noqa: S608 (fixed texts alone)
_CONVERSATIONS: Final = f"""
    SELECT 0 AS quarter, '' AS provider, '' AS model, conversation, {_FIGURES} FROM spent_in
    WHERE NOT imported AND legs > 0
"""  # noqa: S608
_REQUESTS: Final = f"""
    SELECT asked_ms / {_QUARTER_MS} AS quarter, provider, model, conversation,
        1 AS legs, cost_nano IS NOT NULL AS known, cost_nano AS nano, cost_estimated OR state = 'pending' AS guessed,
        prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, asked_ms AS latest_ms, cost_source
    FROM leg WHERE NOT imported AND asked_ms >= :since AND asked_ms < :until
        AND id NOT IN (SELECT value FROM json_each(:but_for))
"""  # noqa: S608
_BESIDE: Final = """
    SELECT CASE served_model WHEN '' THEN model ELSE served_model END AS model, 1 AS legs,
        cost_nano IS NOT NULL AS known, cost_nano AS nano, cost_estimated AS guessed, cost_source,
        prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, asked_ms AS latest_ms
    FROM leg WHERE conversation = :conversation AND NOT imported AND state <> 'pending'
        AND message NOT IN (SELECT id FROM message WHERE conversation = :conversation)
"""
# The plus keeps SQLite from the index by time: very few are on their way.
_TO_COME: Final = """
    SELECT sum(max(most_nano - coalesce(cost_nano, 0), 0)) FROM leg
    WHERE state = 'pending' AND NOT imported AND +asked_ms >= :since AND +asked_ms < :until
        AND id NOT IN (SELECT value FROM json_each(:but_for)) AND conversation = coalesce(:conversation, conversation)
"""
_EVER: Final = 2**62
_KEYS: Final = {
    "day": f"date(quarter * {_QUARTER_MS // 1000}, 'unixepoch', 'localtime')",
    "model": "model",
    "provider": "provider",
    "conversation": "conversation",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What some requests cost together; those on their way count with what they have cost so far, an estimate."""

    legs: int
    unknown: int
    """So many of them have a cost that nobody knows."""
    cost: Cost
    """Of those that are known; an estimate when any is unknown, and unknown when none is or they come to nothing."""

    @property
    def nano(self) -> int | None:
        """Nano-dollars; zero when nothing was asked."""
        return self.cost.nano if self.legs else 0


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What was used on one day, of one model, at one provider, or in one conversation."""

    key: str
    """The day as 2026-11-21, where the user is; or the name."""
    title: str
    """Of a conversation that is still here."""
    spent: Spent
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    tokens_estimated: bool = False
    """Some of them no server has counted."""


def spent(
    c: sqlite3.Connection,
    *,
    since_ms: int | None = None,
    until_ms: int | None = None,
    conversation: str | None = None,
    but_for: Sequence[str] = (),
    at_most: bool = False,
) -> Spent:
    """The sum over all requests, or those of a time, or those of a conversation, deleted answers too.

    What was imported was spent elsewhere; the requests of `but_for` are left out. With `at_most`, those on their way
    count with the most that they may cost.
    """
    only = "" if conversation is None else "WHERE conversation = :conversation"
    rows = _REQUESTS if but_for else _rows(since_ms, until_ms, by_conversation=conversation is not None)
    query = f"SELECT {_SUM} FROM ({rows}) {only}"  # noqa: S608
    values = {**_span(since_ms, until_ms, but_for), "conversation": conversation}
    found = _spent(c.execute(query, values).fetchone())
    more = whole(c.execute(_TO_COME, values).fetchone()[0]) if at_most else 0
    return replace(found, cost=replace(found.cost, nano=(found.cost.nano or 0) + more)) if more else found


def cost_of(c: sqlite3.Connection, conversation: str) -> Cost:
    """What a conversation cost, wherever that was; unknown as soon as that of one request is."""
    query = f"SELECT {_SUM} FROM spent_in WHERE legs > 0 AND conversation = ?"  # noqa: S608
    return _cost(c.execute(query, (conversation,)).fetchone())


def costs(c: sqlite3.Connection) -> dict[str, Cost]:
    """The same of every conversation that anything was asked in."""
    query = f"SELECT {_SUM}, conversation FROM spent_in WHERE legs > 0 GROUP BY conversation"  # noqa: S608
    return {text(row[6]): _cost(row) for row in cast("list[Row]", c.execute(query).fetchall())}


def was_answered(c: sqlite3.Connection, conversation: str) -> bool:
    """Whether any request of it was taken, or is on its way."""
    query = "SELECT 1 FROM leg WHERE conversation = ? AND state <> 'refused' LIMIT 1"
    return c.execute(query, (conversation,)).fetchone() is not None


def usage_by(c: sqlite3.Connection, by: By, since_ms: int | None = None, until_ms: int | None = None) -> list[UsageRow]:
    """What was asked here from one moment until before another, newest first; days are those of its time zone."""
    titles: dict[object, object] = {}
    if by == "conversation":
        titles = dict(cast("list[tuple[object, object]]", c.execute("SELECT id, title FROM conversation").fetchall()))
    rows = _rows(since_ms, until_ms, by_conversation=by == "conversation")
    return _summed_up(c, rows, _KEYS[by], _span(since_ms, until_ms), titles)


def beside(c: sqlite3.Connection, conversation: str) -> list[UsageRow]:
    """By model, what was asked in a conversation for no message that it has: summaries, titles, what was erased."""
    return _summed_up(c, _BESIDE, "model", {"conversation": conversation}, {})


def _summed_up(
    c: sqlite3.Connection,
    rows: str,
    key: str,
    values: Mapping[str, int | str],
    titles: Mapping[object, object],
) -> list[UsageRow]:
    query = f"""
        SELECT {_SUM}, {key} AS key, sum(prompt_tokens), sum(cached_tokens), sum(completion_tokens),
            sum(reasoning_tokens), max(latest_ms) AS latest
        FROM ({rows}) GROUP BY key ORDER BY latest DESC, key
    """  # noqa: S608
    return [
        UsageRow(
            text(row[6]), text(titles.get(row[6])), _spent(row), *map(whole, row[7:11]), tokens_estimated=bool(row[3])
        )
        for row in cast("list[Row]", c.execute(query, values).fetchall())
    ]


def _rows(since_ms: int | None, until_ms: int | None, *, by_conversation: bool) -> str:
    """Where it is summed up from: the sums that are kept, or where they don't say it, every request of that time."""
    if by_conversation:
        return _CONVERSATIONS if since_ms is until_ms is None else _REQUESTS
    is_kept = all(moment is None or moment % _QUARTER_MS == 0 for moment in (since_ms, until_ms))
    return _QUARTERS if is_kept else _REQUESTS


def _span(since_ms: int | None, until_ms: int | None, but_for: Sequence[str] = ()) -> dict[str, int | str]:
    return {
        "since": -_EVER if since_ms is None else since_ms,
        "until": _EVER if until_ms is None else until_ms,
        "but_for": json.dumps(list(but_for)),
    }


def carry_over(c: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Enter the requests that only another store's ledger has; raises sqlite3.Error, and enters none then.

    Those that were on their way, and whose answers are not here, cost as far as we know what they had cost so far.
    """
    there = _columns(other)
    names = ", ".join(name for name in _columns(c) if name in there and name != "seq")
    if not names:
        return
    put = f"INSERT OR IGNORE INTO leg ({names}) VALUES ({', '.join('?' * (names.count(',') + 1))})"  # noqa: S608
    c.execute("BEGIN IMMEDIATE")
    try:
        c.executemany(put, other.execute(f"SELECT {names} FROM leg ORDER BY seq"))  # noqa: S608
        c.execute(
            """
            UPDATE leg SET state = 'broken', cost_estimated = 1
            WHERE state = 'pending' AND message NOT IN (SELECT id FROM message)
            """
        )
        c.execute("COMMIT")
    except BaseException:
        if c.in_transaction:
            c.execute("ROLLBACK")
        raise


def _columns(c: sqlite3.Connection) -> list[str]:
    return [str(row[1]) for row in cast("list[Row]", c.execute("PRAGMA table_info(leg)").fetchall())]


def _cost(row: Row) -> Cost:
    found = _spent(row)
    return UNKNOWN_COST if found.unknown else found.cost


def _spent(row: Row) -> Spent:
    """From a row that begins as _SUM selects it."""
    asked, known, nano, estimated, source, other_source = row[:6]
    unknown = whole(asked) - whole(known)
    if not known or (unknown and not nano):  # what nobody knows is never $0
        return Spent(whole(asked), unknown, UNKNOWN_COST)
    one_source = SOURCES.get(source, "estimate") if source == other_source else "estimate"
    return Spent(whole(asked), unknown, Cost(whole(nano), one_source, bool(estimated or unknown)))
