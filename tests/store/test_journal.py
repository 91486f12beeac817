"""The journal of an answer that comes: its pieces in their order, until they are forgotten."""

from __future__ import annotations

import sqlite3

from deepchat.store import journal, turns
from deepchat.store.journal import NOTHING_HEARD, Heard
from tests.store.saying import conversation, leg, streaming


def _begun(c: sqlite3.Connection) -> None:
    turns.begin(c, conversation("talk"), (), streaming("answer", "talk-0"), leg("leg", state="pending"))


def test_pieces_are_joined_in_their_order_each_kind_for_itself(c: sqlite3.Connection) -> None:
    _begun(c)
    journal.append(c, "leg", [("reasoning", "a"), ("text", "1")])
    journal.append(c, "leg", [("text", "2\0"), ("reasoning", "b")], kept_from=1)
    assert journal.pieces(c, "leg") == Heard("12\0", "ab", kept_from=1)


def test_half_a_character_stops_no_journal(c: sqlite3.Connection) -> None:
    _begun(c)
    journal.append(c, "leg", [("text", "a\ud83d")])
    assert journal.pieces(c, "leg").text == "a\ufffd"


def test_what_is_cleared_is_forgotten(c: sqlite3.Connection) -> None:
    _begun(c)
    journal.append(c, "leg", [("text", "1")])
    journal.clear(c, ["leg"])
    assert journal.pieces(c, "leg") == NOTHING_HEARD
