"""What is thrown away can be taken back, and what is erased leaves no word anywhere in the files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from deepchat.conversation.message import user
from deepchat.conversation.parts import Image
from deepchat.errors import NotFound
from deepchat.store import conversations, drafts, journal, ledger, trash, turns, word_index
from deepchat.store.search import search
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, leg, streaming

DAY_MS = 86_400_000
SECRET = "xylophonically"


def test_what_is_thrown_away_is_out_of_sight_until_it_is_taken_back(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", title="Greeting"))
    trash.throw_away(c, "talk", NOW_MS)
    assert conversations.recent(c) == conversations.find(c, "talk") == search(c, "hello") == []
    assert [one.trashed_ms for one in trash.thrown(c)] == [NOW_MS]
    assert [one.id for one in conversations.find(c, "greet", trashed=True)] == ["talk"]
    trash.take_back(c, "talk")
    assert [one.id for one in conversations.recent(c)] == ["talk"]
    assert trash.thrown(c) == []


def test_the_trash_is_emptied_of_what_has_been_there_for_long(c: sqlite3.Connection) -> None:
    for number, name in enumerate(("old", "young", "kept")):
        conversations.create(c, conversation(name, "Hello"))
        if name != "kept":
            trash.throw_away(c, name, NOW_MS + number)
    assert trash.empty(c, NOW_MS + 1) == 1
    assert trash.empty(c, NOW_MS + 1) == 0
    assert [one.id for one in conversations.recent(c)] == ["kept"]
    assert [one.id for one in trash.thrown(c)] == ["young"]


def test_what_is_not_there_can_not_be_erased(c: sqlite3.Connection) -> None:
    with pytest.raises(NotFound):
        trash.erase(c, "none")


@pytest.mark.parametrize("indexed", [True, False])
def test_an_erased_conversation_leaves_no_word_in_the_files(tmp_path: Path, indexed: bool) -> None:
    path = tmp_path / "store.db"
    with closing(opened(path)) as c:
        for name in ("before", "after"):
            conversations.create(c, conversation(name, *(f"neighbour {number}" for number in range(200))))
        _say_secrets(c)
        if indexed:
            while word_index.index_some(c, 50):
                pass
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert SECRET.encode() in path.read_bytes()
        trash.erase(c, "talk")
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert all(SECRET[2:].encode() not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        c.execute("INSERT INTO found (found) VALUES ('integrity-check')")
        word_index.index_some(c, 5000)
        assert search(c, SECRET) == []
        assert len(search(c, "neighbour", limit=500)) == 400
        assert ledger.spent(c, conversation="talk").legs == 2


def _say_secrets(c: sqlite3.Connection) -> None:
    talk = conversation("talk", f"Say {SECRET}", f"{SECRET} it is", title=SECRET)
    pictured = user(SECRET, Image("image/png", SECRET.encode(), f"{SECRET}.png"))
    talk.tree.put(replace(talk.tree["talk-1"], message=pictured))
    conversations.create(c, talk)
    conversations.tag(c, "talk", SECRET)
    drafts.keep(c, "talk", f"and {SECRET}", NOW_MS)
    turns.begin(c, talk, (), streaming("answer", "talk-1"), leg("leg", state="pending"))
    journal.append(c, "leg", [("text", SECRET), ("reasoning", SECRET)])


def test_messages_of_others_are_still_found_when_one_was_erased(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello there"))
    conversations.create(c, conversation("other", "Hello again"))
    word_index.index_some(c)
    trash.erase(c, "talk")
    assert [hit.conversation for hit in search(c, "hello")] == ["other"]


def test_a_clock_that_leaps_ahead_lets_a_week_pass_and_not_more(c: sqlite3.Connection) -> None:
    assert trash.moment(c, NOW_MS) == NOW_MS
    years = NOW_MS + 3650 * DAY_MS
    assert trash.moment(c, years) == NOW_MS + 7 * DAY_MS
    assert trash.moment(c, NOW_MS + DAY_MS) == NOW_MS + DAY_MS
    assert trash.moment(c, NOW_MS + 2 * DAY_MS) == NOW_MS + 2 * DAY_MS


def test_who_comes_back_after_long_catches_up(c: sqlite3.Connection) -> None:
    trash.moment(c, NOW_MS)
    later = NOW_MS + 60 * DAY_MS
    assert [trash.moment(c, later) for _ in range(10)][-1] == later
