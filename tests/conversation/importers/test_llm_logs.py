"""llm's log database comes in, in both of its shapes."""

from __future__ import annotations

from deepchat.conversation.importers import llm_logs
from deepchat.conversation.legs import Answer
from deepchat.conversation.parts import Image, Text, ToolCall, ToolResult
from tests.conversation.importers.fixtures import only, spoken, tables

PELICAN = Image("image/png", b"\x89PNG\r\n\x1a\n\x00")


def test_rows_of_responses_become_questions_and_answers() -> None:
    imported = llm_logs.read(tables("llm_older"))
    talk, alone = imported.conversations
    assert imported.problems == ()
    assert (talk.title, talk.origin, talk.created_ms) == ("Name the pelican", "llm:01j", 1746093600500)
    assert [node.message.parts for node in talk.tree.path] == [
        (Text("Be brief"),),
        (
            Text("A pelican lives here.\nName it"),
            PELICAN,
            Text("\n\n[gone.jpg: a file that is not in the database]"),
        ),
        (ToolCall("call_1", "dice", '{"sides": 6}'),),
        (ToolResult("call_1", "4"),),
        (Text("Percy"),),
    ]
    first, last = talk.tree.path[2], talk.tree.leaf
    assert first.answer == Answer("", "gpt-4o-mini", "gpt-4o-mini-2024", {"temperature": 0.5}, seconds=1.25)
    assert last.answer == Answer("", "gpt-4o-mini", seconds=0.9)
    assert spoken(alone.tree.path[1:]) == [("user", "Alone"), ("assistant", "Indeed")]


def test_instructions_that_change_are_said_where_they_change() -> None:
    rows: list[dict[str, object]] = [
        {"id": "1", "conversation_id": "c", "system": "Be brief", "prompt": "A", "response": "a"},
        {"id": "2", "conversation_id": "c", "system": "Be long", "prompt": "B", "response": "b", "reasoning": "Why?"},
    ]
    path = only(llm_logs.read({"responses": rows})).tree.path
    assert [text for _, text in spoken(path)] == ["Be brief", "A", "a", "Be long", "B", "b"]
    assert path[-1].message.reasoning == "Why?"


def test_threads_become_conversations_with_what_they_share() -> None:
    imported = llm_logs.read(tables("llm_threads"))
    talk, fork = imported.conversations
    assert imported.problems == ()
    assert [node.message.parts for node in talk.tree.path] == [
        (Text("Be brief"),),
        (Text("A pelican lives here.\nName it"), PELICAN),
        (ToolCall("call_1", "dice", '{"sides": 6}'),),
        (ToolResult("call_1", "4"),),
        (Text("Percy"),),
    ]
    assert [node.message.role for node in talk.tree.path] == ["system", "user", "assistant", "tool", "assistant"]
    assert [text for _, text in spoken(fork.tree.path[-3:])] == ["Percy", "Another", "Polly"]
    assert not {node.id for node in talk.tree} & {node.id for node in fork.tree}


def test_each_answer_of_a_thread_knows_the_turn_that_made_it() -> None:
    talk, fork = llm_logs.read(tables("llm_threads")).conversations
    _, question, first, result, last = talk.tree.path
    assert (question.answer, result.answer) == (None, None)
    assert first.answer == Answer("", "gpt-5.5", seconds=0.5)
    assert first.message.reasoning == "A die will tell."
    assert last.answer == Answer("", "gpt-5.5", "gpt-5.5-2026", {"temperature": 0.5}, seconds=1.25)
    assert last.created_ms == 1785913203000
    assert fork.tree.leaf.answer == Answer("", "llama", seconds=0.01)
    assert fork.tree.path[-3].answer is None


def test_a_conversation_that_both_shapes_know_comes_once() -> None:
    both = {**tables("llm_older"), **tables("llm_threads")}
    imported = llm_logs.read(both)
    assert [one.origin for one in imported.conversations] == ["llm:01j", "llm:01k", "llm:response r3"]


def test_files_that_were_never_kept_are_passed_over() -> None:
    rows = {
        "responses": [{"id": "1", "prompt": "Hi", "response": "Ho"}],
        "prompt_attachments": [{"response_id": "1", "attachment_id": "gone"}],
    }
    assert spoken(only(llm_logs.read(rows)).tree.path[1:]) == [("user", "Hi"), ("assistant", "Ho")]


def test_branches_within_a_thread_are_kept() -> None:
    rows = {
        "messages": [
            {"hash": "q", "parent_hash": None, "role": "user"},
            {"hash": "a", "parent_hash": "q", "role": "assistant"},
            {"hash": "b", "parent_hash": "q", "role": "assistant"},
        ],
        "parts": [{"message_hash": key, "position": 0, "type": "text", "text": key} for key in "qab"],
        "threads": [{"id": "t", "tip_message_hash": "a"}],
        "turns": [
            {"thread_id": "t", "parent_message_hash": "q", "tip_message_hash": "a", "model": "one"},
            {"thread_id": "t", "parent_message_hash": "q", "tip_message_hash": "b", "model": "two"},
        ],
    }
    tree = only(llm_logs.read(rows, unknown_ms=7)).tree
    assert [text for _, text in spoken(tree.siblings(tree.leaf.id))] == ["a", "b"]
    assert tree.leaf.message.text == "a"
    assert tree.leaf.created_ms == 7


def test_what_can_not_be_read_is_told_of() -> None:
    rows = {
        "messages": [
            {"hash": "q", "parent_hash": "gone", "role": "user"},
            {"hash": "x", "parent_hash": "q", "role": "ghost"},
            {"hash": "a", "parent_hash": "x", "role": "assistant"},
        ],
        "parts": [
            {"message_hash": "q", "position": 0, "type": "text", "text": "Q"},
            {"message_hash": "q", "position": 1, "type": "smell"},
            {"message_hash": "a", "position": 0, "type": "text", "text": "A"},
        ],
        "threads": [{"id": "t", "tip_message_hash": "a"}, {"id": None}],
    }
    imported = llm_logs.read(rows)
    assert spoken(only(imported).tree.path[1:]) == [("user", "Q"), ("assistant", "A")]
    assert imported.problems == (
        "thread t, message q: the message before it is not in the file: it is put at the beginning",
        "thread t, message q: a part of it, “smell”, can't be read: it is left out",
        "thread t, message x: nobody known said it, but “ghost”: it is left out",
        "thread 2: it has no name: it is left out",
    )


def test_a_response_that_says_nothing_is_told_of() -> None:
    rows: list[dict[str, object]] = [
        {"id": "1", "conversation_id": "c", "prompt": "A", "response": "a"},
        {"id": "2", "conversation_id": "c"},
    ]
    imported = llm_logs.read({"responses": rows})
    assert [text for _, text in spoken(only(imported).tree.path)][-2:] == ["A", "a"]
    assert imported.problems == ("conversation c, message 2: it is empty: it is left out",)
