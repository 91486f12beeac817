"""Text that is no UTF-8 any more is shown as far as it can be, and hides nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from deepchat.errors import NotFound
from deepchat.store import conversations, drafts, messages, trash, turns, word_index
from deepchat.store.database import Database
from deepchat.store.search import search
from tests.store.saying import NOW_MS, conversation, ended, leg, streaming

BROKEN = "CAST(x'6c69676874686f757365ff' AS TEXT)"
"""A lighthouse and a byte that begins no character."""


@pytest.fixture
def garbled(c: sqlite3.Connection) -> sqlite3.Connection:
    """Two conversations with a lighthouse; of one of them, the title and the answer are broken."""
    for name in ("talk", "other"):
        conversations.create(c, conversation(name, "Hello", "lighthouse", title="Sea"))
    while word_index.index_some(c):
        pass
    c.execute(f"UPDATE message SET body = {BROKEN} WHERE id = 'talk-2'")
    c.execute(f"UPDATE conversation SET title = {BROKEN} WHERE id = 'talk'")
    return c


def test_all_conversations_are_listed_found_and_loaded(garbled: sqlite3.Connection) -> None:
    assert [one.title for one in conversations.recent(garbled)] == ["Sea", "lighthouse\ufffd"]
    assert [one.id for one in conversations.find(garbled, "Sea")] == ["other"]
    assert conversations.load(garbled, "talk").title == "lighthouse\ufffd"


def test_a_message_that_is_not_shown_as_it_was_counts_as_damaged(garbled: sqlite3.Connection) -> None:
    opened = conversations.read_around(garbled, "talk")
    assert opened.conversation.tree["talk-2"].message.text == "lighthouse\ufffd"
    assert opened.unreadable == 1
    assert not messages.one(garbled, "talk-2").is_whole
    assert conversations.read_around(garbled, "other").unreadable == 0


def test_a_character_that_stands_for_what_could_not_be_kept_is_no_damage(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "half a \ud83d"))
    opened = conversations.read_around(c, "talk")
    assert opened.conversation.tree["talk-1"].message.text == "half a \ufffd"
    assert opened.unreadable == 0


def test_searches_find_it_too(garbled: sqlite3.Connection) -> None:
    assert {hit.message for hit in search(garbled, "lighthouse")} == {"talk-2", "other-2"}


def test_it_is_erased_without_a_trace(garbled: sqlite3.Connection) -> None:
    trash.erase(garbled, "talk")
    with pytest.raises(NotFound):
        conversations.load(garbled, "talk")
    while word_index.index_some(garbled):
        pass
    assert [hit.message for hit in search(garbled, "lighthouse")] == ["other-2"]
    assert garbled.execute("SELECT rowid FROM found WHERE found MATCH 'lighthouse'").fetchall() == [(6,)]
    garbled.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 1)")


def test_an_answer_is_gone_on_with(garbled: sqlite3.Connection) -> None:
    turns.finish(garbled, "talk", ended(streaming("talk-2", "talk-1"), leg("talk-2-leg", "harbour")))
    assert [hit.message for hit in search(garbled, "harbour")] == ["talk-2"]


async def test_a_store_that_is_open_reads_it(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "deepchat.db", now_ms=NOW_MS)
    await database.write(lambda c: drafts.keep(c, "talk", "words", NOW_MS))
    await database.write(lambda c: c.execute(f"UPDATE draft SET words = {BROKEN}"))
    assert await database.read(lambda c: drafts.load(c, "talk")) == "lighthouse\ufffd"
    await database.close()
    reading = await Database.open(tmp_path / "deepchat.db", now_ms=NOW_MS, read_only=True)
    assert await reading.read(lambda c: drafts.load(c, "talk")) == "lighthouse\ufffd"
    await reading.close()
