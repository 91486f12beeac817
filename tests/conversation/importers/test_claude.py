"""Claude's exports come in whole: branches, thoughts, tools and attached texts."""

from __future__ import annotations

from deepchat.conversation.importers import claude
from deepchat.conversation.legs import Answer
from deepchat.conversation.parts import Text, ToolCall, ToolResult
from tests.conversation.importers.fixtures import document, only, spoken


def human(uuid: object, text: str, **more: object) -> dict[str, object]:
    return {"uuid": uuid, "sender": "human", "text": text, **more}


def test_the_path_leads_to_the_leaf_that_was_shown_last() -> None:
    conversation = only(claude.read(document("claude")))
    assert conversation.title == "Organising a calendar"
    assert conversation.created_ms == 1774767994084
    assert spoken(conversation.tree.path) == [
        ("system", ""),
        (
            "user",
            "Tips?\n\nweek.txt:\n````\nMon: ```x```\n````\n\n[photo.png: a file that is not in the export]",
        ),
        ("assistant", "Let me look."),
        ("tool", ""),
        ("assistant", "You are free on Tuesday."),
        ("user", "And on Friday?"),
    ]
    assert [node.message.text for node in conversation.tree.siblings(conversation.tree.leaf.id)] == [
        "Thanks",
        "And on Friday?",
    ]


def test_a_call_of_a_tool_and_its_result_become_messages_of_their_own() -> None:
    imported = claude.read(document("claude"))
    path = only(imported).tree.path
    assert imported.problems == ()
    assert path[2].message.parts == (Text("Let me look."), ToolCall("toolu_1", "calendar", '{"days": 7}'))
    assert path[2].message.reasoning == "Look at the calendar first."
    assert path[3].message.parts == (ToolResult("toolu_1", "Mon: dentist"),)
    assert path[4].answer == Answer("", "claude-opus-4-1")


def test_older_exports_name_no_parents_and_have_no_blocks() -> None:
    messages = [human("a", "Hi"), {"uuid": "b", "sender": "assistant", "text": "Hello"}, human("c", "Bye")]
    imported = claude.read([{"uuid": "x", "name": "", "chat_messages": messages}])
    assert spoken(only(imported).tree.path[1:]) == [("user", "Hi"), ("assistant", "Hello"), ("user", "Bye")]
    assert imported.problems == ()


def test_what_can_not_be_read_is_told_of_and_left_out() -> None:
    messages: list[object] = [
        human("a", "Hi"),
        {"uuid": "b", "sender": "ghost", "text": "Boo"},
        human("a", "Hi again"),
        17,
        human("e", ""),
        human("f", "", content=[{"type": "hologram"}, {"type": "text", "text": "Bye"}]),
    ]
    imported = claude.read([{"uuid": "x", "chat_messages": messages}])
    assert spoken(only(imported).tree.path[1:]) == [("user", "Hi"), ("user", "Bye")]
    assert imported.problems == (
        "conversation 1, message a: it is there twice, and the first is taken",
        "conversation 1, message number 4: it is no message",
        "conversation 1, message b: nobody known said it, but “ghost”: it is left out",
        "conversation 1, message e: it is empty: it is left out",
        "conversation 1, message f: a block of it, “hologram”, is of an unknown kind: it is left out",
    )


def test_a_result_without_a_name_belongs_to_the_last_call() -> None:
    blocks: list[dict[str, object]] = [
        {"type": "tool_use", "name": "look", "input": {"at": 1}},
        {"type": "tool_result", "content": [{"type": "image", "file": "x"}]},
        {"type": "tool_result", "content": "seen"},
    ]
    tree = only(claude.read({"chat_messages": [{"uuid": "a", "sender": "assistant", "content": blocks}]})).tree
    call = tree.path[1].message.parts[0]
    assert isinstance(call, ToolCall)
    assert tree.path[2].message.parts == (
        ToolResult(call.id, '{"type": "image", "file": "x"}'),
        ToolResult(call.id, "seen"),
    )


def test_a_name_made_to_look_like_two_is_a_name() -> None:
    messages = [
        {"uuid": "root\0of all", "sender": "human", "text": "a"},
        {"uuid": "b", "sender": "assistant", "text": "b"},
    ]
    read = only(claude.read([{"uuid": "x", "chat_messages": messages}]))
    assert [node.message.text for node in read.tree.path] == ["", "a", "b"]


def test_texts_side_by_side_are_paragraphs() -> None:
    blocks = [{"type": "text", "text": words} for words in ("One.", "Two.", "\n\nThree.")]
    read = only(
        claude.read([{"uuid": "x", "chat_messages": [{"uuid": "b", "sender": "assistant", "content": blocks}]}])
    )
    assert read.tree.leaf.message.text == "One.\n\nTwo.\n\nThree."
