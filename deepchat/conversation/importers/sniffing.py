"""Which program wrote a file, told by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal

from deepchat.conversation.export.whole import FORMAT
from deepchat.conversation.importers import chatgpt, claude, elia, fields, llm_logs, oterm, ours
from deepchat.conversation.importers.imported import Imported
from deepchat.conversation.importers.tables import Tables

DocumentKind = Literal["deepchat", "chatgpt", "claude"]
DatabaseKind = Literal["llm", "elia", "oterm"]
_MOST_LOOKED_AT: Final = 100
"""Items of a list; the first ones may be broken."""

DOCUMENTS: Final[Mapping[DocumentKind, Callable[[object, int], Imported]]] = {
    "deepchat": ours.read,
    "chatgpt": chatgpt.read,
    "claude": claude.read,
}
"""Who reads what JSON says; the number is the time, in milliseconds, for what tells none."""

DATABASES: Final[Mapping[DatabaseKind, Callable[[Tables, int], Imported]]] = {
    "llm": llm_logs.read,
    "elia": elia.read,
    "oterm": oterm.read,
}
TABLES: Final[Mapping[DatabaseKind, tuple[str, ...]]] = {
    "llm": llm_logs.TABLES,
    "elia": elia.TABLES,
    "oterm": oterm.TABLES,
}
"""The tables that each of them reads, where they exist."""


def kind_of_document(value: object) -> DocumentKind | None:
    """Whose export this JSON is; None when nobody's that is known."""
    for item in fields.items(value)[:_MOST_LOOKED_AT] or [value]:
        whole = fields.table(item)
        if whole.get("format") == FORMAT:
            return "deepchat"
        if isinstance(whole.get("mapping"), dict):
            return "chatgpt"
        if isinstance(whole.get("chat_messages"), list):
            return "claude"
    return None


def kind_of_database(columns: Mapping[str, Collection[str]]) -> DatabaseKind | None:
    """Whose database has these tables with these columns; None when nobody's that is known."""
    if {"conversation_id", "prompt", "response"} <= set(columns.get("responses", ())) or {
        "thread_id",
        "tip_message_hash",
    } <= set(columns.get("turns", ())):
        return "llm"
    message = set(columns.get("message", ()))
    if "chat" in columns and {"chat_id", "author", "text"} <= message:
        return "oterm"
    if "chat" in columns and {"chat_id", "role", "content"} <= message:
        return "elia"
    return None
