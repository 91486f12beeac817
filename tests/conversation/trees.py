"""Random conversations, with everything in them that one can have."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, get_args

from hypothesis import strategies as st

from deepchat.conversation.chosen import Chosen
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.events import Finish
from deepchat.conversation.ids import id_of
from deepchat.conversation.legs import Answer, Leg, LegState
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parameters import (
    LIMITS,
    MOST_STOPS,
    REASONING_EFFORTS,
    SERVICE_TIERS,
    JsonObject,
    JsonSchema,
    Regex,
)
from deepchat.conversation.parts import Image, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, State, Tree
from deepchat.conversation.usage import UNKNOWN_COST, Cost, CostSource, Usage

MOMENTS: Final = st.integers(-(2**62), 2**62)
COUNTS: Final = st.integers(0, 2**40)
SECONDS: Final = st.floats(0, 1e9)
FINISHES: Final = st.none() | st.sampled_from(get_args(Finish))
PARTS: Final = st.one_of(
    st.builds(Text, st.text()),
    st.builds(Image, st.text(), st.binary(), st.text()),
    st.builds(ToolCall, st.text(), st.text(), st.text()),
    st.builds(ToolResult, st.text(), st.text()),
)
MESSAGES: Final = st.builds(
    Message, st.sampled_from(get_args(Role)), st.lists(PARTS, max_size=3).map(tuple), st.text(max_size=5)
)
LEGS: Final = st.builds(
    Leg,
    id=st.text(min_size=1),
    provider=st.text(),
    model=st.text(),
    asked_ms=MOMENTS,
    state=st.sampled_from([state for state in get_args(LegState) if state != "pending"]),
    served_model=st.text(),
    finish=FINISHES,
    usage=st.none() | st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS),
    cost=st.just(UNKNOWN_COST) | st.builds(Cost, COUNTS, st.sampled_from(get_args(CostSource)), st.booleans()),
    first_token_s=st.none() | SECONDS,
    seconds=SECONDS,
    text=st.text(),
    reasoning=st.text(),
    kept_from=COUNTS,
    kept_to=st.none() | COUNTS,
    dropped=st.booleans(),
)
ANSWERS: Final = st.builds(
    Answer,
    provider=st.text(),
    model=st.text(),
    served_model=st.text(),
    parameters=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())),
    finish=FINISHES,
    first_token_s=st.none() | SECONDS,
    seconds=SECONDS,
    legs=st.lists(LEGS, max_size=2).map(tuple),
    error=st.text(),
)
FORMS: Final = st.one_of(
    st.just(JsonObject()),
    st.builds(JsonSchema, st.text(), st.dictionaries(st.text(), st.booleans() | st.lists(st.text()))),
    st.builds(Regex, st.text()),
)
_NUMBERS: Final = {
    name: st.integers(int(limit.low), int(limit.high)).filter(limit.admits)
    if limit.whole
    else st.floats(limit.low, limit.high).filter(limit.admits)
    for name, limit in LIMITS.items()
}
CHOSEN: Final = st.builds(
    Chosen,
    parameters=st.fixed_dictionaries(
        {},
        optional={
            **_NUMBERS,
            "reasoning_effort": st.sampled_from(REASONING_EFFORTS),
            "service_tier": st.sampled_from(SERVICE_TIERS),
            "stop": st.lists(st.text(min_size=1), min_size=1, max_size=MOST_STOPS).map(tuple),
            "prompt_cache_key": st.text(),
            "logprobs": st.booleans(),
            "response_format": FORMS,
        },
    ),
    tools=st.lists(st.text(min_size=1), unique=True, max_size=3).map(tuple),
) | st.builds(Chosen, st.text(min_size=1), st.text(min_size=1))
STATES: Final = st.sampled_from([state for state in get_args(State) if state != "streaming"])


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """A tree of any shape, on any path; the path may end before its leaf."""
    tree = Tree(Node(id_of("root"), None, Message("system", (Text(draw(st.text())),)), draw(MOMENTS)))
    names = [tree.root_id]
    for number in range(draw(st.integers(0, 8))):
        parent = draw(st.sampled_from(names))
        answer = draw(st.none() | ANSWERS)
        node = Node(id_of(str(number)), parent, draw(MESSAGES), draw(MOMENTS), draw(STATES), answer)
        tree.add(node)
        names.append(node.id)
    draw(st.sampled_from([tree.choose, tree.end_at]))(draw(st.sampled_from(names)))
    return Conversation(
        id=id_of("conversation"),
        tree=tree,
        created_ms=draw(MOMENTS),
        title=draw(st.text()),
        updated_ms=draw(MOMENTS),
        pinned=draw(st.booleans()),
        tags=tuple(draw(st.lists(st.text(min_size=1), max_size=3))),
        trashed_ms=draw(st.none() | MOMENTS),
        origin=draw(st.text()),
        chosen=replace(draw(CHOSEN), tools=()),
    )
