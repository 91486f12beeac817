"""What was copied is known by what it was copied from, where that is in the same conversation."""

from __future__ import annotations

from dataclasses import replace

from deepchat.conversation.copies import originals
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree

ANSWERED = Answer("lab", "lab/m", legs=(Leg("leg", "lab", "lab/m", 0),))


def told(name: str, parent: str, words: str, at_ms: int = 2) -> Node:
    return Node(name, parent, assistant(words), at_ms, "whole", ANSWERED)


def copied(node: Node, parent: str) -> Node:
    return replace(node, id=f"{node.id} again", parent=parent, answer=replace(ANSWERED, legs=()))


def talk(*more: Node) -> Tree:
    """An answer, and below another question what more there is."""
    root = Node("root", None, system(""), 0)
    said = (Node("one", "root", user("One?"), 1), told("yes", "one", "Yes."), Node("two", "root", user("Two?"), 3))
    return Tree.of([root, *said, *more])


def test_a_copy_is_known_by_what_was_said_and_when() -> None:
    tree = talk(copied(told("yes", "one", "Yes."), "two"))
    assert originals(tree) == {"yes again": tree["yes"]}


def test_what_only_says_the_same_or_was_said_at_the_same_time_is_no_copy() -> None:
    later, other = told("later", "two", "Yes.", 9), told("other", "two", "No.")
    assert originals(talk(copied(later, "two"), copied(other, "two"))) == {}


def test_an_answer_that_has_its_own_requests_is_no_copy() -> None:
    assert originals(talk(told("twin", "two", "Yes."))) == {}


def test_of_what_was_copied_from_another_conversation_the_original_is_not_known() -> None:
    tree = talk()
    names = iter(["a", "b", "c"])
    assert originals(tree.forked("yes", names)) == {}
