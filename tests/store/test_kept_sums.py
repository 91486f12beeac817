"""Counts and sums that are kept as they grow: whatever happens, they are what counting anew would give."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import get_args

from deepchat.conversation.legs import Leg, LegState
from deepchat.conversation.message import system
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, Usage
from deepchat.store import conversations, ledger, legs, messages, trash
from deepchat.store.migrations import STEPS, migrate, show_as_newest
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, streaming

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
            case 3 if not conversations.exists(c, talk):
                conversations.create(c, conversation(talk, "Hello", "Hi"))
            case 4 if conversations.exists(c, talk):
                conversations.add(c, talk, streaming(f"step{chance.getrandbits(64)}", f"{talk}-2"))
            case 5 if conversations.exists(c, talk):
                words = chance.choice(["", "Be brief."])
                messages.update(c, talk, Node(f"{talk}-0", None, system(words), NOW_MS))
                node = messages.one(c, f"{talk}-2").node
                assert node
                assert node.answer
                other = replace(node.answer, model=chance.choice("mn"))
                messages.update(c, talk, replace(node, answer=other))
            case _:
                if chance.random() < 0.1 and conversations.exists(c, talk):
                    trash.erase(c, talk)


def check(c: sqlite3.Connection) -> None:
    for by in get_args(ledger.By):
        assert ledger.usage_by(c, by) == ledger.usage_by(c, by, EVER_SINCE_MS), by
    assert ledger.spent(c) == ledger.spent(c, since_ms=EVER_SINCE_MS)
    listed = conversations.recent(c)
    for one in listed:
        said = [node for node in conversations.load(c, one.id).tree if node.parent or node.message.text]
        assert one.messages == len(said)
        assert one.models == tuple(dict.fromkeys(node.answer.model for node in said if node.answer))
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


def test_an_older_store_gets_them_and_is_shown_with_them_before(tmp_path: Path) -> None:
    path, older = tmp_path / "deepchat.db", STEPS[:2]
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for statement in chain.from_iterable(older):
            c.execute(statement)
        c.execute(f"PRAGMA user_version = {len(older)}")
    with closing(opened(path)) as c:
        live(c, 400, random.Random(3))
        reader = sqlite3.connect(path)
        show_as_newest(reader)
        before = conversations.recent(reader), ledger.usage_by(reader, "conversation"), ledger.usage_by(reader, "day")
        check(reader)
        reader.close()
        assert migrate(c, path, tmp_path / "backups", NOW_MS)
        check(c)
        assert (conversations.recent(c), ledger.usage_by(c, "conversation"), ledger.usage_by(c, "day")) == before
