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
BOUNDS = st.integers(-9, 9)
Schema = dict[str, Any]


def text_between(low: int, more: int) -> Schema:
    return {"type": "string", "minLength": low, "maxLength": low + more}


def integer_between(low: int, more: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": low + more}


def integer_up_to(high: int) -> Schema:
    return {"type": "integer", "maximum": high}


def number_inside(low: int) -> Schema:
    return {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 0.5}


def number_below(high: int) -> Schema:
    return {"type": "number", "exclusiveMaximum": high}


def multiple_from(low: int, step: int) -> Schema:
    return {"type": "integer", "minimum": low, "multipleOf": step}


def one_of_words(words: list[str]) -> Schema:
    return {"enum": words}


def object_of(parts: Schema) -> Schema:
    return {"type": "object", "properties": parts, "required": list(parts)[1:], "additionalProperties": False}


def array_of(item: Schema, low: int, high: int) -> Schema:
    return {"type": "array", "items": item, "minItems": min(low, high), "maxItems": max(low, high)}


def any_of(options: list[Schema]) -> Schema:
    return {"anyOf": options}


PLAIN: list[Schema] = [{}, {"type": "boolean"}, {"type": "null"}, {"type": ["null", "string"]}, {"const": {"x": [1]}}]
LEAVES: st.SearchStrategy[Schema] = st.one_of(
    st.sampled_from(PLAIN),
    st.builds(one_of_words, st.lists(st.text(), min_size=1)),
    st.builds(text_between, SIZES, SIZES),
    st.builds(integer_between, BOUNDS, SIZES),
    st.builds(integer_up_to, BOUNDS),
    st.builds(number_inside, SIZES),
    st.builds(number_below, BOUNDS),
    st.builds(multiple_from, SIZES, st.integers(1, 5)),
)


def nested(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.one_of(
        st.builds(object_of, st.dictionaries(NAMES, inner, max_size=3)),
        st.builds(array_of, inner, SIZES, SIZES),
        st.builds(any_of, st.lists(inner, min_size=1, max_size=2)),
    )


SCHEMAS = st.recursive(LEAVES, nested, max_leaves=8)
PLAINEST: list[tuple[Schema, object]] = [
    ({"$ref": "#/$defs/x~1y", "$defs": {"x/y": {"const": 1}}}, 1),
    ({"allOf": [{"properties": {"a": {"const": 1}}}, {"required": ["b"], "properties": {"b": {}}}]}, {"b": {}}),
    ({"anyOf": [{"$ref": "#/$defs/n"}], "$defs": {"n": {"type": "null"}}}, None),
    ({"type": "object", "minProperties": 2}, {"0": "text", "1": "text"}),
    ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}]}, [1, 2]),
    ({"type": "string", "format": "date"}, "2026-01-31"),
    ({"minimum": 7}, 7),
    ({"description": "anything"}, "text"),
]
NODE: Schema = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
    "required": ["name", "children"],
}
RECURSIVE: list[tuple[Schema, object]] = [
    ({"$ref": "#/$defs/node", "$defs": {"node": NODE}}, {"name": "name", "children": []}),
    (
        {"type": "object", "properties": {"value": {"type": "integer"}, "next": {"$ref": "#"}}, "required": ["value"]},
        {"value": 1},
    ),
    ({"type": "object", "properties": {"value": {"type": "integer"}, "next": {"$ref": "#"}}}, {"value": 1}),
    (
        {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["next"]},
        {"next": None},
    ),
    (
        {
            "type": "object",
            "properties": {"tree": {"$ref": "#/$defs/tree"}},
            "required": ["tree"],
            "$defs": {
                "tree": {"oneOf": [{"$ref": "#/$defs/fork"}, {"$ref": "#/$defs/leaf"}]},
                "fork": {"type": "array", "items": {"$ref": "#/$defs/tree"}, "minItems": 2},
                "leaf": {"const": "leaf"},
            },
        },
        {"tree": "leaf"},
    ),
    ({"type": ["object", "null"], "properties": {"next": {"$ref": "#"}}, "required": ["next"]}, None),
    ({"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"const": 1}}}, 1),
    ({"type": "array", "prefixItems": [{"const": 1}, {"$ref": "#"}]}, [1]),
]
BEYOND: list[Schema] = [
    {"type": "nonsense"},
    {"$ref": "#/$defs/missing"},
    {"$ref": "https://example.com/schema"},
    {"$ref": "#"},
    {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]},
    {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
    {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#"}], "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}},
    {"type": "string", "pattern": "^a"},
    {"type": "integer", "minimum": 2, "maximum": 1},
    {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
]


@given(schema=SCHEMAS)
@settings(max_examples=300, deadline=None)
def test_an_instance_fits_its_schema(schema: Schema) -> None:
    jsonschema.Draft202012Validator(schema).validate(instance(schema))  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize(("schema", "made"), PLAINEST)
def test_the_instance_is_the_plainest_one(schema: Schema, made: object) -> None:
    assert instance(schema) == made


@pytest.mark.parametrize(("schema", "made"), RECURSIVE)
def test_what_refers_to_itself_is_made_as_small_as_it_can_be(schema: Schema, made: object) -> None:
    assert instance(schema) == made
    jsonschema.Draft202012Validator(schema).validate(made)  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize("schema", BEYOND)
def test_a_schema_beyond_this_server_is_refused(schema: Schema) -> None:
    with pytest.raises(Refusal):
        instance(schema)
