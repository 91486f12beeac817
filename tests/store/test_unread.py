"""Of a conversation that is opened, only what is looked at is read into values; damage is looked at at once."""

from __future__ import annotations

import gc
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import user
from deepchat.conversation.parts import Image
from deepchat.conversation.tree import Node, Tree
from deepchat.store import conversations, turns
from deepchat.store.unread import unread
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, leg, streaming

MANY = 300
PAGE_BYTES = 4096


def nodes_in_memory() -> int:
    gc.collect()
    return sum(type(one) is Node for one in gc.get_objects())


def test_what_nobody_looks_at_is_not_read(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", *(f"words {number}" for number in range(MANY))))
    before = nodes_in_memory()
    tree = conversations.load(c, "talk").tree
    assert len(tree.way) == len(tree) == MANY + 1
    assert tree.leaf.message.text == f"words {MANY - 1}"
    assert nodes_in_memory() - before == 1
    assert [one.text for one in tree.way] == [node.message.text for node in tree.path]


def test_what_is_found_tells_of_a_message_what_its_values_do(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    talk.tree.add(Node("look", "talk-2", user("Look", Image("image/png", b"...")), NOW_MS))
    conversations.create(c, talk)
    turns.begin(c, talk, (), streaming("coming", "look"), leg("coming-leg", state="pending"))
    kept = unread(c, "talk") or ()
    assert len(kept) == 5
    for one in kept:
        node = one.read()
        assert (one.id, one.parent, one.role, one.text) == (node.id, node.parent, node.role, node.text)
        assert (one.has_answer, list(one.legs), one.besides) == (node.has_answer, list(node.legs), node.besides)
    assert kept[2].read() is kept[2].read()


@pytest.mark.parametrize(
    "damage",
    [
        "role = 'parrot'",
        "state = 'gone'",
        "body = CAST(x'ff' AS TEXT)",
        "body = x'00'",
        "id = ''",
        "created_ms = 'then'",
        "state = 'streaming', parameters = ''",
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_what_is_damaged_is_looked_at_at_once(c: sqlite3.Connection, damage: str, number: int) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "So?"))
    c.execute(f"UPDATE message SET {damage} WHERE id = 'talk-{number}'")
    opened = conversations.read_around(c, "talk").conversation
    assert list(conversations.load(c, "talk").tree) == list(opened.tree)
    assert opened.tree.leaf.message.text == "So?"


def test_what_has_lost_its_place_is_found_another(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "So?"))
    c.execute("DELETE FROM message WHERE id = 'talk-1'")
    assert [node.id for node in conversations.load(c, "talk").tree.path] == ["talk-0", "talk-2", "talk-3"]
    c.execute("DELETE FROM message WHERE id = 'talk-0'")
    tree: Tree = conversations.load(c, "talk").tree
    assert tree.root_id == "talk-0"


def test_a_conversation_without_any_message_can_be_opened(c: sqlite3.Connection) -> None:
    conversations.create(c, Conversation("talk", Tree(Node("root", None, user("Hello"), NOW_MS)), NOW_MS))
    c.execute("DELETE FROM message")
    assert [node.message.text for node in conversations.load(c, "talk").tree] == [""]


def lose_overflow_of(path: Path, words: bytes) -> None:
    """Where the rest of a long text is to be found is garbage in the file, on a page that is full of these words."""
    file = bytearray(path.read_bytes())
    pages = range(0, len(file), PAGE_BYTES)
    full = next(at for at in pages if file[at : at + PAGE_BYTES].count(words) * len(words) > PAGE_BYTES * 0.9)
    file[full : full + 4] = b"\xff" * 4
    path.write_bytes(file)


def test_a_page_that_is_garbage_hides_no_other_message(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", "Hello", "lamp " * PAGE_BYTES, "So?"))
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    lose_overflow_of(path, b"lamp ")
    with closing(opened(path)) as c:
        kept = conversations.read_around(c, "talk")
        assert list(conversations.load(c, "talk").tree) == list(kept.conversation.tree)
        assert kept.conversation.tree.leaf.message.text == "So?"


@pytest.mark.parametrize("column", ["state", "parameters", "reasoning"])
def test_what_says_nothing_where_it_must_is_not_left_out(c: sqlite3.Connection, column: str) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "So?"))
    c.execute("PRAGMA writable_schema = ON")
    schema = c.execute("SELECT sql FROM sqlite_master WHERE name = 'message'").fetchone()[0]
    for written in (schema.replace(f"{column} TEXT NOT NULL", f"{column} TEXT"), schema):
        c.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'message'", (written,))
        c.execute("PRAGMA writable_schema = RESET")
        if written != schema:
            c.execute(f"UPDATE message SET {column} = NULL WHERE id = 'talk-3'")
            c.execute("PRAGMA writable_schema = ON")
    assert c.execute(f"SELECT typeof({column}) FROM message WHERE id = 'talk-3'").fetchone() == ("null",)
    assert conversations.load(c, "talk").tree.leaf.id == "talk-3"
