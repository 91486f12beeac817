"""What is made for a schema fits the schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.simulator.answers import Refusal
from deepchat.simulator.instances import instance

NAMES = st.sampled_from(["a", "b", "c", "dé"])
SIZES = st.integers(0, 4)


def object_of(parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": list(parts)[1:], "additionalProperties": False}


def array_of(item: Any, sizes: tuple[int, int]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": min(sizes), "maxItems": max(sizes)}


LEAVES = st.one_of(
    st.just({}),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["null", "string"]}, {"const": {"x": [1]}}]),
    st.builds(lambda words: {"enum": words}, st.lists(st.text(), min_size=1)),
    st.builds(lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more}, SIZES, SIZES),
    st.builds(lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more}, st.integers(-9, 9), SIZES),
    st.builds(lambda high: {"type": "integer", "maximum": high}, st.integers(-9, 9)),
    st.builds(lambda low: {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 0.5}, SIZES),
    st.builds(lambda high: {"type": "number", "exclusiveMaximum": high}, st.integers(-3, 3)),
    st.builds(lambda low, step: {"type": "integer", "minimum": low, "multipleOf": step}, SIZES, st.integers(1, 5)),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(object_of, st.dictionaries(NAMES, inner, max_size=3)),
        st.builds(array_of, inner, st.tuples(SIZES, SIZES)),
        st.builds(lambda options: {"anyOf": options}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda one: {"$ref": "#/$defs/x~1y", "$defs": {}} if one is None else one, inner),
    ),
    max_leaves=8,
)


@given(schema=SCHEMAS)
@settings(max_examples=300, deadline=None)
def test_an_instance_fits_its_schema(schema: Any) -> None:
    jsonschema.Draft202012Validator(schema).validate(instance(schema))  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"$ref": "#/$defs/x~1y", "$defs": {"x/y": {"const": 1}}}, 1),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"required": ["b"], "properties": {"b": {}}}]}, {"b": {}}),
        ({"anyOf": [{"$ref": "#/$defs/n"}], "$defs": {"n": {"type": "null"}}}, None),
        ({"type": "object", "minProperties": 2}, {"0": "text", "1": "text"}),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}]}, [1, 2]),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"minimum": 7}, 7),
        ({"description": "anything"}, "text"),
    ],
)
def test_the_instance_is_the_plainest_one(schema: Any, made: Any) -> None:
    assert instance(schema) == made


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#"},
        {"type": "string", "pattern": "^a"},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
    ],
)
def test_a_schema_beyond_this_server_is_refused(schema: Any) -> None:
    with pytest.raises(Refusal):
        instance(schema)
