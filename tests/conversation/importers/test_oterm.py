"""oterm's chats come in."""

from __future__ import annotations

from deepchat.conversation.importers import oterm
from deepchat.conversation.legs import Answer
from deepchat.conversation.parts import Image, Text
from tests.conversation.importers.fixtures import only, spoken, tables


def test_a_chat_becomes_a_conversation_of_the_time_that_is_given() -> None:
    conversation = only(oterm.read(tables("oterm"), unknown_ms=1234))
    assert (conversation.title, conversation.created_ms, conversation.updated_ms) == ("Cats", 1234, 1234)
    assert spoken(conversation.tree.path) == [
        ("system", "Be kind"),
        ("user", "What is this?"),
        ("assistant", "A cat."),
        ("user", "Sure?"),
        ("assistant", "Quite."),
    ]
    assert conversation.tree.path[1].message.parts == (
        Text("What is this?"),
        Image("image/png", b"\x89PNG\r\n\x1a\n\x00"),
    )
    assert conversation.tree.path[2].answer == Answer("ollama", "llama3.2", parameters={"temperature": 0.4})


def test_what_is_left_out_is_told_of() -> None:
    assert oterm.read(tables("oterm")).problems == (
        "chat 3, message 1: picture 2 is no PNG, JPEG or WebP: it is left out",
        "chat 3, message 5: nobody known said it, but “nobody”: it is left out",
        "chat 4: it has no messages",
    )


def test_the_first_chats_of_two_databases_are_not_the_same() -> None:
    one, other = (
        only(oterm.read({"chat": [{"id": 1}], "message": [{"id": 1, "chat_id": 1, "author": "user", "text": text}]}))
        for text in ("Hello", "Good evening")
    )
    assert one.id != other.id
    assert one.origin != other.origin


def test_empty_messages_and_second_ones_are_left_out() -> None:
    said = [(0, "Hi"), (1, ""), (0, "Hi again")]
    rows = [{"id": key, "chat_id": 1, "author": "user", "text": text} for key, text in said]
    imported = oterm.read({"chat": [{"id": 1}], "message": rows})
    assert spoken(only(imported).tree.path[1:]) == [("user", "Hi")]
    assert imported.problems == (
        "chat 1, message 1: it is empty: it is left out",
        "chat 1, message 0: it is there twice, and the first is taken",
    )
