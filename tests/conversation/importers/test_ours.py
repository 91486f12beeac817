"""What DeepChat exported comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.export import to_json
from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import ours
from deepchat.conversation.importers.ours_answers import answer_of
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import UNKNOWN_COST
from tests.conversation.importers.fixtures import only, shape, spoken
from tests.conversation.trees import conversations


def written(conversation: Conversation) -> Any:
    return json.loads(json.dumps(to_json(conversation)))


def small() -> Conversation:
    tree = Tree(Node("root", None, system("Be brief"), 1))
    tree.add(Node("q", "root", user("Hi"), 2))
    leg = Leg("leg", "deepinfra", "m", 3, "pending", text="Hello")
    tree.add(Node("a", "q", assistant("Hello"), 3, "streaming", Answer("deepinfra", "m", legs=(leg,))))
    return Conversation("c", tree, 1, "Hello", 3)


@given(conversations())
def test_reading_what_was_written_gives_the_same(conversation: Conversation) -> None:
    imported = ours.read(written(conversation))
    read = only(imported)
    assert imported.problems == ()
    assert list(read.tree) == list(conversation.tree)
    assert read.tree.path == conversation.tree.path
    assert replace(read, tree=conversation.tree) == conversation
    for node in conversation.tree:
        assert read.tree.children(node.id) == conversation.tree.children(node.id)


def test_an_answer_that_was_being_written_comes_back_as_interrupted() -> None:
    leaf = only(ours.read(written(small()))).tree.leaf
    assert leaf.state == "interrupted"
    assert leaf.answer
    assert leaf.answer.legs[0].state == "broken"
    assert leaf.answer.text == "Hello"


def test_several_conversations_come_in_one_list() -> None:
    imported = ours.read([written(small()), written(replace(small(), id="d")), written(small())])
    assert [one.id for one in imported.conversations] == ["c", "d"]
    assert imported.problems == ("conversation 3: it is in the file twice, and the first is taken",)


def test_names_that_nobody_could_type_are_made_anew_and_always_the_same() -> None:
    value = written(small())
    value["id"] = "../\u202eevil"
    value["messages"][1]["id"] = value["messages"][2]["parent"] = "x y"
    imported = ours.read(value)
    assert only(imported).id.isalnum()
    assert all(node.id.isalnum() for node in only(imported).tree)
    assert only(imported).tree.leaf.message.text == "Hello"
    assert shape(imported) == shape(ours.read(value))


def test_a_bad_message_is_told_of_and_what_follows_hangs_above_it() -> None:
    value = written(small())
    value["messages"][1]["role"] = "ghost"
    value["messages"][2] |= {"state": "odd", "parts": [{"type": "text", "text": "Hello"}, {"type": "smell"}]}
    value["messages"][2]["answer"]["legs"].append({"id": ""})
    value["messages"] += [3, {"id": "b", "parent": "a", "role": "user", "parts": [], "state": "whole", "answer": 7}]
    imported = ours.read(value)
    assert spoken(only(imported).tree.branch("a")) == [("system", "Be brief"), ("assistant", "Hello")]
    assert imported.problems == (
        "conversation 1, message number 4: it is no message",
        "conversation 1, message q: nobody known said it, but “ghost”: it is left out",
        "conversation 1, message a: part 2 can't be read: it is left out",
        "conversation 1, message a: how it ended is not told: it is taken for whole",
        "conversation 1, message a: leg 2 can't be read: it is left out",
        "conversation 1, message b: how it came to be can't be read: only its words are taken",
    )


def test_a_lost_root_is_replaced_and_the_order_mended() -> None:
    value = written(small())
    value["messages"] = [value["messages"][2], value["messages"][1]]
    imported = ours.read(value)
    assert spoken(only(imported).tree.path) == [("system", ""), ("user", "Hi"), ("assistant", "Hello")]
    assert imported.problems == (
        "conversation 1, message q: the message before it is not in the file: it is put at the beginning",
    )


def test_without_a_path_the_newest_message_is_its_end_and_bad_costs_are_unknown() -> None:
    value = written(small())
    value["active"] = "nobody"
    value["messages"][2]["answer"]["legs"][0]["cost"] = {"nano": 5, "source": "a friend"}
    leaf = only(ours.read(value)).tree.leaf
    assert leaf.id == "a"
    assert leaf.answer
    assert leaf.answer.cost == UNKNOWN_COST


def test_what_is_not_ours_is_told_of() -> None:
    newer = written(small()) | {"version": 2}
    imported = ours.read([newer, {"format": "other"}, written(small()) | {"messages": []}, "?"])
    assert imported.conversations == ()
    assert imported.problems == (
        "conversation 1: a newer DeepChat wrote it, and this one can't read it: update DeepChat",
        "conversation 2: it is no conversation that DeepChat exported",
        "conversation 3: it has no messages",
        "conversation 4: it is no conversation that DeepChat exported",
    )


def said(name: object, words: str, parent: str | None = None, role: str = "user") -> dict[str, object]:
    return {
        "id": name,
        "parent": parent,
        "role": role,
        "parts": [{"type": "text", "text": words}],
        "state": "whole",
    }


def whole_of(*messages: dict[str, object], **more: object) -> dict[str, object]:
    return {"format": "deepchat-conversation", "version": 1, "messages": list(messages), **more}


def test_instructions_behind_an_orphan_are_still_the_root() -> None:
    empty = id_of("deepchat", "c1", "root", "of all")
    read = only(ours.read(whole_of(said("m1", "hi", "gone"), said(empty, "", role="system"), id="c1")))
    assert [node.id for node in read.tree] == [empty, "m1"]
    read = only(ours.read(whole_of(said(empty, "hi"), said("m1", "ho", empty), id="c1")))
    assert [node.message.text for node in read.tree] == ["", "hi", "ho"]


def test_what_has_no_name_is_not_taken_for_one_another() -> None:
    imported = ours.read([whole_of(said(None, "a"), said(None, "b")), whole_of(said(None, "c"))])
    assert [[node.message.text for node in one.tree] for one in imported.conversations] == [["", "a", "b"], ["", "c"]]
    assert imported.problems == ()
    assert ours.read(whole_of(said(None, "c"))).conversations[0].id == imported.conversations[1].id


def test_a_cost_that_nobody_knows_has_no_source() -> None:
    leg = {"id": "l", "asked_ms": 1, "state": "whole", "cost": {"nano": None, "source": "provider"}}
    answer, _ = answer_of({"legs": [leg]})
    assert answer
    assert answer.legs[0].cost == UNKNOWN_COST
