"""What was spent, summed up from the ledger: estimates and unknown costs say so, and what was deleted still counts."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace

import pytest

from deepchat.conversation.message import assistant
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.store import conversations, ledger, legs, trash
from tests.store.saying import NOW_MS, conversation, leg

DAY_MS = 24 * 60 * 60 * 1000


def test_nothing_asked_is_nothing_spent(c: sqlite3.Connection) -> None:
    assert ledger.spent(c).nano == 0


def test_what_is_on_its_way_counts_with_what_it_cost_so_far_and_if_wanted_with_the_most_it_may(
    c: sqlite3.Connection,
) -> None:
    legs.enter(c, "talk", "answer", leg("one", nano=5))
    legs.enter(c, "talk", "answer", replace(leg("two", state="pending", nano=30), most_nano=100))
    for only in (None, "talk"):
        assert ledger.spent(c, conversation=only).cost == Cost(35, "provider", estimated=True)
        assert ledger.spent(c, conversation=only, at_most=True).cost == Cost(105, "provider", estimated=True)
    assert ledger.cost_of(c, "talk") == Cost(35, "provider", estimated=True)
    assert [row.spent.nano for row in ledger.usage_by(c, "day")] == [35]
    assert ledger.spent(c, conversation="other", at_most=True).nano == 0
    assert ledger.spent(c, since_ms=NOW_MS + 1, at_most=True).nano == 0
    assert ledger.spent(c, until_ms=NOW_MS, at_most=True).nano == 0
    assert ledger.spent(c, but_for=["two"], at_most=True).nano == 5


def test_a_budget_keeps_the_larger_of_both_for_each_request(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "answer", replace(leg("one", state="pending", nano=100), most_nano=30))
    legs.enter(c, "talk", "answer", replace(leg("two", state="pending", nano=30), most_nano=100))
    legs.enter(c, "talk", "answer", leg("three", state="pending", nano=7))
    assert ledger.spent(c, at_most=True).nano == 207


def test_what_is_over_is_not_counted_with_the_most_that_it_might_have_cost(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "answer", replace(leg("one", state="pending", nano=30), most_nano=100))
    legs.give_up(c, ["one"])
    assert ledger.spent(c, at_most=True).cost == Cost(30, "provider", estimated=True)


def test_an_unknown_cost_makes_the_sum_an_estimate_and_alone_it_is_unknown(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "answer", leg("one", nano=None))
    assert ledger.spent(c).cost == UNKNOWN_COST
    assert ledger.spent(c).nano is None
    legs.enter(c, "talk", "answer", leg("two", nano=7))
    assert (ledger.spent(c).nano, ledger.spent(c).cost.estimated, ledger.spent(c).unknown) == (7, True, 1)


def test_a_refused_request_beside_an_unknown_one_is_no_sum_of_nothing(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "answer", leg("one", nano=0))
    assert ledger.spent(c).cost.nano == 0
    legs.enter(c, "talk", "answer", leg("two", nano=None))
    assert ledger.spent(c).cost == UNKNOWN_COST
    legs.enter(c, "talk", "answer", leg("three", nano=7))
    assert ledger.spent(c).cost.nano == 7
    assert ledger.cost_of(c, "talk") == UNKNOWN_COST


def test_a_sum_is_from_where_those_are_that_cost_something(c: sqlite3.Connection) -> None:
    refused = replace(leg("one", state="refused"), cost=Cost(0, "estimate"))
    legs.enter(c, "talk", "answer", refused)
    assert ledger.cost_of(c, "talk") == ledger.spent(c).cost == Cost(0, "estimate")
    legs.enter(c, "talk", "answer", leg("two", nano=7))
    assert ledger.cost_of(c, "talk") == ledger.spent(c).cost == Cost(7, "provider")
    assert ledger.spent(c, since_ms=NOW_MS - 1).cost == Cost(7, "provider")
    legs.enter(c, "talk", "answer", replace(leg("three"), cost=Cost(5, "live")))
    assert ledger.spent(c).cost == Cost(12, "estimate")


def test_a_sum_may_be_of_a_conversation_or_since_a_moment(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "answer", leg("one", nano=1))
    legs.enter(c, "other", "answer2", replace(leg("two", nano=10), asked_ms=NOW_MS + 10))
    assert ledger.spent(c, conversation="talk").nano == 1
    assert ledger.spent(c, since_ms=NOW_MS + 10).nano == 10
    assert ledger.spent(c, since_ms=NOW_MS + 10, conversation="talk").nano == 0


def test_what_was_imported_was_not_spent_here(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    conversations.create(c, talk, is_imported=True)
    cost = ledger.cost_of(c, "talk")
    assert cost.nano
    assert conversations.find(c, "talk")[0].cost == cost
    assert ledger.spent(c).nano == ledger.spent(c, conversation="talk").nano == 0
    assert ledger.usage_by(c, "day") == []

    legs.enter(c, "talk", "more", leg("asked-here", nano=7))
    assert ledger.spent(c, conversation="talk").nano == 7
    assert ledger.cost_of(c, "talk").nano == cost.nano + 7


def test_what_an_imported_conversation_cost_stays_unknown_after_a_question_that_was_refused(
    c: sqlite3.Connection,
) -> None:
    talk = replace(conversation("talk", "Hello"), origin="elsewhere:1")
    talk.tree.add(Node("talk-2", "talk-1", assistant("Hi"), NOW_MS))
    conversations.create(c, talk, is_imported=True)
    assert conversations.recent(c)[0].cost == UNKNOWN_COST
    legs.enter(c, "talk", "answer", leg("refused", state="refused", nano=0))
    assert conversations.recent(c)[0].cost == conversations.find(c, "talk")[0].cost == UNKNOWN_COST
    legs.enter(c, "talk", "answer", leg("taken", nano=0))
    assert conversations.recent(c)[0].cost.nano == 0, "nothing is what it costs"


def test_what_was_spent_here_stays_so_when_it_is_imported_once_more(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    conversations.create(c, talk)
    before = ledger.spent(c)
    assert before.nano
    trash.erase(c, "talk")
    conversations.create(c, talk, is_imported=True)
    assert ledger.spent(c) == before


def test_usage_is_told_newest_first_with_its_tokens(c: sqlite3.Connection) -> None:
    legs.enter(c, "talk", "a", leg("one", nano=1))
    legs.enter(c, "talk", "a", replace(leg("two", nano=2), asked_ms=NOW_MS + 1, model="new/model"))
    legs.enter(c, "talk", "a", replace(leg("three", nano=None), usage=None))
    rows = ledger.usage_by(c, "model")
    assert [(row.key, row.spent.nano, row.spent.legs, row.spent.unknown) for row in rows] == [
        ("new/model", 2, 1, 0),
        ("some/model", 1, 2, 1),
    ]
    assert [(row.prompt_tokens, row.completion_tokens) for row in rows] == [(10, 5), (10, 5)]
    assert [row.key for row in ledger.usage_by(c, "model", NOW_MS + 1)] == ["new/model"]
    assert [row.key for row in ledger.usage_by(c, "model", None, NOW_MS + 1)] == ["some/model"]


def test_days_are_those_where_the_user_is(c: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    legs.enter(c, "talk", "a", replace(leg("one"), asked_ms=NOW_MS // DAY_MS * DAY_MS + 23 * 3_600_000))
    try:
        for zone, count in (("UTC", 0), ("XYZ-2", 1)):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            day = time.strftime("%Y-%m-%d", time.gmtime((NOW_MS // DAY_MS + count) * DAY_MS // 1000))
            assert [row.key for row in ledger.usage_by(c, "day")] == [day]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_deleted_conversation_keeps_its_costs_without_its_title(c: sqlite3.Connection) -> None:
    conversations.create(c, conversation("talk", "Hello", "Hi", title="Secret"))
    assert [(row.key, row.title) for row in ledger.usage_by(c, "conversation")] == [("talk", "Secret")]
    trash.erase(c, "talk")
    (row,) = ledger.usage_by(c, "conversation")
    assert (row.key, row.title, row.spent.nano) == ("talk", "", 1000)
