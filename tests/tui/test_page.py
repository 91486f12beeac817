"""A conversation as it is shown: of its messages only those that are looked at are made entries."""

from __future__ import annotations

import pytest

from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.tui.entries import Entries
from deepchat.tui.page import ASKED, Page, answering_again, asked_in, asking
from tests.tui.widgets.saying import answer, question


def entries() -> Entries:
    """Two questions and their answers; the last answer has another beside it."""
    tree = Tree(Node("root", None, system(""), 0))
    before = "root"
    for name, message in (("q", user("why?")), ("a", assistant("so")), ("r", user("how?")), ("old", assistant("hm"))):
        tree.add(Node(name, before, message, 0))
        before = name
    tree.add(Node("new", "r", assistant("thus"), 0))
    return Entries(tree.way[1:], tree.versions)


def test_they_are_a_sequence_like_any_other() -> None:
    all_of_them = entries()
    assert [one.node.id for one in all_of_them] == ["q", "a", "r", "new"]
    assert [(one.place, one.of) for one in all_of_them] == [(1, 1), (1, 1), (1, 1), (2, 2)]
    assert [one.node.id for one in all_of_them[1:3]] == ["a", "r"]
    assert all_of_them[-1] is all_of_them[3]
    assert (all_of_them.place_of("r"), all_of_them.place_of("old")) == (2, -1)
    assert Entries.of(all_of_them) is all_of_them
    assert list(Entries.of(list(all_of_them))) == list(all_of_them)
    with pytest.raises(IndexError):
        all_of_them[4]


def test_what_comes_in_a_moment_stands_where_it_will() -> None:
    page = Page("talk", entries=entries())
    asked = asking(page, user("and?")).entries
    assert [one.node.id for one in asked] == ["q", "a", "r", "new", ASKED, f"{ASKED}-answer"]
    assert asked[4].node.parent == "new"
    otherwise = asking(page, user("and?"), instead_of="r").entries
    assert [(one.node.id, one.of) for one in otherwise] == [("q", 1), ("a", 1), (ASKED, 2), (f"{ASKED}-answer", 1)]
    again = answering_again(page).entries
    assert [(one.node.id, one.place) for one in again[2:]] == [("r", 1), (f"{ASKED}-answer", 3)]
    first = answering_again(page, "q").entries
    assert [(one.node.id, one.place) for one in first] == [("q", 1), (f"{ASKED}-answer", 2)]
    unanswered = Page("talk", entries=entries()[:3])
    assert [one.node.id for one in answering_again(unanswered).entries][2:] == ["r", f"{ASKED}-answer"]


def test_what_was_asked_is_told_without_what_was_attached() -> None:
    assert asked_in(Page("talk", entries=entries())) == ["why?", "how?"]
    assert asked_in(Page("talk", entries=Entries.of([question("look"), answer("yes")]))) == ["look"]
