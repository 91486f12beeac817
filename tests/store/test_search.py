"""Words are found wherever they were said, however they are typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deepchat.store import conversations, journal, turns, word_index
from deepchat.store.search import Filter, search
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, ended, leg, streaming

MARKS = ("[", "]")


def _index_all(c: sqlite3.Connection) -> None:
    while word_index.index_some(c, 2):
        pass


@pytest.fixture(params=["indexed", "fresh", "half"])
def library(c: sqlite3.Connection, request: pytest.FixtureRequest) -> sqlite3.Connection:
    """Some conversations, which the index knows, or does not know yet."""
    said = (
        "How do I brew tea in Oslo?",
        "Brew it slowly. C++ and naïve café-goers agree: 100% of it.",
        "我喜欢图书馆和猫",
        "สวัสดีครับ snake_case",
    )
    conversations.create(c, conversation("talk", *said, title="Tea"))
    if request.param == "half":
        _index_all(c)
    conversations.create(c, conversation("other", "Tea leaves brew slowly in Bergen"))
    if request.param == "indexed":
        _index_all(c)
    return c


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("brew", {"talk-1", "talk-2", "other-1"}),
        ("BREW slowly", {"talk-2", "other-1"}),
        ("slowly brew", {"talk-2", "other-1"}),
        ('"brew it"', {"talk-2"}),
        ('"it brew"', set[str]()),
        ("brew -slowly", {"talk-1"}),
        ('brew -"brew it"', {"talk-1", "other-1"}),
        ("brew -oslo -bergen", {"talk-2"}),
        ("Berg", {"other-1"}),
        ("图书馆", {"talk-3"}),
        ("猫 -狗", {"talk-3"}),
        ("brew -猫", {"talk-1", "talk-2", "other-1"}),
        ("สวัสดี", {"talk-4"}),
        ("++", {"talk-2"}),
        ("100%", {"talk-2"}),
        ("snake_case", {"talk-4"}),
        ("-oslo", {"talk-1"}),
        ("nothing", set[str]()),
        ("", set[str]()),
        (' " " ', set[str]()),
    ],
)
def test_what_is_meant_is_found(library: sqlite3.Connection, words: str, found: set[str]) -> None:
    assert {hit.message for hit in search(library, words)} == found


def test_accents_may_be_left_out_once_a_message_is_indexed(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "A naïve café"))
    _index_all(c)
    assert [hit.snippet for hit in search(c, "cafe NAIVE", marks=MARKS)] == ["A [naïve] [café]"]


@given(st.text(max_size=30))
@example('"')
@example('a" OR b NEAR(')
@example("{body}: ^x AND NOT *")
@example("-- '; DROP TABLE message")
@settings(max_examples=100, deadline=None)
def test_no_words_are_an_error(words: str) -> None:
    with TemporaryDirectory() as folder, closing(opened(Path(folder, "store.db"))) as c:
        conversations.create(c, conversation("talk", words, "Hello"))
        for _ in range(2):
            assert all(hit.conversation == "talk" for hit in search(c, words, marks=MARKS))
            _index_all(c)


def test_filters_leave_out_the_rest(library: sqlite3.Connection) -> None:
    def found(among: Filter) -> set[str]:
        return {hit.message for hit in search(library, "brew", among)}

    library.execute("UPDATE message SET created_ms = ? WHERE id = 'other-1'", (NOW_MS + 99,))
    conversations.tag(library, "other", "north")
    assert found(Filter(role="assistant")) == {"talk-2"}
    assert found(Filter(model="SOME")) == {"talk-2"}
    assert found(Filter(model="s_me")) == set()
    assert found(Filter(since_ms=NOW_MS + 99)) == {"other-1"}
    assert found(Filter(until_ms=NOW_MS + 99)) == {"talk-1", "talk-2"}
    assert found(Filter(tag="north")) == {"other-1"}


def test_the_best_comes_first_and_of_equals_the_newer(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "tea and much else", "tea", "tea", "tea tea tea"))
    _index_all(c)
    assert [hit.message for hit in search(c, "tea")] == ["talk-4", "talk-3", "talk-2", "talk-1"]
    assert [hit.message for hit in search(c, "tea", limit=2)] == ["talk-4", "talk-3"]
    assert search(c, "tea", limit=0) == []


def test_a_snippet_shows_what_was_found_with_a_little_around_it(library: sqlite3.Connection) -> None:
    (hit,) = search(library, "agree", marks=MARKS)
    assert hit.snippet == "…it slowly. C++ and naïve café-goers [agree]: 100% of it."
    assert (hit.conversation, hit.title, hit.role, hit.created_ms) == ("talk", "Tea", "assistant", NOW_MS + 2)


def test_a_long_message_gives_a_short_snippet(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "word " * 10_000 + "needle " + "word " * 10_000))
    (hit,) = search(c, "needle", marks=MARKS)
    assert "[needle]" in hit.snippet
    assert len(hit.snippet) < 200


def test_an_answer_is_indexed_when_it_is_finished(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello")
    turns.begin(c, talk, (), streaming("answer", "talk-1"), leg("leg", state="pending"))
    journal.append(c, "leg", [("text", "Lighthouse")])
    _index_all(c)
    turns.finish(c, "talk", ended(streaming("answer", "talk-1"), leg("leg", "Lighthouse")))
    assert [hit.message for hit in search(c, "lighthouse")] == ["answer"]
    _index_all(c)
    assert [hit.message for hit in search(c, "lighthouse")] == ["answer"]
    c.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 1)")


def test_what_a_message_said_before_it_changed_is_not_found(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Lighthouse")
    conversations.create(c, talk)
    _index_all(c)
    conversations.put(c, "talk", replace(talk.tree["talk-2"], message=conversation("x", "Harbour").tree["x-1"].message))
    for _ in range(2):
        assert search(c, "lighthouse") == []
        assert [hit.message for hit in search(c, "harbour")] == ["talk-2"]
        _index_all(c)
    c.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 1)")


def test_an_index_can_be_built_anew(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Lighthouse"))
    _index_all(c)
    word_index.rebuild(c)
    assert [hit.message for hit in search(c, "lighthouse")] == ["talk-2"]
    assert word_index.index_some(c, 2)
    assert not word_index.index_some(c, 2)
    assert word_index.indexed_to(c) == 3
    assert c.execute("SELECT count(*) FROM found WHERE found MATCH 'lighthouse'").fetchone() == (1,)
