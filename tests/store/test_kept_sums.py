"""Counts and sums that are kept as they grow: whatever happens, they are what counting anew would give."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from deepchat.conversation.legs import Answer, Leg, LegState
from deepchat.conversation.message import system
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, Usage
from deepchat.store import conversations, ledger, legs, messages, trash, turns
from deepchat.store.migrations import STEPS, migrate, show_as_newest
from deepchat.store.salvage import TABLES
from deepchat.store.search import Filter, search
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, ended, leg, streaming

HOUR_MS = 3_600_000
EVER_SINCE_MS = 1
"""No quarter of an hour begins here, so every request is looked at."""


def any_leg(number: int, chance: random.Random) -> Leg:
    """When it was asked stays, whatever else becomes of it."""
    cost = Cost(
        chance.choice([None, 0, 7, 1000]), chance.choice(["provider", "live", "unknown"]), chance.random() < 0.3
    )
    usage = chance.choice([None, Usage(chance.randint(0, 99), 5, 3, 1)])
    state = chance.choice(get_args(LegState))
    return Leg(
        f"leg{number}",
        chance.choice("ab"),
        chance.choice("mn"),
        NOW_MS + number * HOUR_MS // 7,
        state,
        usage=usage,
        cost=cost,
    )


def taken(c: sqlite3.Connection, leg: str) -> bool:
    return c.execute("SELECT 1 FROM leg WHERE id = ?", (leg,)).fetchone() is not None


def live(c: sqlite3.Connection, steps: int, chance: random.Random) -> None:
    """Conversations that begin, grow, change and go."""
    for _ in range(steps):
        talk = f"talk{chance.randrange(8)}"
        asked = any_leg(chance.randrange(40), chance)
        match chance.randrange(7):
            case 0:
                legs.enter(c, talk, "answer", asked, is_imported=chance.random() < 0.2)
            case 1:
                legs.change(c, asked)
            case 2:
                legs.close_all(c, "answer")
            case 3 if not taken(c, f"{talk}-2-leg"):  # a name that was ever used is never used again
                conversations.create(c, conversation(talk, "Hello", "Hi"))
            case 4 if conversations.exists(c, talk):
                conversations.add(c, talk, streaming(f"step{chance.getrandbits(64)}", f"{talk}-2"))
            case 5 if conversations.exists(c, talk):
                words = chance.choice(["", "Be brief."])
                messages.update(c, talk, Node(f"{talk}-0", None, system(words), NOW_MS))
                node = messages.one(c, f"{talk}-2").node
                assert node
                assert node.answer
                more = any_leg(chance.randrange(40, 99), chance)
                known = {leg.id for leg in node.answer.legs}
                written = (*node.answer.legs, *([more] if more.id not in known and not taken(c, more.id) else []))
                other = replace(node.answer, model=chance.choice("mn"), legs=written)
                messages.update(c, talk, replace(node, answer=other))
            case _:
                if chance.random() < 0.1 and conversations.exists(c, talk):
                    trash.erase(c, talk)


def writers(node: Node) -> list[str]:
    """The models that wrote it; who was asked last counts even before a word."""
    if node.answer is None:
        return []
    wrote = [leg.model for leg in node.answer.legs if leg.state not in ("pending", "refused")]
    return [*wrote, *([] if node.answer.model in wrote else [node.answer.model])]


def check(c: sqlite3.Connection) -> None:
    for by in get_args(ledger.By):
        assert ledger.usage_by(c, by) == ledger.usage_by(c, by, EVER_SINCE_MS), by
    assert ledger.spent(c) == ledger.spent(c, since_ms=EVER_SINCE_MS)
    listed = conversations.recent(c)
    for one in listed:
        said = [node for node in conversations.load(c, one.id).tree if node.parent or node.message.text]
        assert one.messages == len(said)
        assert one.models == tuple(dict.fromkeys(chain.from_iterable(map(writers, said))))
        assert ledger.spent(c, conversation=one.id) == ledger.spent(
            c, conversation=one.id, since_ms=EVER_SINCE_MS
        )  # fmt: skip
    assert {one.id: one.cost for one in listed} == {one.id: ledger.cost_of(c, one.id) for one in listed}
    costs = ledger.costs(c)
    assert all(costs[one.id] == one.cost for one in listed if one.id in costs)


def test_they_are_what_counting_anew_would_give(c: sqlite3.Connection) -> None:
    chance = random.Random(7)
    for _ in range(20):
        live(c, 30, chance)
        check(c)


def test_every_model_that_wrote_an_answer_is_told_in_its_order_and_found(c: sqlite3.Connection) -> None:
    begun = conversation("talk", "Hello?")
    first, second = replace(leg("one", "It is "), model="lab/zeta"), replace(leg("two", "noon."), model="lab/alpha")
    answer = replace(streaming("answer", "talk-1"), answer=Answer("lab", "lab/zeta"))
    turns.begin(c, begun, (), answer, replace(first, state="pending", text=""))
    turns.close_leg(c, first)
    assert conversations.recent(c)[0].models == ("lab/zeta",)
    turns.open_leg(c, "talk", "answer", replace(second, state="pending", text=""))
    assert conversations.recent(c)[0].models == ("lab/zeta",)
    turns.close_leg(c, second)
    turns.finish(
        c, "talk", replace(ended(answer, first, second), answer=Answer("lab", "lab/alpha", legs=(first, second)))
    )
    assert conversations.recent(c)[0].models == ("lab/zeta", "lab/alpha")
    for name in ("zeta", "ALPHA"):
        assert [hit.message for hit in search(c, "noon", Filter(model=name))] == ["answer"]
    assert search(c, "noon", Filter(model="other")) == []


def test_a_model_that_was_refused_wrote_nothing(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello?", "Hi")
    conversations.create(c, talk)
    turns.open_leg(c, "talk", "talk-2", replace(leg("more", state="pending"), model="lab/other"))
    turns.close_leg(c, replace(leg("more", state="refused"), model="lab/other"))
    assert conversations.recent(c)[0].models == ("some/model",)
    assert search(c, "Hi", Filter(model="other")) == []


def take_over(c: sqlite3.Connection, other: Path) -> None:
    """What another store has, as far as there is a place for it."""
    c.execute("ATTACH ? AS other", (str(other),))
    for table in TABLES:
        columns = ", ".join(row[1] for row in c.execute(f"PRAGMA main.table_info({table})"))
        c.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM other.{table}")
    c.execute("DETACH other")


def test_an_older_store_gets_them_and_is_shown_with_them_before(tmp_path: Path) -> None:
    path, older = tmp_path / "deepchat.db", STEPS[:2]
    with closing(opened(tmp_path / "newest.db")) as c:
        live(c, 400, random.Random(3))
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for statement in chain.from_iterable(older):
            c.execute(statement)
        c.execute(f"PRAGMA user_version = {len(older)}")
        take_over(c, tmp_path / "newest.db")
    with closing(opened(path)) as c:
        reader = sqlite3.connect(path)
        show_as_newest(reader)
        before = conversations.recent(reader), ledger.usage_by(reader, "conversation"), ledger.usage_by(reader, "day")
        check(reader)
        reader.close()
        assert migrate(c, path, tmp_path / "backups", NOW_MS)
        check(c)
        assert (conversations.recent(c), ledger.usage_by(c, "conversation"), ledger.usage_by(c, "day")) == before


@pytest.mark.parametrize("comes", ["before", "after"])
def test_a_leg_may_outlive_its_conversation_and_its_message_come_back_in_another(tmp_path: Path, comes: str) -> None:
    path = tmp_path / "deepchat.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        c.execute("PRAGMA foreign_keys = ON")
        migrate(c, path, tmp_path / "backups", NOW_MS, STEPS[:4] if comes == "before" else STEPS)
        talk = "INSERT INTO conversation (id, created_ms, updated_ms, touched, root, active)"
        c.execute(f"{talk} VALUES ('b', 1, 1, 1, 'r', 'm')")
        answer = "INSERT INTO message (id, conversation, role, state, created_ms, model, body)"
        c.execute(f"{answer} VALUES ('m', 'b', 'assistant', 'whole', 1, 'lab/two', 'Hi')")
        request = "INSERT INTO leg (id, conversation, message, provider, model, state, asked_ms, cost_source)"
        for state in ("pending", "whole"):
            c.execute(f"{request} VALUES ('{state}', 'erased', 'm', 'lab', 'lab/{state}', '{state}', 1, 'unknown')")
        if comes == "before":
            migrate(c, path, tmp_path / "backups", NOW_MS)
        c.execute("UPDATE leg SET state = 'whole' WHERE state = 'pending'")
        models = c.execute("SELECT conversation, model FROM speaker ORDER BY seq, leg").fetchall()
        assert models == [("b", "lab/pending"), ("b", "lab/whole"), ("b", "lab/two")]
        c.execute("DELETE FROM conversation")
        assert c.execute("SELECT count(*) FROM speaker").fetchone() == (0,)
