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
