"""A draft is what was kept last, until it is cleared or moved to another conversation."""

from __future__ import annotations

import sqlite3

from deepchat.store import drafts


def test_a_draft_is_what_was_last_kept_until_it_is_cleared(c: sqlite3.Connection) -> None:
    assert drafts.load(c, "talk") == ""
    drafts.keep(c, "talk", "Dear", 1)
    drafts.keep(c, "talk", "Dear Bob\0 \ud800", 2)
    assert drafts.load(c, "talk") == "Dear Bob\0 \ufffd"
    drafts.clear(c, "talk")
    assert drafts.load(c, "talk") == ""


def test_words_of_a_conversation_that_was_never_begun_can_be_moved_to_another(c: sqlite3.Connection) -> None:
    drafts.keep(c, "earlier", "Dear", 1)
    drafts.keep(c, "later", "Hello", 2)
    assert drafts.strays(c) == ["later", "earlier"]
    drafts.move(c, "later", "new")
    assert drafts.load(c, "new") == "Hello"
    assert drafts.load(c, "later") == ""
