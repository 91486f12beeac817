"""An answer is the JSON that was asked for, or the error says where it is not."""

from __future__ import annotations

import pytest

from deepchat.engine.shape import check_answer, check_schema
from deepchat.errors import SchemaMismatch, UsageError

COLOUR: dict[str, object] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "hue": {"type": "integer", "maximum": 359}},
    "required": ["name"],
}


def test_an_answer_that_fits_comes_back_parsed() -> None:
    assert check_answer('{"name": "teal", "hue": 180}', COLOUR) == {"name": "teal", "hue": 180}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("teal", "no JSON"),
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"hue": 1}', "'name' is a required property"),
        ('{"name": "teal", "hue": 400}', "$.hue"),
        ('{"name": 1, "hue": "blue"}', "$.name"),
        ("[]", "$: [] is not of type 'object'"),
    ],
)
def test_an_answer_that_does_not_fit_says_where(text: str, words: str) -> None:
    with pytest.raises(SchemaMismatch) as caught:
        check_answer(text, COLOUR)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_schema_that_is_none_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="properties/name/type"):
        check_schema({"type": "object", "properties": {"name": {"type": "text"}}})


@pytest.mark.parametrize("ref", ["http://127.0.0.1:9/schema.json", "file:///etc/hostname", "other.json"])
def test_a_schema_elsewhere_is_refused_before_anything_is_asked(ref: str) -> None:
    with pytest.raises(UsageError, match="not fetched"):
        check_schema({"type": "object", "properties": {"deep": {"allOf": [{"$ref": ref}]}}})


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"$ref": "#/$defs/none"}])
def test_a_schema_that_refers_to_nothing_ends_in_words(schema: dict[str, object]) -> None:
    check_schema(schema)
    with pytest.raises(SchemaMismatch, match="without end, or to nothing"):
        check_answer("{}", schema)
