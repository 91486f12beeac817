"""What holds for every importer, whatever it is given."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepchat.conversation.importers import sniffing
from deepchat.conversation.importers.imported import Imported
from deepchat.conversation.importers.sniffing import DatabaseKind, DocumentKind
from deepchat.conversation.importers.tables import Tables
from tests.conversation.importers.fixtures import ANY_JSON, LEAVES, WORDS, document, shape, tables

KEYS = st.sampled_from(["a", "b", "c", "d"])
LINKS = KEYS | st.none() | LEAVES
CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "content_type": st.sampled_from(["text", "code", "thoughts", "multimodal_text", "tether_quote", "??"]),
        "parts": st.lists(LEAVES | ANY_JSON, max_size=3),
        "text": LEAVES,
        "thoughts": st.lists(st.fixed_dictionaries({"content": LEAVES}), max_size=2) | LEAVES,
    },
)
MESSAGE = st.fixed_dictionaries(
    {
        "author": st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "tool", "system"]) | LEAVES}),
        "content": CONTENT | LEAVES,
    },
    optional={"create_time": LEAVES, "weight": LEAVES, "recipient": LEAVES, "metadata": ANY_JSON},
)
CHATGPT = st.fixed_dictionaries(
    {
        "mapping": st.dictionaries(
            KEYS,
            st.fixed_dictionaries(
                {"message": MESSAGE | LEAVES, "parent": LINKS}, optional={"children": st.lists(LINKS, max_size=3)}
            )
            | LEAVES,
        )
    },
    optional={"current_node": LINKS, "create_time": LEAVES, "title": LEAVES, "conversation_id": LEAVES},
)
CLAUDE = st.fixed_dictionaries(
    {
        "chat_messages": st.lists(
            st.fixed_dictionaries(
                {"uuid": LINKS, "sender": st.sampled_from(["human", "assistant"]) | LEAVES, "text": LEAVES},
                optional={
                    "parent_message_uuid": LINKS,
                    "content": st.lists(st.dictionaries(WORDS, LEAVES), max_size=3),
                    "attachments": ANY_JSON,
                },
            )
            | LEAVES
        )
    },
    optional={"uuid": LEAVES, "name": LEAVES, "created_at": LEAVES, "current_leaf_message_uuid": LINKS},
)
OURS = st.fixed_dictionaries(
    {
        "format": st.just("deepchat-conversation"),
        "version": st.just(1) | LEAVES,
        "messages": st.lists(
            st.fixed_dictionaries(
                {
                    "id": LINKS,
                    "parent": LINKS,
                    "role": st.sampled_from(["system", "user", "assistant"]) | LEAVES,
                    "parts": st.lists(st.fixed_dictionaries({"type": WORDS, "text": LEAVES}) | LEAVES, max_size=3),
                },
                optional={"state": LEAVES, "answer": ANY_JSON, "created_ms": LEAVES, "reasoning": LEAVES},
            )
            | LEAVES
        ),
    },
    optional={"id": LEAVES, "title": LEAVES, "tags": ANY_JSON, "active": LINKS, "created_ms": LEAVES},
)
DOCUMENT = st.one_of(ANY_JSON, CHATGPT, CLAUDE, OURS, st.lists(st.one_of(CHATGPT, CLAUDE, OURS), max_size=3))


def assert_sound(imported: Imported) -> None:
    """Every conversation can be kept: one root, everybody below somebody, all of it in numbers and letters that fit."""
    assert len({one.id for one in imported.conversations}) == len(imported.conversations)
    for conversation in imported.conversations:
        assert conversation.tree.path[0].message.role == "system"
        assert -(2**63) <= conversation.created_ms < 2**63
        assert -(2**63) <= conversation.updated_ms < 2**63
        for text in (conversation.title, conversation.origin, *conversation.tags):
            text.encode()
        for node in conversation.tree:
            assert node.parent is None or node.parent in conversation.tree
            node.message.text.encode()
            node.message.reasoning.encode()
    assert all(isinstance(problem, str) for problem in imported.problems)


@given(DOCUMENT)
@example([{"mapping": {"a": {"parent": "b", "message": None}, "b": {"parent": "a", "message": None}}}])
@example({"mapping": {"a": {"message": {"content": {"content_type": "text"}, "create_time": math.nan}}}})
def test_no_document_is_too_strange_to_be_read(value: object) -> None:
    sniffing.kind_of_document(value)
    for read in sniffing.DOCUMENTS.values():
        imported = read(value, 0)
        assert_sound(imported)
        assert shape(read(value, 0)) == shape(imported)


ROW = st.dictionaries(
    st.sampled_from(
        [
            *("id", "chat_id", "role", "author", "text", "content", "parent_id", "images", "timestamp", "started_at"),
            *("conversation_id", "prompt", "response", "system", "datetime_utc", "response_id", "arguments", "order"),
            *("hash", "parent_hash", "message_hash", "position", "type", "payload", "thread_id", "tip_message_hash"),
            *("parent_message_hash", "attachment_id", "fragment_id", "model", "options_json", "output", "tool_call_id"),
        ]
    ),
    st.one_of(KEYS, LEAVES, st.binary(), st.sampled_from(["user", "assistant", "text", "tool_call", "tool_result"])),
)
NAMES = sorted({name for names in sniffing.TABLES.values() for name in names})


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(ROW, max_size=4)))
def test_no_rows_are_too_strange_to_be_read(rows: Tables) -> None:
    for read in sniffing.DATABASES.values():
        imported = read(rows, 0)
        assert_sound(imported)
        assert shape(read(rows, 0)) == shape(imported)


@pytest.mark.parametrize("kind", ["chatgpt", "claude"])
def test_a_document_is_known_by_what_is_in_it(kind: DocumentKind) -> None:
    value = document(kind)
    assert sniffing.kind_of_document(value) == kind
    assert shape(sniffing.DOCUMENTS[kind](value, 0)) == shape(sniffing.DOCUMENTS[kind](document(kind), 0))


def test_a_document_of_nobody_known_is_nobodys() -> None:
    assert sniffing.kind_of_document([{"messages": 1}, 3, None]) is None
    assert sniffing.kind_of_document("mapping") is None


@pytest.mark.parametrize(
    ("name", "kind"), [("llm_older", "llm"), ("llm_threads", "llm"), ("elia", "elia"), ("oterm", "oterm")]
)
def test_a_database_is_known_by_its_columns(name: str, kind: DatabaseKind) -> None:
    columns = {table: set(rows[0]) for table, rows in tables(name).items() if rows}
    assert sniffing.kind_of_database(columns) == kind
    assert sniffing.kind_of_database({"chat": {"id"}, "message": {"id"}}) is None


@pytest.mark.parametrize("kind", ["chatgpt", "claude"])
def test_a_long_chain_of_messages_is_no_deeper_than_a_short_one(kind: DocumentKind) -> None:
    many = 10_000
    if kind == "chatgpt":
        message = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["x"]}}
        nodes = {str(n): {"parent": str(n - 1) if n else None, "message": message} for n in range(many)}
        value: object = [{"conversation_id": "deep", "mapping": nodes}]
    else:
        value = [
            {"uuid": "deep", "chat_messages": [{"uuid": str(n), "sender": "human", "text": "x"} for n in range(many)]}
        ]
    imported = sniffing.DOCUMENTS[kind](json.loads(json.dumps(value)), 0)
    assert len(imported.conversations[0].tree.path) == many + 1
    assert not imported.problems
