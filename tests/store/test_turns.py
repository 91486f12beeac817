"""Whatever becomes of an answer, what was heard of it is kept, and its cost is known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import user
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, Usage
from deepchat.errors import NotFound
from deepchat.store import conversations, journal, ledger, legs, trash, turns
from deepchat.store.turns import Recovered
from tests.store.opening import opened
from tests.store.saying import NOW_MS, conversation, ended, leg, streaming, words


def _begun(c: sqlite3.Connection, waited_s: float = 0.0) -> None:
    """A question, and an answer whose first request is on its way."""
    talk = replace(conversation("talk"), title="Asking")
    question = Node("question", "talk-0", user("Why?"), NOW_MS)
    answer = replace(streaming("answer", "question"), answer=Answer("lab", "some/model", seconds=waited_s))
    turns.begin(c, talk, [question], answer, leg("leg", state="pending"))


def test_a_conversation_is_kept_from_its_first_question_on(c: sqlite3.Connection) -> None:
    _begun(c)
    loaded = conversations.load(c, "talk")
    assert [node.id for node in loaded.tree.path] == ["talk-0", "question", "answer"]
    assert loaded.title == "Asking"
    assert loaded.tree.leaf.state == "streaming"
    assert ledger.spent(c).cost == Cost(1000, "provider", estimated=True)


def test_the_first_question_names_a_conversation_that_has_no_name(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Hi")
    conversations.create(c, talk)
    turns.begin(c, replace(talk, title="Named"), (), streaming("answer", "talk-2"))
    turns.begin(c, replace(talk, title="Other"), (), streaming("another", "talk-2"))
    assert conversations.load(c, "talk").title == "Named"


def test_an_answer_can_be_watched_while_it_comes(c: sqlite3.Connection) -> None:
    _begun(c)
    journal.append(c, "leg", [("reasoning", "Hm."), ("text", "Beca")])
    journal.append(c, "leg", [("text", "use.")])
    leaf = conversations.load(c, "talk").tree.leaf
    assert (leaf.message.text, leaf.message.reasoning) == ("Because.", "Hm.")


def test_a_finished_answer_is_loaded_as_it_was_finished(c: sqlite3.Connection) -> None:
    _begun(c)
    journal.append(c, "leg", [("text", "Because.")])
    first = leg("leg", "Because.")
    turns.close_leg(c, first)
    turns.open_leg(c, "talk", "answer", leg("leg2", state="pending"))
    second = replace(leg("leg2", "Because. So.", nano=500), kept_from=8)
    turns.close_leg(c, second)
    node = ended(streaming("answer", "question"), first, second)
    turns.finish(c, "talk", node)
    assert conversations.load(c, "talk").tree.leaf == node
    assert node.message.text == "Because. So."
    assert turns.unfinished(c) == []
    assert c.execute("SELECT count(*) FROM journal").fetchone() == (0,)


def test_a_single_leg_is_written_once(c: sqlite3.Connection) -> None:
    _begun(c)
    only = leg("leg", "Because.")
    turns.close_leg(c, only)
    node = ended(streaming("answer", "question"), only)
    turns.finish(c, "talk", node)
    assert c.execute("SELECT count(*) FROM leg_words").fetchone() == (0,)
    assert conversations.load(c, "talk").tree.leaf == node


def test_a_refused_request_is_in_the_ledger_but_not_in_the_answer(c: sqlite3.Connection) -> None:
    _begun(c)
    turns.close_leg(c, leg("leg", state="refused", nano=0))
    turns.finish(c, "talk", ended(streaming("answer", "question"), state="failed"))
    leaf = conversations.load(c, "talk").tree.leaf
    assert leaf.answer
    assert leaf.answer.legs == ()
    assert ledger.spent(c).legs == 1


def test_another_attempt_takes_the_row_of_the_first(c: sqlite3.Connection) -> None:
    _begun(c)
    turns.reopen_leg(c, replace(leg("leg", state="pending", nano=7), provider="elsewhere"))
    assert [row.key for row in ledger.usage_by(c, "provider")] == ["elsewhere"]
    assert ledger.spent(c).nano == 7


def test_closing_a_leg_twice_says_nothing_twice(c: sqlite3.Connection) -> None:
    _begun(c)
    turns.close_leg(c, leg("leg", "Because."))
    turns.close_leg(c, leg("leg", "Because."))
    assert conversations.load(c, "talk").tree.leaf.message.text == "Because."


def test_going_on_with_an_answer_keeps_what_its_first_leg_said(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Hello", "Once")
    conversations.create(c, talk)
    before = talk.tree["talk-2"]
    turns.begin(c, talk, (), replace(before, state="streaming"), leg("leg2", state="pending"))
    journal.append(c, "leg2", [("text", "Once upon")], kept_from=4)
    turns.recover(c, "talk-2", NOW_MS)
    leaf = conversations.load(c, "talk").tree.leaf
    assert leaf.message.text == "Once upon"
    assert leaf.answer
    assert [one.text for one in leaf.answer.legs] == ["Once", "Once upon"]
    assert leaf.answer.text == "Once upon"


def test_a_crash_leaves_an_interrupted_answer_and_an_estimate(c: sqlite3.Connection) -> None:
    _begun(c)
    so_far = replace(leg("leg", state="pending", nano=70), most_nano=1000, usage=Usage(9, 2))
    turns.hear(c, so_far, [("reasoning", "Hm."), ("text", "Beca")])
    assert turns.unfinished(c) == [("talk", "answer")]
    assert turns.recover(c, "answer", NOW_MS + 5) == Recovered("talk", "Asking", "answer", NOW_MS, 4)
    leaf = conversations.load(c, "talk").tree.leaf
    assert (leaf.state, leaf.message.text, leaf.message.reasoning) == ("interrupted", "Beca", "Hm.")
    assert leaf.answer
    assert leaf.answer.legs[0].state == "broken"
    assert leaf.answer.legs[0].usage == Usage(9, 2)
    assert leaf.answer.cost == ledger.spent(c, at_most=True).cost == Cost(70, "provider", estimated=True)
    assert turns.unfinished(c) == []


def test_a_crash_keeps_how_long_the_first_token_took_from_the_question_on(c: sqlite3.Connection) -> None:
    _begun(c, waited_s=1.0)
    again = replace(leg("leg", state="pending"), asked_ms=NOW_MS + 2_000)
    turns.reopen_leg(c, again)
    turns.hear(c, replace(again, first_token_s=0.5), [("text", "Beca")])
    turns.recover(c, "answer", NOW_MS + 9_000)
    assert first_token_s(c) == 1.0 + 2.0 + 0.5


def test_a_crash_before_the_first_token_and_one_after_another_request_leave_it_unknown(c: sqlite3.Connection) -> None:
    _begun(c)
    turns.close_leg(c, replace(leg("leg"), state="refused"))
    turns.open_leg(c, "talk", "answer", leg("second", state="pending"))
    turns.hear(c, replace(leg("second", state="pending"), first_token_s=0.5), [("text", "Beca")])
    turns.recover(c, "answer", NOW_MS)
    assert first_token_s(c) is None


def first_token_s(c: sqlite3.Connection) -> float | None:
    answer = conversations.load(c, "talk").tree["answer"].answer
    assert answer
    return answer.first_token_s


def test_what_nobody_waits_for_any_more_is_not_on_its_way_again(c: sqlite3.Connection) -> None:
    _begun(c)
    trash.erase(c, "talk")
    turns.hear(c, leg("leg", state="pending", nano=70), [("text", "Beca")])
    assert c.execute("SELECT state, cost_nano FROM leg").fetchall() == [("broken", 1000)]
    assert c.execute("SELECT count(*) FROM journal").fetchone() == (0,)


def test_an_answer_that_was_finished_after_all_is_left_alone(c: sqlite3.Connection) -> None:
    _begun(c)
    node = ended(streaming("answer", "question"), leg("leg", "Because."))
    turns.finish(c, "talk", node)
    assert turns.recover(c, "answer", NOW_MS) is None
    assert turns.recover(c, "nowhere", NOW_MS) is None
    assert conversations.load(c, "talk").tree.leaf == node


def test_a_request_that_nobody_can_be_waiting_for_is_closed_with_what_it_had_cost(c: sqlite3.Connection) -> None:
    _begun(c)
    for name, age_ms in (("forgotten", turns.LONGEST_LEG_MS + 1), ("on its way", 60_000)):
        turns.open_leg(c, "", "", replace(leg(name, state="pending"), asked_ms=NOW_MS - age_ms))
    assert turns.forgotten(c, NOW_MS) == ["forgotten"]
    assert turns.forgotten(c, NOW_MS + turns.LONGEST_LEG_MS) == ["forgotten", "on its way"]
    legs.give_up(c, ["forgotten"])
    assert turns.forgotten(c, NOW_MS) == []
    states = dict(c.execute("SELECT id, state FROM leg").fetchall())
    assert states == {"leg": "pending", "forgotten": "broken", "on its way": "pending"}
    assert ledger.spent(c).cost == Cost(3000, "provider", estimated=True)


def test_what_was_given_up_and_comes_after_all_costs_what_it_cost(c: sqlite3.Connection) -> None:
    turns.open_leg(c, "", "", leg("late", state="pending", nano=9000))
    legs.give_up(c, ["late"])
    turns.close_leg(c, leg("late", nano=400))
    assert ledger.spent(c).cost == Cost(400, "provider")


def test_no_request_stays_on_its_way_when_its_answer_is_finished(c: sqlite3.Connection) -> None:
    _begun(c)
    turns.finish(c, "talk", ended(streaming("answer", "question"), state="stopped"))
    assert c.execute("SELECT state FROM leg").fetchall() == [("broken",)]


def test_finishing_an_answer_that_was_erased_meanwhile_is_told(c: sqlite3.Connection) -> None:
    _begun(c)
    trash.erase(c, "talk")
    with pytest.raises(NotFound):
        turns.finish(c, "talk", ended(streaming("answer", "question"), leg("leg", "Because.")))


_LegSaid = tuple[list[str], int]
_heard = st.lists(st.tuples(st.lists(words, max_size=4), st.integers(0, 5)), min_size=1, max_size=4)


@given(words, _heard, st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_crash_at_any_moment_loses_no_piece(before: str, heard: list[_LegSaid], last_is_closed: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        with closing(opened(path)) as c:
            expected = before + _hear_until_crash(c, before, heard, last_is_closed)
        with closing(opened(path)) as c:
            recovered = turns.recover(c, "answer", NOW_MS)
            leaf = conversations.load(c, "talk").tree.leaf
    assert recovered
    assert recovered.characters == len(expected)
    assert leaf.message.text == expected
    assert leaf.answer
    assert [one.text for one in leaf.answer.legs] == ["".join(pieces) for pieces, _ in heard]
    assert {one.state for one in leaf.answer.legs} <= {"whole", "broken"}


def _hear_until_crash(c: sqlite3.Connection, before: str, heard: list[_LegSaid], last_is_closed: bool) -> str:
    """What the legs add to the answer."""
    talk = conversation("talk", "Hello")
    conversations.create(c, talk)
    kept: list[str] = []
    for number, (pieces, kept_from) in enumerate(heard):
        pending = leg(f"leg{number}", state="pending")
        if number == 0:
            turns.begin(c, talk, (), streaming("answer", "talk-1", before), pending)
        else:
            turns.open_leg(c, "talk", "answer", pending)
        for piece in pieces:
            journal.append(c, pending.id, [("text", piece)], kept_from)
        said: Leg = replace(leg(pending.id, "".join(pieces)), kept_from=kept_from if pieces else 0)
        kept.append(said.kept)
        if last_is_closed or number + 1 < len(heard):
            turns.close_leg(c, said)
    return "".join(kept)
