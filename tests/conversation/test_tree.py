"""A tree of messages: whatever is done to it, nothing that was said is lost, and there is one root."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from deepchat.conversation.legs import Answer, Leg, total_cost
from deepchat.conversation.message import Role, assistant, system, user
from deepchat.conversation.parts import Part
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import UNKNOWN_COST, Cost


def root() -> Node:
    return Node("root", None, system(""), 0)


def said(name: str, parent: str) -> Node:
    return Node(name, parent, user(name), 0)


def names(nodes: list[Node]) -> list[str]:
    return [node.id for node in nodes]


@dataclass
class Unlooked:
    """A message that counts how often it is read."""

    id: str
    parent: str | None
    role: Role = "user"
    besides: tuple[Part, ...] = ()
    has_answer: bool = False
    legs: tuple[Leg, ...] = ()
    reads: int = 0

    @property
    def text(self) -> str:
        return self.id

    def read(self) -> Node:
        self.reads += 1
        return Node(self.id, self.parent, user(self.id), 0)


class AnyUse(RuleBasedStateMachine):
    """Everything that a front end may do, in any order."""

    @initialize()
    def begin(self) -> None:
        self.numbers = count()
        self.tree = Tree(root())
        self.ever_said: dict[str, str] = {"root": ""}

    def _say(self, parent: str) -> None:
        node = said(f"m{next(self.numbers)}", parent)
        self.tree.add(node)
        self.ever_said[node.id] = node.message.text
        assert self.tree.leaf.id == node.id

    def _any(self, choice: int) -> Node:
        return list(self.tree)[choice % len(self.tree)]

    @rule()
    def go_on(self) -> None:
        self._say(self.tree.leaf.id)

    @rule(choice=st.integers(0, 50))
    def edit_or_regenerate(self, choice: int) -> None:
        old = self._any(choice)
        if old.parent is not None:
            self._say(old.parent)
            assert old.id in names(self.tree.siblings(self.tree.leaf.id))

    @rule(choice=st.integers(0, 50))
    def choose(self, choice: int) -> None:
        node = self._any(choice)
        self.tree.choose(node.id)
        assert node.id in names(self.tree.path)

    @rule(choice=st.integers(0, 50))
    def end_at(self, choice: int) -> None:
        node = self._any(choice)
        self.tree.end_at(node.id)
        assert self.tree.leaf.id == node.id

    @rule(choice=st.integers(0, 50))
    def finish(self, choice: int) -> None:
        node = self._any(choice)
        self.tree.put(replace(node, state="stopped"))
        assert self.tree[node.id].state == "stopped"

    @rule(choice=st.integers(0, 50))
    def fork(self, choice: int) -> None:
        leaf = self._any(choice)
        way = self.tree.branch(leaf.id)
        copy = self.tree.forked(leaf.id, (f"f{next(self.numbers)}" for _ in count()))
        assert [node.message for node in copy.path] == [node.message for node in way]
        assert not {node.id for node in copy} & self.ever_said.keys()

    @rule()
    def keep_and_load(self) -> None:
        path = names(self.tree.path)
        self.tree = Tree.of(list(self.tree), self.tree.leaf.id)
        assert names(self.tree.path)[: len(path)] == path

    @rule()
    def grow_otherwise(self) -> None:
        twin = copy(self.tree)
        assert list(twin) == list(self.tree)
        twin.add(said("other", self.tree.leaf.id))
        assert names(twin.path) == [*names(self.tree.path), "other"]
        assert "other" not in names(self.tree.children(self.tree.leaf.id))

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {node.id: node.message.text for node in self.tree} == self.ever_said

    @invariant()
    def there_is_one_root(self) -> None:
        assert [node.id for node in self.tree if node.parent is None] == ["root"]

    @invariant()
    def the_path_is_unbroken(self) -> None:
        path = self.tree.path
        assert path[0].id == "root"
        assert [node.parent for node in path[1:]] == names(path[:-1])
        assert all(node in self.tree.children(node.parent) for node in path[1:] if node.parent)

    @invariant()
    def every_place_is_among_siblings(self) -> None:
        for node in self.tree:
            siblings = self.tree.siblings(node.id)
            place = (siblings.index(node) + 1, len(siblings))
            assert self.tree.versions.get(node.id, (1, 1)) == place


TestAnyUse = AnyUse.TestCase
TestAnyUse.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_message_has_one_place() -> None:
    tree = Tree(root())
    tree.add(said("a", "root"))
    with pytest.raises(ValueError, match="already"):
        tree.add(said("a", "root"))
    with pytest.raises(ValueError, match="not there"):
        tree.add(said("b", "nowhere"))
    with pytest.raises(ValueError, match="not there"):
        tree.add(Node("second root", None, user("b"), 0))
    with pytest.raises(ValueError, match="can't move"):
        tree.put(said("a", "a"))
    with pytest.raises(ValueError, match="no parent"):
        Tree(said("a", "root"))
    assert names(list(tree)) == ["root", "a"]


def test_the_root_has_no_siblings() -> None:
    tree = Tree(root())
    assert tree.siblings("root") == [tree["root"]]


def test_a_chosen_message_leads_to_where_it_last_led() -> None:
    tree = Tree.of([root(), said("a", "root"), said("b", "a"), said("other", "root")])
    assert names(tree.path) == ["root", "other"]
    tree.choose("a")
    assert names(tree.path) == ["root", "a", "b"]


def test_a_copy_knows_its_words_but_paid_for_nothing() -> None:
    leg = Leg("leg", "p", "m", 0, "whole", cost=Cost(5, "live"), text="yes")
    node = Node("b", "a", assistant("yes"), 0, answer=Answer("p", "m", legs=(leg,)))
    tree = Tree.of([root(), said("a", "root"), node])
    copy = tree.forked("b", iter(["r", "x", "y"])).leaf
    assert copy.message.text == "yes"
    assert copy.answer == Answer("p", "m")


def test_an_answer_is_what_its_legs_kept() -> None:
    legs = (
        Leg("1", "p", "m", 0, text="One two�", kept_to=7),
        Leg("2", "p", "m", 0, text="two three", kept_from=3),
        Leg("3", "p", "m", 0, text="nonsense", dropped=True),
    )
    assert Answer("p", "m", legs=legs).text == "One two three"


@pytest.mark.parametrize(
    ("costs", "total"),
    [
        ([], UNKNOWN_COST),
        ([Cost(1, "live"), UNKNOWN_COST], UNKNOWN_COST),
        ([Cost(1, "provider"), Cost(2, "provider")], Cost(3, "provider")),
        ([Cost(1, "provider"), Cost(2, "live", estimated=True)], Cost(3, "estimate", estimated=True)),
    ],
)
def test_costs_add_up_or_are_unknown(costs: list[Cost], total: Cost) -> None:
    assert total_cost(costs) == total
    assert (
        Answer("p", "m", legs=tuple(Leg(str(n), "p", "m", 0, cost=cost) for n, cost in enumerate(costs))).cost == total
    )


def test_a_name_is_new_or_says_where_it_came_from() -> None:
    from deepchat.conversation.ids import id_of, new_id

    assert new_id() != new_id()
    assert id_of("chatgpt", "1") == id_of("chatgpt", "1") != id_of("chatgpt", "2")
    assert len(new_id()) == len(id_of("\ud800")) == 16


def test_a_tree_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="root"):
        Tree.of([])


@pytest.mark.parametrize("is_parted", [False, True])
def test_a_message_is_read_once_and_only_when_it_is_looked_at(is_parted: bool) -> None:
    found = [Unlooked("root", None), *(Unlooked(f"m{at}", f"m{at - 1}" if at else "root") for at in range(5))]
    found += [Unlooked("other", "m1")] * is_parted
    tree = Tree.of(found, "m3")
    assert [one.text for one in tree.way] == ["root", "m0", "m1", "m2", "m3"]
    assert tree.versions == ({"m2": (1, 2), "other": (2, 2)} if is_parted else {})
    assert not any(one.legs for one in tree.kept)
    assert not any(one.reads for one in found)
    assert tree.leaf is tree["m3"]
    assert [one.reads for one in found[:6]] == [0, 0, 0, 0, 1, 0]
    assert [node.message.text for node in tree.path] == [one.text for one in tree.way]
    assert [one.reads for one in found[:6]] == [1, 1, 1, 1, 1, 0]


def test_a_node_tells_of_its_message_what_is_told_before_it_is_read() -> None:
    leg = Leg("leg", "p", "m", 0)
    node = Node("b", "a", assistant("yes"), 0, answer=Answer("p", "m", legs=(leg,)))
    assert (node.role, node.text, node.besides, node.has_answer, node.legs) == ("assistant", "yes", (), True, (leg,))
    assert (root().has_answer, root().legs) == (False, ())
    assert node.read() is node
