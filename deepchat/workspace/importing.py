"""Conversations from elsewhere: the file is looked at, read as what it is, and kept, each conversation whole."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from deepchat.conversation.export.facts import shown
from deepchat.conversation.importers.sniffing import (
    DATABASES,
    DOCUMENTS,
    TABLES,
    kind_of_database,
    kind_of_document,
)
from deepchat.errors import ImportFailed, StoreFull
from deepchat.store import foreign

if TYPE_CHECKING:
    from deepchat.conversation.importers.imported import Imported
    from deepchat.conversation.tree import Tree
    from deepchat.session.library import Library

_KNOWN: Final = "DeepChat, ChatGPT and Claude export JSON or a zip; llm, elia and oterm have databases"
_OUR_TABLES: Final = frozenset({"conversation", "leg", "journal"})


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of a file."""

    kind: str
    """Whose it is: `deepchat`, `chatgpt`, `claude`, `llm`, `elia` or `oterm`."""
    conversations: int
    """Those that are new here."""
    messages: int
    """In those."""
    known: int
    """Conversations that were here already, or in the trash."""
    problems: tuple[str, ...]
    """What was left out or mended, each with its place."""


async def bring_in(library: Library, path: Path, now_ms: int) -> Arrived:
    """Keep the conversations of a file that are not here yet.

    Raises ImportFailed when nothing in it can be read, and StoreError when no more can be kept; what was kept stays.
    """
    kind, read = await asyncio.to_thread(_read, path, now_ms)
    if not read.conversations and read.problems:
        raise ImportFailed(
            f"nothing in {path} can be read: {read.problems[0]}", "see what wrote it: a newer DeepChat reads more"
        )
    problems = list(read.problems)
    conversations = messages = known = 0
    # The list shows first what was kept last, and exports begin with the newest.
    newest_last = read.conversations[::-1]
    for conversation in sorted(newest_last, key=lambda one: one.updated_ms):
        conversation.trashed_ms = None  # whoever brings it in wants to see it
        try:
            is_new = await library.add(conversation)
        except ImportFailed as error:
            problems.append(error.message)
            continue
        except StoreFull as error:
            raise StoreFull(error.message, "make room, then import it again: nothing comes twice") from error
        conversations += is_new
        messages += _messages(conversation.tree) if is_new else 0
        known += not is_new
    return Arrived(kind, conversations, messages, known, tuple(problems))


def _messages(tree: Tree) -> int:
    """All of them; instructions that are empty are none."""
    return len(tree) - len(tree.path) + len(shown(tree))


def _read(path: Path, now_ms: int) -> tuple[str, Imported]:
    """Whose file it is, and what is in it; raises ImportFailed."""
    found = foreign.look_at(path)
    match found:
        case foreign.Document(value):
            document = kind_of_document(value)
            if document is None:
                raise ImportFailed(f"{path} is no export that is known", _KNOWN)
            return document, DOCUMENTS[document](value, now_ms)
        case foreign.Database(columns):
            database = kind_of_database(columns)
            if database is None and columns.keys() >= _OUR_TABLES:
                raise ImportFailed(f"{path} is a store of DeepChat's", f"deepchat restore {path}")
            if database is None:
                raise ImportFailed(f"{path} is no database that is known", _KNOWN)
            return database, DATABASES[database](foreign.rows(path, TABLES[database]), now_ms)
        case _:
            assert_never(found)
