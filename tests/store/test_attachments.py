"""What is attached is kept once for all who show it, goes when nobody does, and its loss loses no words."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from deepchat.conversation.message import user
from deepchat.conversation.parts import Image
from deepchat.store import attachments, conversations
from tests.store.saying import conversation


def _count(c: sqlite3.Connection) -> int:
    return c.execute("SELECT count(*) FROM attachment").fetchone()[0]


def test_the_same_bytes_are_kept_once(c: sqlite3.Connection) -> None:
    name = attachments.keep(c, b"\x89PNG", "image/png")
    assert attachments.keep(c, b"\x89PNG", "image/png") == name
    assert attachments.load(c, name) == b"\x89PNG"
    assert attachments.load(c, "none") is None
    assert _count(c) == 1


def test_only_what_nobody_shows_is_swept_away(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Look")
    talk.tree.put(replace(talk.tree.leaf, message=user("Look", Image("image/png", b"seen", "a.png"))))
    conversations.create(c, talk)
    attachments.keep(c, b"unseen", "image/png")
    assert attachments.sweep(c) == 1
    assert conversations.load(c, "talk").tree.leaf == talk.tree.leaf


def test_a_picture_that_is_lost_leaves_the_words(c: sqlite3.Connection) -> None:
    talk = conversation("talk", "Look")
    talk.tree.put(replace(talk.tree.leaf, message=user("Look", Image("image/png", b"seen"))))
    conversations.create(c, talk)
    c.execute("UPDATE part SET attachment = NULL")
    read = conversations.read_around(c, "talk")
    assert read.conversation.tree.leaf.message.parts == user("Look").parts
    assert read.unreadable == 1
