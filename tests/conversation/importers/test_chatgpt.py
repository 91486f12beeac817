"""ChatGPT's exports come in as they were shown there."""

from __future__ import annotations

import copy
import time
from typing import Any

from deepchat.conversation.importers import chatgpt
from deepchat.conversation.importers.chatgpt_words import NO_PICTURE
from deepchat.conversation.legs import Answer
from deepchat.conversation.parts import ToolCall, ToolResult
from tests.conversation.importers.fixtures import document, only, shape, spoken

IMPORT_LIMIT_S = 3.0


def said(text: object, role: str = "user", parent: str | None = None, **more: object) -> dict[str, object]:
    content = {"content_type": "text", "parts": [text]}
    return {"parent": parent, "message": {"author": {"role": role}, "content": content, "metadata": {}, **more}}


def talk(mapping: object, **more: object) -> list[object]:
    return [{"conversation_id": "c", "mapping": mapping, **more}]


def test_the_shown_messages_become_the_active_path() -> None:
    conversation = only(chatgpt.read(document("chatgpt")))
    assert conversation.title == "Rust lifetimes"
    assert conversation.origin == "chatgpt:693dfdd5-cb00-8332-b643-38791c63d0a3"
    assert (conversation.created_ms, conversation.updated_ms) == (1765670401900, 1765782351958)
    assert spoken(conversation.tree.path) == [
        ("system", ""),
        ("user", f"{NO_PICTURE}\n\nWhat does 'a mean?"),
        ("assistant", ""),
        ("tool", ""),
        ("assistant", "It names a lifetime.\n\n```rust\nfn f<'a>(x: &'a str) {}\n```"),
    ]


def test_a_regenerated_answer_is_a_sibling_in_its_old_place() -> None:
    tree = only(chatgpt.read(document("chatgpt"))).tree
    first, second = tree.siblings(tree.path[2].id)
    assert first.message.text == "A life"
    assert first.state == "stopped"
    assert first.answer == Answer("", "gpt-5-2")
    assert second.id == tree.path[2].id


def test_thoughts_go_to_what_was_said_after_them() -> None:
    path = only(chatgpt.read(document("chatgpt"))).tree.path
    assert path[2].message.reasoning == "Recalling\nLifetimes are named regions."
    assert path[4].message.reasoning == ""


def test_a_tool_is_called_and_gives_back() -> None:
    path = only(chatgpt.read(document("chatgpt"))).tree.path
    (call,), (result,) = path[2].message.parts, path[3].message.parts
    assert isinstance(call, ToolCall)
    assert (call.name, call.arguments) == ("python", '{"input": "print(\'a\')"}')
    assert result == ToolResult(call.id, "a\n")
    assert path[4].answer == Answer("", "gpt-5-2-thinking")


def test_pictures_that_are_not_there_are_told_of() -> None:
    assert chatgpt.read(document("chatgpt")).problems == (
        "conversation 1: 1 pictures are not in conversations.json: a note stands there",
    )


def test_a_conversation_that_goes_on_keeps_its_names() -> None:
    value: Any = document("chatgpt")
    longer = copy.deepcopy(value)
    longer[0]["mapping"]["more"] = said("And 'static?", parent="answer-2")
    before = [node.id for node in only(chatgpt.read(value)).tree]
    after = [node.id for node in only(chatgpt.read(longer)).tree]
    assert set(before) < set(after)
    assert shape(chatgpt.read(value)) == shape(chatgpt.read(copy.deepcopy(value)))


def test_a_bad_message_is_told_of_and_what_follows_hangs_above_it() -> None:
    mapping = {"a": said("one"), "b": 7, "c": said("two", "assistant", "b"), "d": said("?", "ghost", "c")}
    mapping |= {"b": {"parent": "a", "message": {"author": 3, "content": {"content_type": "text", "parts": ["x"]}}}}
    imported = chatgpt.read(talk(mapping))
    assert spoken(only(imported).tree.path) == [("system", ""), ("user", "one"), ("assistant", "two")]
    assert imported.problems == (
        "conversation 1, message b: nobody known said it, but “”: it is left out",
        "conversation 1, message d: nobody known said it, but “ghost”: it is left out",
    )


def test_content_of_an_unknown_kind_is_told_of() -> None:
    odd = {"parent": None, "message": {"author": {"role": "user"}, "content": {"content_type": "hologram"}}}
    imported = chatgpt.read(talk({"a": said("one"), "b": odd}))
    assert imported.problems == (
        "conversation 1, message b: its content, “hologram”, is of an unknown kind: it is left out",
    )


def test_circles_and_missing_parents_are_cut_and_told_of() -> None:
    mapping = {"a": said("A", parent="b"), "b": said("B", parent="a"), "c": said("C", parent="gone")}
    imported = chatgpt.read(talk(mapping))
    assert {text for _, text in spoken(list(only(imported).tree))} == {"", "A", "B", "C"}
    assert imported.problems == (
        "conversation 1, message c: the message before it is not in the file: it is put at the beginning",
        "conversation 1, message a: it comes before itself: the circle is cut here",
    )


def test_two_beginnings_are_two_branches() -> None:
    tree = only(chatgpt.read(talk({"a": said("A"), "b": said("B")}, current_node="a"))).tree
    assert [node.message.text for node in tree.children(tree.root_id)] == ["A", "B"]
    assert tree.leaf.message.text == "A"


def test_instructions_at_the_beginning_become_those_of_the_conversation() -> None:
    tree = only(chatgpt.read(talk({"a": said("Be brief", "system"), "b": said("Hi", parent="a")}))).tree
    assert spoken(tree.path) == [("system", "Be brief"), ("user", "Hi")]


def test_thoughts_after_which_nothing_was_said_are_kept() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "Hmm"}]}
    nodes = {"a": said("Q"), "t": {"parent": "a", "message": {"author": {"role": "assistant"}, "content": thoughts}}}
    leaf = only(chatgpt.read(talk(nodes, current_node="t"))).tree.leaf
    assert (leaf.message.parts, leaf.message.reasoning) == ((), "Hmm")


def test_thoughts_are_taken_by_one_of_several_answers_only() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "Hmm"}]}
    nodes: dict[str, object] = {"t": {"parent": None, "message": {"author": {}, "content": thoughts}}}
    nodes |= {"a": said("A", "assistant", "t"), "b": said("B", "assistant", "t")}
    tree = only(chatgpt.read(talk(nodes))).tree
    assert [node.message.reasoning for node in tree.children(tree.root_id)] == ["Hmm", ""]


def test_times_that_are_none_are_those_of_the_message_before() -> None:
    nodes = {
        "a": said("A", create_time="1700000000"),
        "b": said("B", parent="a", create_time=float("nan")),
        "c": said("C", parent="b", create_time=1e300),
    }
    conversation = only(chatgpt.read(talk(nodes, create_time="long ago"), unknown_ms=5))
    assert conversation.created_ms == 5
    assert [node.created_ms for node in conversation.tree.path] == [5, *[1_700_000_000_000] * 3]


def test_halves_of_characters_are_replaced() -> None:
    assert only(chatgpt.read(talk({"a": said("x\ud83dy")}))).tree.leaf.message.text == "x\ufffdy"


def test_a_conversation_that_is_there_twice_comes_once() -> None:
    imported = chatgpt.read(talk({"a": said("A")}) + talk({"a": said("A")}))
    assert only(imported)
    assert imported.problems == ("conversation 2: it is in the file twice, and the first is taken",)


def test_a_conversation_without_messages_is_told_of() -> None:
    imported = chatgpt.read([*talk({}), *talk({"a": {"message": None}})])
    assert imported.conversations == ()
    assert imported.problems == ("conversation 1: it has no messages", "conversation 2: it has no messages")


def test_code_and_pages_that_were_read_are_shown_as_such() -> None:
    kinds = [
        {"content_type": "code", "language": "python", "text": "print('```')"},
        {"content_type": "tether_quote", "title": "Oslo", "url": "https://oslo.example", "text": "A city."},
        {"content_type": "code", "parts": ["print(1)", "print(2)"]},
        {"content_type": "system_error", "name": "Timeout", "text": "too slow"},
        {"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "spoken"}]},
    ]
    nodes = {str(n): {"message": {"author": {"role": "assistant"}, "content": kind}} for n, kind in enumerate(kinds)}
    tree = only(chatgpt.read(talk(nodes))).tree
    assert [node.message.text for node in tree.children(tree.root_id)] == [
        "````python\nprint('```')\n````",
        "Oslo\nhttps://oslo.example\nA city.",
        "```\nprint(1)\nprint(2)\n```",
        "Timeout\ntoo slow",
        "spoken",
    ]


def test_ten_thousand_messages_are_read_in_no_time() -> None:
    def long_talk(number: int) -> object:
        nodes = {
            str(n): said("words " * 40, ("user", "assistant")[n % 2], str(n - 1) if n else None, create_time=1.7e9 + n)
            for n in range(100)
        }
        return {"conversation_id": f"c{number}", "mapping": nodes, "create_time": 1.7e9}

    value = [long_talk(number) for number in range(100)]
    start = time.process_time()
    imported = chatgpt.read(value)
    assert time.process_time() - start < IMPORT_LIMIT_S
    assert sum(len(one.tree) for one in imported.conversations) == 100 * 101
