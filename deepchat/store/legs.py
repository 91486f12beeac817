"""Legs as rows: the ledger's part, which stays for good, and their words, which go with the message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final, get_args

from deepchat.conversation.events import Finish
from deepchat.conversation.legs import Leg, LegState
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, CostSource, Usage
from deepchat.store.columns import (
    Row,
    bounded,
    perhaps_bounded,
    perhaps_seconds,
    perhaps_whole,
    seconds,
    storable,
    text,
    whole,
)
from deepchat.store.journal import Heard

FINISHES: Final[Mapping[object, Finish]] = {finish: finish for finish in get_args(Finish)}
_STATES: Final[Mapping[object, LegState]] = {state: state for state in get_args(LegState)}
SOURCES: Final[Mapping[object, CostSource]] = {source: source for source in get_args(CostSource)}

ROWS: Final = """
    SELECT leg.message, leg.id, leg.provider, leg.model, leg.asked_ms, leg.state, leg.served_model, leg.tier,
        leg.request_id, leg.finish, leg.prompt_tokens, leg.completion_tokens, leg.cached_tokens, leg.reasoning_tokens,
        leg.cost_nano, leg.cost_source, leg.cost_estimated, leg.most_nano, leg.first_token_s, leg.seconds,
        words.leg, words.text, words.reasoning, words.kept_from, words.kept_to, words.dropped
    FROM leg LEFT JOIN leg_words AS words ON words.leg = leg.id
"""
_NEW: Final = """
    INSERT INTO leg (provider, model, asked_ms, state, served_model, tier, request_id, finish, prompt_tokens,
        completion_tokens, cached_tokens, reasoning_tokens, cost_nano, cost_source, cost_estimated, most_nano,
        first_token_s, seconds, id, message, conversation, imported)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING
"""
_CHANGED: Final = """
    UPDATE leg SET provider = ?, model = ?, asked_ms = ?, state = ?, served_model = ?, tier = ?, request_id = ?,
        finish = ?, prompt_tokens = ?, completion_tokens = ?, cached_tokens = ?, reasoning_tokens = ?, cost_nano = ?,
        cost_source = ?, cost_estimated = ?, most_nano = ?, first_token_s = ?, seconds = ?
    WHERE id = ?
"""
_GOES_ON: Final = _CHANGED + "AND state = 'pending'"
_GIVEN_UP: Final = "UPDATE leg SET state = 'broken', cost_estimated = 1 WHERE state = 'pending' AND "
# Another message's leg of the same name, from an import, must not get these words.
_WORDS: Final = """
    INSERT INTO leg_words (leg, message, text, reasoning, kept_from, kept_to, dropped)
    SELECT id, message, ?, ?, ?, ?, ? FROM leg WHERE id = ? AND message = ?
    ON CONFLICT (leg) DO UPDATE SET text = excluded.text, reasoning = excluded.reasoning,
        kept_from = excluded.kept_from, kept_to = excluded.kept_to, dropped = excluded.dropped
"""


def enter(c: sqlite3.Connection, conversation_id: str, message_id: str, leg: Leg, *, is_imported: bool = False) -> None:
    """A new row in the ledger; one that is there already stays as it is. What is imported was not spent here."""
    c.execute(_NEW, (*_figures(leg), leg.id, message_id, conversation_id, is_imported))


def change(c: sqlite3.Connection, leg: Leg) -> None:
    """The row of the ledger as the leg stands now."""
    c.execute(_CHANGED, (*_figures(leg), leg.id))


def go_on(c: sqlite3.Connection, leg: Leg) -> bool:
    """The row of one on its way as it stands now; False when it is not on its way any more, and stays as it is."""
    return c.execute(_GOES_ON, (*_figures(leg), leg.id)).rowcount == 1


def close_all(c: sqlite3.Connection, message_id: str) -> None:
    """What is on its way for this message is not waited for any more."""
    c.execute(_GIVEN_UP + "message = ?", (message_id,))


def give_up(c: sqlite3.Connection, leg_ids: Iterable[str]) -> None:
    """Those on their way count as broken, and cost, as far as we know, what they had when they last were heard of."""
    c.executemany(_GIVEN_UP + "id = ?", [(leg_id,) for leg_id in leg_ids])


def keep_words(c: sqlite3.Connection, node: Node, more_to_come: bool = False) -> None:
    """What each leg of the answer said, as far as the message does not say it; all of it when another leg follows."""
    c.execute("DELETE FROM leg_words WHERE message = ?", (node.id,))
    legs = node.answer.legs if node.answer else ()
    for leg in legs:
        if more_to_come or len(legs) > 1 or not _is_whole_message(leg, node):
            put_words(c, node.id, leg)


def put_words(c: sqlite3.Connection, message_id: str, leg: Leg) -> None:
    said = (storable(leg.text), storable(leg.reasoning), leg.kept_from, leg.kept_to, leg.dropped)
    c.execute(_WORDS, (*said, leg.id, message_id))


def _is_whole_message(leg: Leg, node: Node) -> bool:
    is_uncut = leg.kept_from == 0 and leg.kept_to is None and not leg.dropped
    said_all = leg.text == node.message.text and leg.reasoning == node.message.reasoning
    return is_uncut and said_all and leg.state not in ("pending", "refused")


def _figures(leg: Leg) -> tuple[str | int | float | None, ...]:
    usage = leg.usage
    return (
        storable(leg.provider),
        storable(leg.model),
        bounded(leg.asked_ms),
        leg.state,
        storable(leg.served_model),
        storable(leg.tier),
        storable(leg.request_id),
        leg.finish,
        bounded(usage.prompt_tokens) if usage else None,
        bounded(usage.completion_tokens) if usage else None,
        bounded(usage.cached_tokens) if usage else None,
        bounded(usage.reasoning_tokens) if usage else None,
        perhaps_bounded(leg.cost.nano),
        leg.cost.source,
        leg.cost.estimated,
        perhaps_bounded(leg.most_nano) if leg.state == "pending" else None,
        leg.first_token_s,
        leg.seconds,
    )


def of_message(rows: Iterable[Row], heard: Mapping[str, Heard], body: str, reasoning: str) -> tuple[Leg, ...]:
    """The legs of an answer, from rows as ROWS selects them and what the journal has of those on their way.

    A request that was refused has no part in its answer, unless words say otherwise.
    """
    own = [row for row in rows if row[5] != "refused" or row[20] is not None]
    return tuple(_leg(row, _words(row, heard, body, reasoning, is_only=len(own) == 1)) for row in own)


_Words = tuple[str, str, int, int | None, bool]


def _words(row: Row, heard: Mapping[str, Heard], body: str, reasoning: str, is_only: bool) -> _Words:
    if row[20] is not None:
        return text(row[21]), text(row[22]), whole(row[23]), perhaps_whole(row[24]), bool(row[25])
    if said := heard.get(text(row[1])):
        return said.text, said.reasoning, said.kept_from, None, False
    if is_only and row[5] != "pending":
        return body, reasoning, 0, None, False
    return "", "", 0, None, False


def _leg(row: Row, words: _Words) -> Leg:
    prompt, completion = perhaps_whole(row[10]), perhaps_whole(row[11])
    usage = None
    if prompt is not None and completion is not None:
        usage = Usage(prompt, completion, whole(row[12]), whole(row[13]))
    return Leg(
        text(row[1]),
        text(row[2]),
        text(row[3]),
        whole(row[4]),
        _STATES.get(row[5], "broken"),
        text(row[6]),
        text(row[7]),
        text(row[8]),
        FINISHES.get(row[9]),
        usage,
        Cost(perhaps_whole(row[14]), SOURCES.get(row[15], "unknown"), bool(row[16])),
        perhaps_whole(row[17]),
        perhaps_seconds(row[18]),
        seconds(row[19]),
        *words,
    )
