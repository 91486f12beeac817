"""Messages as their rows have them: read into values only when somebody looks at them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple, cast

from deepchat.conversation.legs import Leg
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Kept, Node, State
from deepchat.store import messages
from deepchat.store.columns import Row, exact_rows
from deepchat.store.messages import ROLES, ROWS, STATES, WORDS, Around

_OF_IT: Final = "WHERE m.conversation = ? AND m.parameters"
_SAID: Final = f"SELECT {WORDS} FROM message AS m {_OF_IT} = '' ORDER BY m.seq"  # noqa: S608 (fixed texts alone)
_ANSWERS: Final = f"{ROWS} {_OF_IT} != '' ORDER BY m.seq"
_SEQ: Final = 7
_ON_ITS_WAY: Final = "streaming"
_SETTLED: Final = STATES.keys() - {_ON_ITS_WAY}
_KINDS: Final = ({str}, {str, type(None)}, {str}, {str}, {int}, {str}, {str}, {int})
"""What the first columns may have."""
_NO_ANSWER: Final[Row] = ("", "", "", "", None, None, 0.0, "")


class _Said(NamedTuple):
    """A message of nothing but words, of which nobody knows how it came to be."""

    id: str
    parent: str | None
    role: Role
    state: State
    created_ms: int
    text: str
    reasoning: str
    seq: int

    has_answer = False
    besides = ()
    legs = ()

    def read(self) -> Node:
        message = Message(self.role, (Text(self.text),), self.reasoning)
        return Node(self.id, self.parent, message, self.created_ms, self.state)


_plain: Final = cast("Callable[[Row], _Said]", partial(tuple[object, ...].__new__, _Said))
"""Of a row as it is; a named tuple's own way does the same in Python."""


class _Answer:
    """An answer of nothing but words, with what belongs to it."""

    __slots__ = ("_node", "_others", "_row", "id", "parent", "role", "text")
    has_answer = True
    besides = ()

    def __init__(self, row: Row, others: Around) -> None:
        said = _plain(row[: _SEQ + 1])
        self.id, self.parent, self.text = said.id, said.parent, said.text
        self.role: Role = said.role
        self._row = row
        self._others = others
        self._node: Node | None = None

    @property
    def legs(self) -> Sequence[Leg]:
        return self.read().legs if self.id in self._others.legs else ()

    def read(self) -> Node:
        if self._node is None:
            self._node = messages.node_of(self._row, self._others)
        return self._node


def unread(c: sqlite3.Connection, conversation_id: str) -> Sequence[Kept] | None:
    """All messages in the order in which they were said; None when some are damaged: they have to be looked at."""
    said, answers = exact_rows(c, _SAID, (conversation_id,)), exact_rows(c, _ANSWERS, (conversation_id,))
    if said is None or answers is None or not (_are_sound(said, _SETTLED) and _are_sound(answers, STATES.keys())):
        return None
    others = messages.around(c, "conversation", conversation_id)
    if not answers and not others.parts:
        return list(map(_plain, said))
    return [_kept(row, others) for row in sorted([*said, *answers], key=itemgetter(_SEQ))]


def _kept(row: Row, others: Around) -> Kept:
    has_answer = len(row) > _SEQ + 1
    if row[3] == _ON_ITS_WAY or row[0] in others.parts:
        return messages.node_of(row if has_answer else (*row, *_NO_ANSWER), others)
    return _Answer(row, others) if has_answer else _plain(row)


def _are_sound(rows: Sequence[Row], states: Collection[object]) -> bool:
    """Whether each column has what it should have."""
    if not rows:
        return True
    columns = list(zip(*rows, strict=True))
    are_ours = ROLES.keys() >= set(columns[2]) and set(states) >= set(columns[3]) and all(columns[0])
    return are_ours and all({*map(type, column)} <= kinds for column, kinds in zip(columns, _KINDS, strict=False))
