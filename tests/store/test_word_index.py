"""The index of words is derived: however it is broken, words are kept, found, and erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from deepchat.conversation.message import assistant
from deepchat.errors import NotFound
from deepchat.store import conversations, messages, trash, turns, word_index
from deepchat.store.search import search
from tests.store.opening import opened
from tests.store.saying import conversation

DAMAGES = {
    "no structure": "UPDATE found_data SET block = x'00ff' WHERE id = 10",
    "no averages": "UPDATE found_data SET block = zeroblob(length(block)) WHERE id = 1",
    "no words": "UPDATE found_data SET block = zeroblob(length(block)) WHERE id > 100",
    "no sizes": "DELETE FROM found_docsize",
    "nothing": "DELETE FROM found_data",
    "no version": "DELETE FROM found_config",
}


@pytest.fixture(params=DAMAGES.values(), ids=list(DAMAGES))
def broken(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A store with two conversations, and an index that has had all of them."""
    path = tmp_path / "store.db"
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", "Where is the lighthouse?", "Beyond the harbour"))
        conversations.create(c, conversation("other", "Another lighthouse"))
        index_all(c)
    with closing(sqlite3.connect(path)) as damaging:
        damaging.execute(request.param)
        damaging.commit()
    with closing(opened(path)) as c:
        yield c


def index_all(c: sqlite3.Connection) -> None:
    while word_index.index_some(c, 2):
        pass


def found(c: sqlite3.Connection, words: str) -> set[str]:
    return {hit.message for hit in search(c, words)}


def test_after_a_check_all_is_found_again(broken: sqlite3.Connection) -> None:
    for _ in range(2):
        word_index.check(broken)
        assert found(broken, "lighthouse") == {"talk-1", "other-1"}
        index_all(broken)
        assert found(broken, "lighthouse") == {"talk-1", "other-1"}


def test_an_answer_can_be_gone_on_with(broken: sqlite3.Connection) -> None:
    node = messages.one(broken, "talk-2").node
    assert node
    turns.finish(broken, "talk", replace(node, message=assistant("Beyond the breakwater")))
    index_all(broken)
    assert found(broken, "breakwater") == {"talk-2"}


def test_a_conversation_can_be_erased(broken: sqlite3.Connection) -> None:
    trash.erase(broken, "talk")
    with pytest.raises(NotFound):
        conversations.load(broken, "talk")
    word_index.check(broken)
    assert found(broken, "lighthouse") == {"other-1"}


def test_what_is_said_next_is_indexed_or_looked_through(broken: sqlite3.Connection) -> None:
    conversations.create(broken, conversation("new", "A third lighthouse"))
    index_all(broken)
    assert "new-1" in found(broken, "lighthouse")


def test_a_whole_index_stays_when_it_is_checked(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Where is the lighthouse?"))
    index_all(c)
    reached = word_index.indexed_to(c)
    word_index.check(c)
    assert word_index.indexed_to(c) == reached > 0


@pytest.mark.parametrize("damage", ["no averages", "no sizes", "nothing", "no version"])
def test_a_search_looks_through_the_texts_where_the_index_says_that_it_is_broken(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "store.db"
    with closing(opened(path)) as c:
        conversations.create(c, conversation("talk", "Where is the lighthouse?", "Beyond the harbour"))
        index_all(c)
    with closing(sqlite3.connect(path, isolation_level=None)) as damaging:
        damaging.execute(DAMAGES[damage])
    with closing(opened(path)) as c:
        assert found(c, "lighthouse") == {"talk-1"}
        assert found(c, "beyond") == {"talk-2"}
