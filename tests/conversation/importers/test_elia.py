"""elia's chats come in."""

from __future__ import annotations

from deepchat.conversation.importers import elia
from deepchat.conversation.legs import Answer
from tests.conversation.importers.fixtures import only, spoken, tables


def test_a_chat_becomes_a_conversation() -> None:
    conversation = only(elia.read(tables("elia")))
    assert conversation.title == "A trip to Oslo"
    assert conversation.created_ms == 1728587571000
    assert spoken(conversation.tree.path) == [
        ("system", "You are Elia."),
        ("user", "Where to eat?"),
        ("assistant", "At Mathallen."),
        ("user", "Thanks"),
    ]
    answer = conversation.tree.path[2]
    assert (answer.answer, answer.created_ms) == (Answer("", "claude-3-5-sonnet"), 1728587575250)


def test_what_is_left_out_is_told_of() -> None:
    assert elia.read(tables("elia")).problems == (
        "chat 1, message 4: nobody known said it, but “critic”: it is left out",
        "chat 2: it has no messages",
    )


def test_the_first_chats_of_two_databases_are_not_the_same() -> None:
    rows = [{"id": 1, "chat_id": 1, "role": "user", "content": "Hi"}]
    one, other = (
        only(elia.read({"chat": [{"id": 1, "started_at": began}], "message": rows}))
        for began in ("2024-10-10 19:12:51", "2025-10-10 19:12:51")
    )
    assert one.id != other.id
    assert one.origin != other.origin


def test_replies_hang_where_they_say() -> None:
    rows: list[dict[str, object]] = [
        {"id": 1, "chat_id": 1, "role": "user", "content": "Q"},
        {"id": 2, "chat_id": 1, "role": "assistant", "content": "A", "parent_id": 1},
        {"id": 3, "chat_id": 1, "role": "assistant", "content": "B", "parent_id": 1},
        {"id": 3, "chat_id": 1, "role": "assistant", "content": "C", "parent_id": 1},
        {"id": 4, "chat_id": 1, "role": "user", "content": ""},
    ]
    imported = elia.read({"chat": [{"id": 1, "model": "m"}], "message": rows})
    tree = only(imported).tree
    assert [text for _, text in spoken(tree.siblings(tree.leaf.id))] == ["A", "B"]
    assert tree.leaf.message.text == "B"
    assert tree.leaf.answer == Answer("", "m")
    assert imported.problems == (
        "chat 1, message 3: it is there twice, and the first is taken",
        "chat 1, message 4: it is empty: it is left out",
    )
