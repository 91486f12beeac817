"""Conversations for the tests of the store: short ones, and any at all."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.events import Finish
from deepchat.conversation.legs import Answer, Leg, LegState
from deepchat.conversation.message import Message, Role, assistant, system, user
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, State, Tree
from deepchat.conversation.usage import Cost, CostSource, Usage

NOW_MS = 1_780_000_000_000


def conversation(name: str = "talk", *said: str, title: str = "") -> Conversation:
    """Question and answer in turns; the messages are called `talk-1`, `talk-2` …"""
    tree = Tree(Node(f"{name}-0", None, system(""), NOW_MS))
    for number, words in enumerate(said, 1):
        node_id, before = f"{name}-{number}", f"{name}-{number - 1}"
        if number % 2:
            tree.add(Node(node_id, before, user(words), NOW_MS + number))
        else:
            answer = Answer("lab", "some/model", legs=(leg(f"{node_id}-leg", words),))
            tree.add(Node(node_id, before, assistant(words), NOW_MS + number, "whole", answer))
    return Conversation(name, tree, NOW_MS, title, NOW_MS)


def leg(name: str, text: str = "", state: LegState = "whole", nano: int | None = 1000) -> Leg:
    cost = Cost(nano, "unknown" if nano is None else "provider")
    return Leg(name, "lab", "some/model", NOW_MS, state, usage=Usage(10, 5), cost=cost, text=text)


def streaming(name: str, before: str, text: str = "") -> Node:
    """An answer that has begun."""
    return Node(name, before, assistant(text), NOW_MS, "streaming", Answer("lab", "some/model"))


def ended(node: Node, *legs: Leg, state: State = "whole") -> Node:
    """The answer as these legs, and nothing before them, made it."""
    answer = Answer("lab", "some/model", finish="stop", legs=legs)
    return replace(node, message=assistant(answer.text), state=state, answer=answer)


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
_counts = st.integers(0, 10**6)
_spans = st.none() | st.floats(0, 1000)
_costs = st.builds(Cost, st.none() | _counts, st.sampled_from(get_args(CostSource)), st.booleans())
_usages = st.none() | st.builds(Usage, _counts, _counts, _counts, _counts)
_finishes = st.none() | st.sampled_from(get_args(Finish))
_parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, words),
    st.builds(Image, words, st.binary(max_size=20), words),
    st.builds(ToolCall, words, words, words),
    st.builds(ToolResult, words, words),
)
_json = st.dictionaries(words, st.none() | st.booleans() | _counts | words | st.lists(words, max_size=2), max_size=3)


@st.composite
def _answers(draw: st.DrawFn, name: str, message: Message) -> Answer:
    legs = [
        Leg(
            f"{name}-leg{number}",
            draw(words),
            draw(words),
            draw(_counts),
            draw(st.sampled_from(get_args(LegState))),
            draw(words),
            draw(words),
            draw(words),
            draw(_finishes),
            draw(_usages),
            draw(_costs),
            None,
            draw(_spans),
            draw(st.floats(0, 1000)),
            draw(words | st.just(message.text)),
            draw(words | st.just(message.reasoning)),
            draw(st.integers(0, 3)),
            draw(st.none() | _counts),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    told = (draw(words), draw(words), draw(words), draw(_json), draw(_finishes), draw(_spans), draw(st.floats(0, 1000)))
    return Answer(*told, tuple(legs), draw(words))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Any tree at all, as far as none of its answers is on its way."""
    tree: Tree | None = None
    for number in range(draw(st.integers(1, 8))):
        said = Message(draw(st.sampled_from(get_args(Role))), tuple(draw(st.lists(_parts, max_size=3))), draw(words))
        answer = draw(st.none() | _answers(f"m{number}", said))
        state = draw(st.sampled_from([one for one in get_args(State) if one != "streaming"]))
        parent = None if tree is None else f"m{draw(st.integers(0, number - 1))}"
        node = Node(f"m{number}", parent, said, draw(_counts), state, answer)
        if tree is None:
            tree = Tree(node)
        else:
            tree.add(node)
    assert tree
    tree.end_at(f"m{draw(st.integers(0, len(tree) - 1))}")
    return tree
