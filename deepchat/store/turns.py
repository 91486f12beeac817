"""The life of an answer on disk: begun before a byte leaves, heard piece by piece, finished whatever ends it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.tree import Node
from deepchat.store import conversations, journal, legs, messages
from deepchat.store.columns import storable

LONGEST_LEG_MS: Final = 86_400_000
"""No request is waited for that long, whatever the settings."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """An answer that a crash had cut off."""

    conversation_id: str
    title: str
    message_id: str
    created_ms: int
    characters: int
    """So many of its words were kept."""


def begin(
    c: sqlite3.Connection, conversation: Conversation, new: Sequence[Node], answer: Node, leg: Leg | None = None
) -> None:
    """What is asked, an answer that streams, and the row of the first request; raises NotFound, StoreError.

    A conversation is kept from its first question on. An answer that is there already is gone on with.
    """
    if conversations.exists(c, conversation.id):
        named = "UPDATE conversation SET title = ? WHERE id = ? AND title = ''"
        c.execute(named, (storable(conversation.title), conversation.id))
    else:
        conversations.create(c, conversation)
    for node in new:
        messages.insert(c, conversation.id, node)
    if messages.exists(c, answer.id):
        messages.update(c, conversation.id, answer, more_to_come=True)
    else:
        messages.insert(c, conversation.id, answer)
    if leg:
        open_leg(c, conversation.id, answer.id, leg)
    conversations.set_active(c, conversation.id, answer.id)
    conversations.touch(c, conversation.id, leg.asked_ms if leg else answer.created_ms)


def open_leg(c: sqlite3.Connection, conversation_id: str, message_id: str, leg: Leg) -> None:
    """The row of another request of an answer."""
    legs.enter(c, conversation_id, message_id, leg)


def reopen_leg(c: sqlite3.Connection, leg: Leg) -> None:
    """The same request is made once more, perhaps elsewhere; what the last attempt said is forgotten."""
    journal.clear(c, [leg.id])
    legs.change(c, leg)


def hear(c: sqlite3.Connection, leg: Leg, said: Sequence[tuple[journal.Kind, str]]) -> None:
    """A request on its way said this, as far as its words are kept, and has these figures by now.

    When nobody waits for it any more, for it was erased meanwhile, nothing of it is kept.
    """
    if legs.go_on(c, leg):
        journal.append(c, leg.id, said, leg.kept_from)


def say(c: sqlite3.Connection, conversation_id: str, node: Node) -> None:
    """The answer as it stands between two of its requests, calls and results and all; raises NotFound."""
    messages.update(c, conversation_id, node, more_to_come=True)


def close_leg(c: sqlite3.Connection, leg: Leg) -> None:
    """A request has ended: its row has the figures, its message the words; closing it once more changes nothing.

    Of one whose conversation was erased meanwhile, the figures are entered all the same.
    """
    query = "SELECT message, state FROM leg WHERE id = ?"
    row = cast("tuple[str, str] | None", c.execute(query, (leg.id,)).fetchone())
    if row is None:
        return
    message, state = row
    legs.change(c, leg)
    # What keeps no words has rows in the ledger, but no message.
    says_more = state == "pending" and (leg.state != "refused" or leg.text or leg.reasoning)
    if says_more and messages.exists(c, message):
        messages.say_more(c, message, leg)
        legs.put_words(c, message, leg)
    journal.clear(c, [leg.id])


def finish(c: sqlite3.Connection, conversation_id: str, node: Node) -> None:
    """The answer as it stands at its end; raises NotFound when it was deleted meanwhile."""
    messages.update(c, conversation_id, node)
    legs.close_all(c, node.id)
    query = "SELECT id FROM leg WHERE message = ?"
    journal.clear(c, [leg_id for (leg_id,) in cast("list[tuple[str]]", c.execute(query, (node.id,)).fetchall())])


def forgotten(c: sqlite3.Connection, now_ms: int) -> list[str]:
    """Requests on their way for longer than any can be, whose words nobody keeps: their program died."""
    # The plus keeps SQLite from the index by time: very few are on their way, and nearly all are old.
    query = """
        SELECT id FROM leg WHERE state = 'pending' AND +asked_ms < ?
        AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = leg.message)
    """
    return [leg_id for (leg_id,) in cast("list[tuple[str]]", c.execute(query, (now_ms - LONGEST_LEG_MS,)).fetchall())]


def unfinished(c: sqlite3.Connection) -> list[tuple[str, str]]:
    """Conversation and message of every answer that streams, or would still, had its program not died."""
    query = "SELECT conversation, id FROM message WHERE state = 'streaming' ORDER BY seq"
    return cast("list[tuple[str, str]]", c.execute(query).fetchall())


def recover(c: sqlite3.Connection, message_id: str, now_ms: int) -> Recovered | None:
    """Put together what was heard of an answer whose program died; None when it was finished after all.

    Its last request counts as broken, and has the figures that it had with its last words: an estimate.
    """
    query = """
        SELECT c.id, c.title FROM message AS m JOIN conversation AS c ON c.id = m.conversation
        WHERE m.id = ? AND m.state = 'streaming'
    """
    row = cast("tuple[str, str] | None", c.execute(query, (message_id,)).fetchone())
    node = messages.one(c, message_id).node
    if row is None or node is None:
        return None
    conversation_id, title = row
    if node.answer:
        answer = _timed(c, node, node.answer)
        node = replace(node, answer=replace(answer, legs=tuple(map(_broken, answer.legs))))
    finish(c, conversation_id, replace(node, state="interrupted"))
    conversations.touch(c, conversation_id, now_ms)
    return Recovered(conversation_id, title, message_id, node.created_ms, len(node.message.text))


def _timed(c: sqlite3.Connection, node: Node, answer: Answer) -> Answer:
    """It with how long it took since its question was sent, if its first request was still on its way.

    What it had when it was begun is how long somebody had waited by then.
    """
    query = "SELECT id FROM leg WHERE message = ? ORDER BY seq LIMIT 1"
    (first,) = c.execute(query, (node.id,)).fetchone() or ("",)
    leg = next((one for one in answer.legs[:1] if one.id == first and one.state == "pending"), None)
    if answer.first_token_s is not None or leg is None or leg.first_token_s is None:
        return answer
    waited_s = answer.seconds + max(0, leg.asked_ms - node.created_ms) / 1000
    return replace(answer, first_token_s=waited_s + leg.first_token_s, seconds=waited_s + leg.seconds)


def _broken(leg: Leg) -> Leg:
    if leg.state != "pending":
        return leg
    cost = leg.cost if leg.cost.nano is None else replace(leg.cost, estimated=True)
    return replace(leg, state="broken", cost=cost)
