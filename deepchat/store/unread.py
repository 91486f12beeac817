"""Messages as their rows have them: read into values only when somebody looks at them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple, cast

from deepchat.conversation.legs import Leg
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Kept, Node
from deepchat.store import legs, messages
from deepchat.store.columns import Row, all_rows, exact_rows, text
from deepchat.store.messages import COLUMNS, PARAMETERS, ROLES, Around

_OF_IT: Final = "FROM message AS m WHERE m.conversation = ?"
_WORDS_ALONE: Final = """(
    m.parameters = '' AND m.state = 'whole' AND m.reasoning = ''
    AND NOT EXISTS (SELECT 1 FROM part WHERE part.message = m.id)
    AND typeof(m.id) = 'text' AND m.id != '' AND typeof(m.body) = 'text' AND typeof(m.created_ms) = 'integer'
    AND m.role IN ('user', 'assistant', 'system', 'tool')
)"""
"""With each column as it should be: what a damaged file has there is among the others."""
_SAID: Final = f"SELECT m.seq, m.id, m.parent, m.role, m.created_ms, m.body {_OF_IT} AND {_WORDS_ALONE} ORDER BY m.seq"
_OTHERS: Final = f"SELECT m.seq, {COLUMNS} {_OF_IT} AND {_WORDS_ALONE} IS NOT TRUE ORDER BY m.seq"
_ALL: Final = f"SELECT count(*) {_OF_IT}"


class _Said(NamedTuple):
    """A message of nothing but words, of which nobody knows how it came to be."""

    seq: int
    id: str
    parent: str | None
    role: Role
    created_ms: int
    text: str

    has_answer = False
    besides = ()
    legs = ()

    def read(self) -> Node:
        return Node(self.id, self.parent, Message(self.role, (Text(self.text),)), self.created_ms)


_plain: Final = cast("Callable[[Row], _Said]", partial(tuple[object, ...].__new__, _Said))
"""Of a row as it is; a named tuple's own way does the same in Python."""


class _More:
    """A message of one text of which more is known, or to be asked, than its words."""

    __slots__ = ("_around", "_legs", "_node", "_row", "has_answer", "id", "parent", "role", "text")
    besides = ()

    def __init__(self, row: Row, role: Role, around: Around) -> None:
        self.id, self.parent, self.text = text(row[0]), text(row[1]) or None, text(row[5])
        self.role: Role = role
        self.has_answer = row[PARAMETERS] != ""
        self._row = row
        self._around = around
        self._legs: Sequence[Leg] | None = None
        self._node: Node | None = None

    @property
    def legs(self) -> Sequence[Leg]:
        if self._legs is None:
            rows = self._around.legs.get(self.id, ()) if self.has_answer else ()
            self._legs = legs.of_message(rows, self._around.heard, self.text, text(self._row[6])) if rows else ()
        return self._legs

    def read(self) -> Node:
        if self._node is None:
            self._node = messages.node_of(self._row, self.role, self._around)
            self._legs = self._node.legs
        return self._node


def unread(c: sqlite3.Connection, conversation_id: str) -> Sequence[Kept] | None:
    """All messages in the order in which they were said; None when some are damaged: they have to be looked at."""
    said = exact_rows(c, _SAID, (conversation_id,))
    if said is None:
        return None
    if all_rows(c, _ALL, (conversation_id,)) == [(len(said),)]:  # an index alone tells how many there are
        return list(map(_plain, said))
    others = exact_rows(c, _OTHERS, (conversation_id,))
    if others is None or not all(row[3] in ROLES and text(row[1]) for row in others):
        return None
    around = messages.around(c, "conversation", conversation_id)
    more = (_more(row, around) for row in others)
    in_order = sorted([*((row[0], _plain(row)) for row in said), *more], key=itemgetter(0))
    return [one for _, one in in_order]


def _more(row: Row, around: Around) -> tuple[object, Kept]:
    seq, *columns = row
    more = _More(tuple(columns), ROLES[row[3]], around)
    return seq, more.read() if row[4] == "streaming" or more.id in around.parts else more
