"""What the last row of the chat tells: the keys that do something where the user is, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from deepchat.tui.commands.command import Command

Told = tuple[str, str]
"""A key, and what it does."""
_WRITING: Final = (("⏎", "send"), ("^j", "newline"), ("esc", "stop"))
_ANYWHERE: Final = ("model", "resume", "new", "commands", "search", "help")
_READING: Final = (("tab", "write"),)


def while_writing(rows: Sequence[Command]) -> list[Told]:
    """In the line; the help is the last of them, and the last to be left out."""
    by_name = {row.name: row for row in rows}
    return [*_WRITING, *_told(by_name[name] for name in _ANYWHERE)]


def while_reading(rows: Sequence[Command]) -> list[Told]:
    """In the conversation, where single letters are keys."""
    (help_,) = _told(row for row in rows if row.name == "help")
    return [*_READING, *_told(row for row in rows if row.where == "transcript"), help_]


def _told(rows: Iterable[Command]) -> list[Told]:
    return [(_shown(row.key), row.label) for row in rows if row.label and row.key]


def _shown(keys: str) -> str:
    return keys.partition(",")[0].replace("ctrl+", "^").replace("slash", "/")
