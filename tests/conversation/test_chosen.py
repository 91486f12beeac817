"""What was chosen for a conversation comes back as it was, and nonsense about it as if it were not there."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.chosen import MOST_NESTED, NOTHING_CHOSEN, Chosen, as_given, chosen_json, read_chosen
from deepchat.conversation.parameters import JsonObject, JsonSchema, Parameters, Regex, problems
from deepchat.conversation.told import chosen_briefly, chosen_words
from tests.conversation.trees import CHOSEN

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([one.name for one in fields(Parameters)]) | st.text(max_size=8)


@given(CHOSEN)
def test_it_comes_back_as_it_was(chosen: Chosen) -> None:
    assert read_chosen(json.loads(json.dumps(chosen_json(chosen)))) == chosen


@given(JSON | st.fixed_dictionaries({"parameters": st.dictionaries(NAMES, JSON), "tools": JSON, "model": JSON}))
def test_whatever_stands_there_something_can_be_asked_with_it(told: object) -> None:
    given: dict[str, Any] = dict(read_chosen(told).parameters)
    parameters = Parameters(**given)
    assert not list(problems(parameters))
    assert as_given(parameters) == given
    assert isinstance(chosen_words(read_chosen(told)), str)


@pytest.mark.parametrize(
    "parameters",
    [
        {"temperature": 9},
        {"temperature": "0.2"},
        {"temperature": True},
        {"temperature": float("nan")},
        {"max_tokens": 1.5},
        {"reasoning_effort": "boundless"},
        {"service_tier": ["flex"]},
        {"logprobs": 1},
        {"stop": "end"},
        {"stop": ["a"] * 17},
        {"n": 1},
        {"__class__": 1},
        {"response_format": {"kind": "Poem"}},
        {"response_format": {"kind": "JsonSchema", "name": "answer", "schema": []}},
    ],
)
def test_what_is_wrong_with_one_costs_no_other(parameters: dict[str, object]) -> None:
    told = {"parameters": {**parameters, "top_p": 0.5}, "tools": [7, "clock", "", "clock"], "more": "of a newer one"}
    assert read_chosen(told) == Chosen(parameters={"top_p": 0.5}, tools=("clock",))


def test_a_model_without_its_provider_is_nobody() -> None:
    assert read_chosen({"model": "some/model", "provider": 5}) == NOTHING_CHOSEN


def test_a_schema_that_could_not_be_written_again_is_not_taken() -> None:
    schema: dict[str, object] = {}
    for _ in range(MOST_NESTED + 1):
        schema = {"not": schema, "allOf": [{}]}
    told = {"parameters": {"response_format": {"kind": "JsonSchema", "name": "answer", "schema": schema}}}
    assert read_chosen(told) == NOTHING_CHOSEN


def test_it_is_told_in_a_few_words() -> None:
    given = {"temperature": 0.2, "stop": ("END",), "reasoning_effort": "low", "service_tier": "flex"}
    chosen = Chosen("lab", "some/model", {**given, "response_format": JsonObject()}, ("clock", "calculator"))
    assert (
        chosen_words(chosen)
        == "low effort · flex tier · JSON · temperature 0.2 · stop 'END' · tools: clock, calculator"
    )
    assert chosen_words(Chosen(parameters={"response_format": JsonSchema("answer", {})})) == "JSON by a schema"
    assert chosen_words(Chosen(parameters={"response_format": Regex("a+")})) == "text by the pattern a+"
    assert chosen_words(NOTHING_CHOSEN) == ""


def test_what_has_no_words_of_its_own_is_counted_when_it_is_told_briefly() -> None:
    chosen = Chosen(parameters={"reasoning_effort": "low", "seed": 7, "top_p": 0.5}, tools=("clock",))
    assert chosen_briefly(chosen) == "low effort · 2 params"
    assert chosen_briefly(NOTHING_CHOSEN) == ""
