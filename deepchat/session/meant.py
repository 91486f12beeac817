"""Which conversation the user's words mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deepchat.conversation.conversation import Summary
from deepchat.errors import UsageError

_MOST_NAMED: Final = 5
_LONGEST_ECHO: Final = 60


def the_one(found: Sequence[Summary], words: str) -> Summary:
    """The only one that was found; raises UsageError, which names a few of them, when they are several."""
    if len(found) == 1:
        return found[0]
    named = ", ".join(f"{one.id} ({one.title or 'untitled'})" for one in found[:_MOST_NAMED])
    more = " …" if len(found) > _MOST_NAMED else ""
    raise UsageError(f"{len(found)} conversations are meant by {quoted(words)}: {named}{more}", "give the id of one")


def quoted(words: str) -> str:
    """What the user typed, as far as it helps to see it again."""
    return repr(words if len(words) <= _LONGEST_ECHO else f"{words[:_LONGEST_ECHO]}…")
