"""Conversations come back as they were kept, and damage hides nothing but itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from deepchat.conversation.chosen import NOTHING_CHOSEN, Chosen
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import Message, system, user
from deepchat.conversation.parameters import JsonObject
from deepchat.conversation.parts import Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.errors import NotFound, StoreError
from deepchat.store import choices, conversations, turns
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, ended, leg, streaming, trees


@given(trees())
@settings(max_examples=60, deadline=None)
def test_a_conversation_is_loaded_as_it_was_created(tree: Tree) -> None:
    chosen = Chosen("lab", "some/model", {"temperature": 0.5, "response_format": JsonObject()}, ("clock",))
    kept = Conversation("talk", tree, 1, "A title", 2, pinned=True, tags=("a", "b"), trashed_ms=3, origin="x:y")
    kept.chosen = chosen
    with TemporaryDirectory() as folder, closing(opened(Path(folder, "store.db"))) as c:
        conversations.create(c, kept)
        loaded = conversations.load(c, "talk")
        assert list(loaded.tree) == list(tree)
        assert loaded.tree.path == tree.path
        assert replace(loaded, tree=tree) == kept
        assert conversations.load_path_end(c, "talk", 3) == tree.path[-3:]
        assert conversations.read_around(c, "talk").unreadable == 0


@given(trees(), trees())
@settings(max_examples=40, deadline=None)
def test_a_message_is_loaded_as_it_was_last_put(tree: Tree, other: Tree) -> None:
    with TemporaryDirectory() as folder, closing(opened(Path(folder, "store.db"))) as c:
        conversations.create(c, Conversation("talk", tree, 1))
        new = other[other.root_id]
        later = replace(tree.leaf, message=replace(new.message, role=tree.leaf.message.role), state=new.state)
        if new.answer and len(new.answer.legs) >= len(tree.leaf.answer.legs if tree.leaf.answer else ()):
            names = [f"{tree.leaf.id}-leg{number}" for number in range(3)]
            legs = tuple(replace(one, id=name) for one, name in zip(new.answer.legs, names, strict=False))
            later = replace(later, answer=replace(new.answer, legs=legs))
        conversations.put(c, "talk", later)
        assert conversations.load(c, "talk").tree[later.id] == later


@pytest.mark.parametrize(
    "column", ["nonsense", "[1]", "7", '{"parameters": 1}', "[" * 100_000, "{", "\0", 7, None, b"{}", '{"tools": {}}']
)
def test_whatever_stands_for_what_was_chosen_the_conversation_opens(
    c: sqlite3.Connection, column: str | int | bytes | None
) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi"))
    c.execute("UPDATE conversation SET chosen = coalesce(?, '{\"tools\":null}')", (column,))
    assert conversations.load(c, "talk").chosen == NOTHING_CHOSEN
    assert choices.of(c, "talk") == NOTHING_CHOSEN
    conversations.choose(c, "talk", Chosen(tools=("clock",)))
    assert conversations.load(c, "talk").chosen == Chosen(tools=("clock",))


def test_nothing_is_chosen_for_what_is_not_there(c: sqlite3.Connection) -> None:
    assert choices.of(c, "nowhere") == NOTHING_CHOSEN
    with pytest.raises(NotFound):
        conversations.choose(c, "nowhere", NOTHING_CHOSEN)


def test_a_character_that_is_half_is_replaced_and_a_null_survives(c: sqlite3.Connection) -> None:
    tree = Tree(Node("root", None, system("a\0b"), 0))
    tree.add(Node("one", "root", user("x\ud800y", ToolResult("c", "\udc00")), 0))
    conversations.create(c, Conversation("talk", tree, 0, "\ud83d"))
    loaded = conversations.load(c, "talk")
    assert loaded.tree["root"].message.text == "a\0b"
    assert loaded.tree["one"].message.parts == (Text("x\ufffdy"), ToolResult("c", "\ufffd"))
    assert loaded.title == "\ufffd"


def test_figures_that_are_absurd_break_no_list(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    costly = leg("talk-2-leg", "Hi", nano=10**30)
    talk.tree.put(ended(talk.tree["talk-2"], costly))
    conversations.create(c, talk)
    assert conversations.recent(c)[0].cost.nano == 2**53


def test_recent_ones_come_in_the_order_of_use_whatever_the_clock_says(c: sqlite3.Connection) -> None:
    for name in ("one", "two", "three"):
        conversations.create(c, conversation(name))
    conversations.touch(c, "one", 5)
    assert [one.id for one in conversations.recent(c)] == ["one", "three", "two"]
    assert [one.id for one in conversations.recent(c, limit=2)] == ["one", "three"]


def test_a_summary_tells_messages_models_tags_and_cost(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi", "And?", "Well", title="Greetings")
    talk.tree.put(replace(talk.tree["talk-4"], answer=None))
    conversations.create(c, talk)
    conversations.tag(c, "talk", "b", "a")
    conversations.untag(c, "talk", "b")
    conversations.pin(c, "talk")
    summary = conversations.recent(c)[0]
    assert summary.messages == 4, "empty instructions are no message"
    assert summary.models == ("some/model",)
    assert summary.tags == ("a",)
    assert summary.pinned
    assert summary.cost == Cost(1000, "provider")


def test_a_cost_that_is_partly_unknown_is_unknown(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    conversations.create(c, talk)
    turns.begin(c, talk, (), streaming("more", "talk-2"), leg("unknown", state="pending", nano=None))
    assert conversations.recent(c)[0].cost == UNKNOWN_COST
    conversations.create(c, conversation("other", "Hello"))
    assert conversations.recent(c)[0].cost == UNKNOWN_COST


def test_a_conversation_is_found_by_id_its_beginning_or_words_of_its_title(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("abcdefgh", title="Über Oslo"))
    conversations.create(c, conversation("abcdwxyz", title="Rust in Oslo"))

    def found(words: str) -> list[str]:
        return [one.id for one in conversations.find(c, words)]

    assert found("abcdefgh") == ["abcdefgh"]
    assert found("abcde") == ["abcdefgh"]
    assert found("abcd") == ["abcdwxyz", "abcdefgh"]
    assert found("abc") == []
    assert found("oslo ÜBER") == ["abcdefgh"]
    assert found("  ") == []


def test_a_whole_title_is_meant_before_words_of_others(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("one", title="Rust"))
    conversations.create(c, conversation("other", title="Rust lifetimes"))
    assert [one.id for one in conversations.find(c, "rust ")] == ["one"]
    assert [one.id for one in conversations.find(c, "rust life")] == ["other"]
    assert conversations.find(c, " ") == []


def test_what_is_not_there_is_said_so(c: sqlite3.Connection) -> None:
    for work in (
        lambda: conversations.load(c, "none"),
        lambda: conversations.load_path_end(c, "none", 1),
        lambda: conversations.rename(c, "none", "x"),
        lambda: conversations.tag(c, "none", "x"),
        lambda: conversations.touch(c, "none", 1),
        lambda: conversations.add(c, "none", streaming("a", "b")),
        lambda: conversations.put(c, "none", streaming("a", "b")),
    ):
        with pytest.raises(NotFound):
            work()


def test_the_same_conversation_is_not_kept_twice(c: sqlite3.Connection) -> None:
    conversations.create(c, replace(conversation("talk", "Hello"), origin="chatgpt:1"))
    with pytest.raises(StoreError):
        conversations.create(c, conversation("talk", "Hello"))
    assert conversations.of_origin(c, "chatgpt:1") == "talk"
    assert conversations.of_origin(c, "") is None


def test_an_added_message_is_where_the_conversation_goes_on(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi"))
    conversations.add(c, "talk", Node("aside", "talk-0", user("Other"), NOW_MS))
    assert [node.id for node in conversations.load(c, "talk").tree.path] == ["talk-0", "aside"]
    conversations.set_active(c, "talk", "talk-1")
    assert [node.id for node in conversations.load(c, "talk").tree.path] == ["talk-0", "talk-1"]


def test_a_message_that_cannot_be_read_hides_no_other(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "And?", "Well"))
    c.execute("UPDATE message SET role = 'oracle' WHERE id = 'talk-2'")
    opened_one = conversations.read_around(c, "talk")
    assert [node.id for node in opened_one.conversation.tree.path] == ["talk-0", "talk-1", "talk-3", "talk-4"]
    assert opened_one.unreadable == 1


def test_messages_without_their_parent_hang_below_the_root(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "And?"))
    c.execute("DELETE FROM message WHERE id IN ('talk-0', 'talk-2')")
    tree = conversations.load(c, "talk").tree
    assert tree["talk-3"].parent == tree.root_id == "talk-0"
    assert tree["talk-1"].parent == "talk-0"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE message SET parameters = '{' WHERE id = 'talk-2'",
        "UPDATE message SET state = 'odd' WHERE id = 'talk-2'",
        "UPDATE message SET body = CAST(x'48ff69' AS TEXT) WHERE id = 'talk-2'",
        "INSERT INTO part (message, position, kind, payload) VALUES ('talk-2', 0, 'hologram', '{}')",
        "INSERT INTO part (message, position, kind, payload) VALUES ('talk-2', 0, 'image', '[')",
    ],
)
def test_what_can_be_read_of_a_damaged_message_is_shown(c: sqlite3.Connection, damage: str) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", "And?"))
    c.execute(damage)
    tree = conversations.load(c, "talk").tree
    assert len(tree) == 4
    assert tree["talk-2"].message.text.replace("\ufffd", "") == "Hi"


def test_a_page_of_garbage_leaves_the_other_messages(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", *("word " * 500 for _ in range(40))))
        root = c.execute("SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf'").fetchall()
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((root[len(root) // 2][0] - 1) * 4096)
        file.write(b"\xff" * 4096)
    with closing(opened(path)) as c:
        read = conversations.read_around(c, "talk")
    assert 0 < read.unreadable < 10
    assert len(read.conversation.tree) >= 41 - read.unreadable


def test_an_answer_may_have_words_and_calls(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello")
    said = Message("assistant", (Text("I look. "), ToolCall("1", "look", "{}"), Text("Seen.")))
    talk.tree.add(Node("answer", "talk-1", said, NOW_MS))
    conversations.create(c, talk)
    assert conversations.load(c, "talk").tree["answer"].message == said
