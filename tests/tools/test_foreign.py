"""What a stranger says of its tools and gives back is bounded and narrowed, whatever it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.errors import ToolFailed
from deepchat.tools.foreign import (
    LONGEST_ABOUT,
    LONGEST_NAME,
    MOST_REFUSED,
    MOST_TOOLS,
    as_the_sdk_wants_it,
    listing,
    words_of,
)

TEXTS = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NO_SCHEMA: dict[str, object] = {}
SCHEMAS = st.just({"type": "object"}) | st.just(NO_SCHEMA) | JSON
TOOLS = (
    st.fixed_dictionaries({"name": TEXTS | JSON, "inputSchema": SCHEMAS}, optional={"description": TEXTS | JSON}) | JSON
)


@given(st.lists(TOOLS, max_size=5))
def test_every_tool_has_a_name_of_its_own_that_models_may_use(told: list[object]) -> None:
    found = listing("files", told, None)
    names = [tool.name for tool in found.tools]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"files__[A-Za-z0-9_-]*", name) and len(name) <= LONGEST_NAME for name in names)
    assert all(len(tool.about) <= LONGEST_ABOUT and tool.parameters["type"] == "object" for tool in found.tools)


@given(TOOLS)
def test_what_is_given_to_the_sdk_and_what_is_refused_are_the_same_judgement(told: object) -> None:
    assert (as_the_sdk_wants_it(told) is None) is bool(listing("files", [told], None).refused)


@given(JSON)
def test_any_result_becomes_words_or_a_failure_in_words(content: object) -> None:
    for result in ({"content": content}, {"content": [content]}, {"structuredContent": content}):
        assert words_of(result)
        with pytest.raises(ToolFailed, match="says that it failed"):
            words_of({**result, "isError": True})


def test_long_names_that_begin_alike_are_told_apart() -> None:
    told = [{"name": "x" * 80 + str(number), "inputSchema": NO_SCHEMA} for number in range(MOST_TOOLS)]
    names = {tool.name for tool in listing("files", told, None).tools}
    assert len(names) == MOST_TOOLS
    assert max(map(len, names)) == LONGEST_NAME


@given(
    st.lists(st.text(min_size=1, max_size=12), unique=True).flatmap(
        lambda names: st.tuples(st.just(names), st.permutations(names))
    )
)
def test_a_name_means_the_same_tool_in_whatever_order_they_are_told(orders: tuple[list[str], list[str]]) -> None:
    one, other = (
        {tool.name: tool.called for tool in listing("files", [{"name": name} for name in order], None).tools}
        for order in orders
    )
    assert one == other
    assert sorted(one.values()) == sorted(orders[0])


def test_no_name_can_be_made_to_look_like_one_that_was_changed() -> None:
    (changed,) = listing("files", [{"name": "read file"}], None).tools
    copy = changed.name.removeprefix("files__")
    for told in ([copy, "read file"], ["read file", copy]):
        tools = listing("files", [{"name": name} for name in told], None).tools
        assert next(tool.called for tool in tools if tool.name == changed.name) == "read file"
        assert len(tools) == 2


def test_of_two_that_come_to_one_name_the_second_is_refused() -> None:
    found = listing("files", [{"name": "x" * 80 + end} for end in ("55038", "95062")], None)  # one mark for both
    assert len(found.tools) == 1
    assert found.refused[0].endswith("its name can't be told from another's")


def test_a_schema_without_end_is_refused() -> None:
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"properties": {"a": deep}}
    (refused,) = listing("files", [{"name": "deep", "inputSchema": deep}], None).refused
    assert refused == "deep: the JSON Schema of its arguments is nested more than 32 deep"


def test_what_is_refused_is_told_of_the_first_and_only_so_many_are_looked_at() -> None:
    told = [{"name": f"bad {number}", "inputSchema": 7} for number in range(150_000)]
    *first, more, rest = listing("files", [{"name": "good"}, *told], None).refused
    assert len(first) == MOST_REFUSED
    assert first[0].startswith("bad 0: what it is called with")
    assert (more, rest) == ("and 979 more", "all after the first 1,000 that it told")


def test_that_there_are_too_many_tools_is_told_however_many_are_bad() -> None:
    told = [
        {"name": f"{kind} {n}", "inputSchema": NO_SCHEMA if kind == "good" else 7}
        for n in range(200)
        for kind in ("bad", "good")
    ]
    found = listing("files", told, None)
    assert len(found.tools) == MOST_TOOLS
    assert found.refused[-2:] == ("and 109 more", "more than 128 tools: name those that you want in mcp.files.tools")


def test_a_server_that_asks_back_before_it_answers_is_told_no() -> None:
    with pytest.raises(ToolFailed, match="asks something back"):
        words_of({"resultType": "input_required", "inputRequests": {}})


def test_only_a_true_failure_is_one() -> None:
    assert words_of({"content": [{"type": "text", "text": "well"}], "isError": "false"}) == "well"
