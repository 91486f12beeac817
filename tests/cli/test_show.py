"""`deepchat show`, from the outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import Message, assistant, user
from deepchat.conversation.parts import Image, Text, ToolCall, ToolResult
from tests.cli.running import on_terminal, run
from tests.cli.saved import add, keep, talk


@pytest.fixture
def forked() -> Conversation:
    """A conversation whose question was asked in two ways."""
    kept = talk("Rust lifetimes", "Old question?", "Old answer.")
    kept.tree.end_at(kept.tree.root_id)
    add(kept.tree, "new-question", user("New question?"))
    add(kept.tree, "new-answer", assistant("New"), state="incomplete")
    keep(talk("Another", "a"), kept)
    return kept


def test_json_has_the_active_path_first_and_the_other_branches_after_it(forked: Conversation) -> None:
    said = run("show", forked.id, "--json")

    assert (said.status, said.err) == (0, "")
    told = said.object
    assert (told["id"], told["title"], told["created"]) == (forked.id, "Rust lifetimes", "2026-11-21T12:00:00.000Z")
    assert [(one["active"], one["role"], one["text"]) for one in told["messages"]] == [
        (True, "user", "New question?"),
        (True, "assistant", "New"),
        (False, "user", "Old question?"),
        (False, "assistant", "Old answer."),
    ]
    asked, answered, old, _ = told["messages"]
    assert (asked["parent"], answered["parent"], old["parent"]) == (None, "new-question", None)
    assert (answered["state"], asked["cost"], asked["legs"]) == ("incomplete", None, [])


def test_json_says_how_an_answer_came_to_be(forked: Conversation) -> None:
    answer = run("show", forked.id, "--json").object["messages"][-1]
    assert (answer["model"], answer["served_model"], answer["finish_reason"]) == (
        "acme/lamp-1",
        "acme/lamp-1-served",
        "stop",
    )
    assert answer["cost"] == {"usd": "0.0000088", "source": "provider"}
    tokens = {"prompt_tokens": 20, "cached_tokens": 5, "completion_tokens": 10, "reasoning_tokens": 2}
    assert answer["usage"] == tokens
    (leg,) = answer["legs"]
    assert (leg["finish_reason"], leg["usage"], leg["seconds"]) == ("stop", tokens, 1.5)
    assert (answer["first_token_s"], answer["seconds"]) == (0.25, 1.5)


def test_words_tell_who_said_what_when_and_for_how_much(forked: Conversation) -> None:
    said = run("show", "rust")
    assert said.out.splitlines()[0] == "Rust lifetimes"
    assert "New question?\n" in said.out
    assert "incomplete" in said.out
    assert "Old answer." not in said.out
    assert said.err == "2 messages on other branches: --branches shows them too\n"
    whole = run("show", forked.id[:6], "--branches")
    assert whole.err == ""
    assert "Old answer." in whole.out.partition("other branches")[2]
    assert "Assistant · acme/lamp-1-served" in whole.out
    assert "$0.0000088" in whole.out


def test_only_the_end_is_shown_when_that_is_wanted() -> None:
    keep(talk("Long", *(f"said {number}" for number in range(8))))
    messages = run("show", "long", "--last", "2", "--json").object["messages"]
    assert [one["text"] for one in messages] == ["said 6", "said 7"]
    assert messages[0]["parent"] is not None
    everything = run("show", "long", "--last", "8", "--json").object["messages"]
    assert [one["text"] for one in everything] == [f"said {number}" for number in range(8)]
    assert everything[0]["parent"] is None
    assert run("show", "long", "--last", "99", "--json").object["messages"] == everything


def test_instructions_are_shown_when_there_are_some() -> None:
    keep(talk("Told", "a", instructions="Be brief."))
    first, second = run("show", "told", "--json").object["messages"]
    assert (first["role"], first["text"], first["parent"]) == ("system", "Be brief.", None)
    assert second["parent"] == first["id"]
    assert "Instructions" in run("show", "told").out


def test_parts_that_are_no_words_are_named() -> None:
    kept = talk("Parts")
    add(kept.tree, "picture", user("Look", Image("image/png", b"\x89PNG", "hill.png")))
    add(kept.tree, "call", Message("assistant", (Text("Wait."), ToolCall("1", "weather", '{"at": "Oslo"}'))))
    add(kept.tree, "result", Message("tool", (ToolResult("1", "rain"),)))
    keep(kept)
    out = run("show", "parts").out
    assert "[picture hill.png]" in out
    assert '[calls weather: {"at": "Oslo"}]' in out
    assert "rain\n" in out


def test_words_go_exact_into_a_pipe_and_safe_onto_a_terminal() -> None:
    keep(talk("Paint", "a", "\x1b[31mred\x1b[0m \u202eback"))
    assert "\x1b[31mred\x1b[0m \u202eback" in run("show", "paint").out
    keep(talk("Bell\x07 and\u202e\nmore", "a"))
    assert run("show", "bell").out.startswith("Bell\x07 and\u202e\nmore\n")
    assert on_terminal("show", "bell").out.startswith("Bell␇ and more\n")
    out = on_terminal("show", "paint").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "hidden character" in out


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("nothing", 1, "there is no conversation 'nothing'"),
        ("twin", 2, "2 conversations are meant by 'twin'"),
        ("twin one", 0, "Twin one"),
    ],
)
def test_words_must_mean_one_conversation(words: str, status: int, told: str) -> None:
    keep(talk("Twin one", "a"), talk("Twin two", "b"))
    said = run("show", *words.split(), "--json")
    assert said.status == status
    assert told in (said.object["error"]["message"] if status else said.object["title"])
    assert told in said.err or not status


def test_an_answer_that_went_wrong_says_why() -> None:
    kept = talk("Broken", "a", "b")
    node = kept.tree.leaf
    assert node.answer
    kept.tree.put(replace(node, state="incomplete", answer=replace(node.answer, error="it broke off")))
    keep(kept)
    assert "incomplete · $0.0000088 · it broke off" in run("show", "broken").out
    assert run("show", "broken", "--json").object["messages"][1]["error"] == "it broke off"
