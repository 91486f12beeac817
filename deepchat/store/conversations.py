"""Conversations as they are kept: made, listed, found by their names, loaded, and what their user says about them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from deepchat.conversation.chosen import NOTHING_CHOSEN, Chosen
from deepchat.conversation.conversation import Conversation, Summary
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.errors import NotFound, StoreError
from deepchat.store import choices, ledger, messages, tags
from deepchat.store.columns import bounded, storable, text
from deepchat.store.regrown import regrown
from deepchat.store.unread import unread

SHORTEST_PREFIX: Final = 4
"""Characters of an id that may stand for the whole."""
_FEW: Final = 100
"""Conversations, of which each is looked up in the ledger by itself."""
_BETWEEN: Final = "\x1f"
_SUMMARY: Final = """
    SELECT c.id, c.title, c.created_ms, c.updated_ms,
        c.messages,
        (SELECT group_concat(model, char(31)) FROM (
            SELECT model FROM speaker WHERE conversation = c.id ORDER BY seq, leg
        )),
        (SELECT group_concat(tag, char(31)) FROM tag WHERE conversation = c.id),
        c.pinned, c.trashed_ms, c.origin != ''
    FROM conversation AS c
"""
_RECENT: Final = _SUMMARY + "WHERE (c.trashed_ms IS NOT NULL) = ? ORDER BY c.touched DESC, c.updated_ms DESC LIMIT ?"
_LAST: Final = "(SELECT coalesce(max(touched), 0) + 1 FROM conversation)"
_BY_ID: Final = _SUMMARY + "WHERE c.id = ?"


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation as far as it could be read."""

    conversation: Conversation
    unreadable: int
    """So many of its messages are damaged: lost, or shown without a part of them."""


def create(c: sqlite3.Connection, conversation: Conversation, *, is_imported: bool = False) -> None:
    """Keep a new conversation with all its messages; raises StoreError when it, or one of them, is here already.

    What an imported one cost was spent elsewhere, unless the ledger knows it already; it stands among the others by
    its own time, and is not the last that was used.
    """
    tree = conversation.tree
    last = "(SELECT coalesce(max(touched), 0) FROM conversation WHERE updated_ms <= ?)" if is_imported else _LAST
    try:
        c.execute(
            f"""
            INSERT INTO conversation
                (id, title, created_ms, updated_ms, root, active, pinned, trashed_ms, origin, touched)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {last})
            """,  # noqa: S608 (fixed texts alone)
            (
                conversation.id,
                storable(conversation.title),
                bounded(conversation.created_ms),
                bounded(conversation.updated_ms),
                tree.root_id,
                tree.leaf.id,
                conversation.pinned,
                conversation.trashed_ms,
                storable(conversation.origin),
                *([bounded(conversation.updated_ms)] * is_imported),
            ),
        )
        for node in tree:
            messages.insert(c, conversation.id, node, is_imported=is_imported)
    except sqlite3.IntegrityError as error:
        what = f"the conversation {conversation.id}, or a message of it, is here already"
        raise StoreError(what, "nothing was changed") from error
    tags.insert(c, conversation.id, *conversation.tags)
    if conversation.chosen != NOTHING_CHOSEN:
        choose(c, conversation.id, conversation.chosen)


def exists(c: sqlite3.Connection, conversation_id: str) -> bool:
    return c.execute("SELECT 1 FROM conversation WHERE id = ?", (conversation_id,)).fetchone() is not None


def of_origin(c: sqlite3.Connection, origin: str) -> str | None:
    """The id of what was imported from there, in the trash or not; None when nothing was."""
    query = "SELECT id FROM conversation WHERE origin = ? AND origin != ''"
    row = cast("tuple[str] | None", c.execute(query, (origin,)).fetchone())
    return row[0] if row else None


def recent(c: sqlite3.Connection, *, limit: int | None = None, trashed: bool = False) -> list[Summary]:
    """Those that are kept, or those in the trash; the one that was last used comes first."""
    rows = cast("list[_SummaryRow]", c.execute(_RECENT, (trashed, -1 if limit is None else limit)).fetchall())
    costs = ledger.costs(c) if len(rows) > _FEW else {row[0]: ledger.cost_of(c, row[0]) for row in rows}
    return [_summary(c, row, costs.get(row[0], UNKNOWN_COST)) for row in rows]


def find(c: sqlite3.Connection, words: str, *, trashed: bool = False, limit: int | None = None) -> list[Summary]:
    """What an id means, else the beginning of one, else a title, else words that are all in one.

    The last used comes first.
    """
    query = "SELECT id, title FROM conversation WHERE (trashed_ms IS NOT NULL) = ? ORDER BY touched DESC"
    titles = cast("list[tuple[str, str]]", c.execute(query, (trashed,)).fetchall())
    wanted = words.strip()
    meant = [one for one, _ in titles if one == wanted]
    if not meant and len(wanted) >= SHORTEST_PREFIX:
        meant = [one for one, _ in titles if one.startswith(wanted)]
    each = wanted.casefold().split()
    if not meant:
        meant = [one for one, title in titles if each and title.casefold().split() == each]
    if not meant:
        meant = [one for one, title in titles if each and all(word in title.casefold() for word in each)]
    meant = meant[:limit]
    if len(meant) > _FEW:
        among = set(meant)
        return [one for one in recent(c, trashed=trashed) if one.id in among]
    return [_summary(c, c.execute(_BY_ID, (one,)).fetchone(), ledger.cost_of(c, one)) for one in meant]


_SummaryRow = tuple[str, str, int, int, int, str | None, str | None, int, int | None, int]


def _summary(c: sqlite3.Connection, row: _SummaryRow, cost: Cost) -> Summary:
    conversation_id, title, created_ms, updated_ms, number, models, tagged, pinned, trashed_ms, is_imported = row
    if is_imported and cost.nano == 0 and not ledger.was_answered(c, conversation_id):
        cost = UNKNOWN_COST  # what its answers cost elsewhere nobody has told
    return Summary(
        conversation_id,
        title,
        created_ms,
        updated_ms,
        number,
        tuple(models.split(_BETWEEN)) if models else (),
        tuple(tagged.split(_BETWEEN)) if tagged else (),
        bool(pinned),
        cost,
        trashed_ms,
    )


def load(c: sqlite3.Connection, conversation_id: str) -> Conversation:
    """The whole conversation, without what can't be read of it; raises NotFound."""
    row = _row_of(c, conversation_id)
    try:
        tree = Tree.of(unread(c, conversation_id) or (), row.active)
    except (ValueError, sqlite3.DatabaseError):  # no more can be said before each is looked at, or it fails again
        tree = None
    if tree is None or tree.root_id != row.root:
        return read_around(c, conversation_id).conversation
    return _conversation(c, conversation_id, row, tree)


def read_around(c: sqlite3.Connection, conversation_id: str) -> Opened:
    """The whole conversation, and how much of it can't be read; raises NotFound.

    What follows a message that can't be shown hangs below the one before it, or where that is unknown, below the root.
    """
    row = _row_of(c, conversation_id)
    found = messages.of_conversation(c, conversation_id)
    tree = regrown(found, row.root, row.created_ms)
    if row.active in tree:
        tree.end_at(row.active)
    conversation = _conversation(c, conversation_id, row, tree)
    return Opened(conversation, sum(not one.is_whole for one in found))


class _Row(NamedTuple):
    title: str
    created_ms: int
    updated_ms: int
    pinned: int
    trashed_ms: int | None
    origin: str
    chosen: object
    root: str
    active: str


def _row_of(c: sqlite3.Connection, conversation_id: str) -> _Row:
    row = c.execute(f"SELECT {', '.join(_Row._fields)} FROM conversation WHERE id = ?", (conversation_id,)).fetchone()  # noqa: S608 (fixed names alone)
    if row is None:
        raise _not_found(conversation_id)
    return _Row(*row)


def _conversation(c: sqlite3.Connection, conversation_id: str, row: _Row, tree: Tree) -> Conversation:
    return Conversation(
        conversation_id,
        tree,
        row.created_ms,
        row.title,
        row.updated_ms,
        bool(row.pinned),
        tuple(sorted(tags.of(c, conversation_id))),
        row.trashed_ms,
        row.origin,
        choices.read(row.chosen),
    )


def load_path_end(c: sqlite3.Connection, conversation_id: str, last: int) -> list[Node]:
    """The last messages of the active path, so many at most, without reading the others; raises NotFound."""
    row = c.execute("SELECT active FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
    if row is None:
        raise _not_found(conversation_id)
    way = """
        WITH RECURSIVE way (id, parent, depth) AS (
            SELECT id, parent, 1 FROM message WHERE id = ?
            UNION ALL
            SELECT m.id, m.parent, way.depth + 1 FROM way JOIN message AS m ON m.id = way.parent WHERE way.depth < ?
        )
        SELECT id FROM way ORDER BY depth DESC
    """
    ids = cast("list[tuple[str]]", c.execute(way, (text(row[0]), last)).fetchall()) if last > 0 else []
    nodes = (messages.one(c, one).node for (one,) in ids)
    return [node for node in nodes if node]


def add(c: sqlite3.Connection, conversation_id: str, node: Node) -> None:
    """A new message; the active path ends at it. Raises NotFound."""
    set_active(c, conversation_id, node.id)
    messages.insert(c, conversation_id, node)


def put(c: sqlite3.Connection, conversation_id: str, node: Node) -> None:
    """The same message, further on or changed; its place stays. Raises NotFound."""
    messages.update(c, conversation_id, node)


def set_active(c: sqlite3.Connection, conversation_id: str, message_id: str) -> None:
    """Let the active path end at this message. Raises NotFound."""
    change(c, conversation_id, "UPDATE conversation SET active = ? WHERE id = ?", message_id)


def rename(c: sqlite3.Connection, conversation_id: str, title: str) -> None:
    """Raises NotFound."""
    change(c, conversation_id, "UPDATE conversation SET title = ? WHERE id = ?", storable(title))


def rename_from(c: sqlite3.Connection, conversation_id: str, before: str, title: str) -> bool:
    """The same as long as it is still called as before, and whether it was."""
    query = "UPDATE conversation SET title = ? WHERE id = ? AND title = ?"
    return c.execute(query, (storable(title), conversation_id, storable(before))).rowcount == 1


def pin(c: sqlite3.Connection, conversation_id: str, pinned: bool = True) -> None:
    """Raises NotFound."""
    change(c, conversation_id, "UPDATE conversation SET pinned = ? WHERE id = ?", pinned)


def choose(c: sqlite3.Connection, conversation_id: str, chosen: Chosen) -> None:
    """This is chosen for it, in the place of what was. Raises NotFound."""
    change(c, conversation_id, "UPDATE conversation SET chosen = ? WHERE id = ?", choices.written(chosen))


def tag(c: sqlite3.Connection, conversation_id: str, *added: str) -> None:
    """Add tags, each once whatever its capitals. Raises NotFound."""
    _need(c, conversation_id)
    tags.insert(c, conversation_id, *added)


def untag(c: sqlite3.Connection, conversation_id: str, *taken_off: str) -> None:
    """Take tags off, however they are spelled. Raises NotFound."""
    _need(c, conversation_id)
    tags.remove(c, conversation_id, *taken_off)


def _need(c: sqlite3.Connection, conversation_id: str) -> None:
    if not exists(c, conversation_id):
        raise _not_found(conversation_id)


def touch(c: sqlite3.Connection, conversation_id: str, now_ms: int) -> None:
    """It was used just now: it comes first from here on, whatever the clock says. Raises NotFound."""
    change(
        c,
        conversation_id,
        "UPDATE conversation SET updated_ms = ?, touched = (SELECT max(touched) + 1 FROM conversation) WHERE id = ?",
        bounded(now_ms),
    )


def change(c: sqlite3.Connection, conversation_id: str, statement: str, *values: str | int | None) -> None:
    """Run a statement about one conversation, whose id is its last parameter; raises NotFound."""
    if c.execute(statement, (*values, conversation_id)).rowcount != 1:
        raise _not_found(conversation_id)


def _not_found(conversation_id: str) -> NotFound:
    return NotFound(f"there is no conversation {conversation_id!r}", "deepchat list shows them all")
