"""An answer is the JSON that was asked for, or the error says where it is not."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deepchat.engine.shape import check_answer, check_answer_in_time, check_schema
from deepchat.errors import SchemaMismatch, UsageError

COLOUR: dict[str, object] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "hue": {"type": "integer", "maximum": 359}},
    "required": ["name"],
}
CODE: dict[str, object] = {"type": "object", "properties": {"code": {"type": "string", "pattern": "^[a-z]+$"}}}
FOR_EVER: dict[str, object] = {"type": "string", "pattern": "^(a+)+$"}
FOR_EVER_TOO: dict[str, object] = {
    "$ref": "#/$defs/d0",
    "$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)} | {"d40": {}},
}
HOPELESS = json.dumps("a" * 60 + "!")


def test_an_answer_that_fits_comes_back_parsed() -> None:
    assert check_answer('{"name": "teal", "hue": 180}', COLOUR) == {"name": "teal", "hue": 180}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("teal", "no JSON"),
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"name": NaN}', "no JSON"),
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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_schema_with_a_number_that_json_has_not_is_refused_before_anything_is_asked(number: str) -> None:
    with pytest.raises(UsageError, match="a number that JSON has not"):
        check_schema(json.loads(f'{{"properties": {{"hue": {{"anyOf": [{{"maximum": {number}}}]}}}}}}'))


@pytest.mark.parametrize("ref", ["http://127.0.0.1:9/schema.json", "file:///etc/hostname", "other.json"])
def test_a_schema_elsewhere_is_refused_before_anything_is_asked(ref: str) -> None:
    with pytest.raises(UsageError, match="not fetched"):
        check_schema({"type": "object", "properties": {"deep": {"allOf": [{"$ref": ref}]}}})


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"$ref": "#/$defs/none"}])
async def test_a_schema_that_refers_to_nothing_ends_in_words(schema: dict[str, object]) -> None:
    check_schema(schema)
    with pytest.raises(SchemaMismatch, match="without end, or to nothing"):
        check_answer("{}", schema)
    with pytest.raises(SchemaMismatch, match="without end, or to nothing"):
        await check_answer_in_time("{}", schema)


@pytest.mark.parametrize("schema", [COLOUR, CODE])
async def test_in_time_an_answer_is_judged_as_ever(schema: dict[str, object]) -> None:
    good = '{"name": "teal", "code": "ab"}'
    assert await check_answer_in_time(good, schema) == json.loads(good)
    with pytest.raises(SchemaMismatch) as here:
        check_answer('{"name": 1, "code": "é"}', schema)
    with pytest.raises(SchemaMismatch) as in_time:
        await check_answer_in_time('{"name": 1, "code": "é"}', schema)
    assert (in_time.value.message, in_time.value.hint) == (here.value.message, here.value.hint)


@pytest.mark.parametrize(("text", "schema"), [(HOPELESS, FOR_EVER), ("{}", FOR_EVER_TOO)])
async def test_a_check_without_end_is_ended(text: str, schema: dict[str, object]) -> None:
    check_schema(schema)
    before = children()
    with pytest.raises(SchemaMismatch, match=r"checking the answer against the schema took more than 0\.5 s"):
        await check_answer_in_time(text, schema, 0.5)
    assert children() == before


async def test_a_check_can_be_stopped_at_any_time() -> None:
    before = children()
    checking = asyncio.create_task(check_answer_in_time(HOPELESS, FOR_EVER, 100))
    async with asyncio.timeout(60):
        while children() == before:  # noqa: ASYNC110  # the kernel has no event for it
            await asyncio.sleep(0.01)
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    assert children() == before


def test_a_child_outlives_its_parent_by_no_more_than_its_limit() -> None:
    program = (
        "import asyncio, json; from deepchat.engine.shape import check_answer_in_time as check;"
        f"asyncio.run(check({HOPELESS!r}, {FOR_EVER!r}, 1))"
    )
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        while not (found := children(parent.pid)):
            assert time.monotonic() - started < 60
            time.sleep(0.01)
        parent.kill()
    while any(Path(f"/proc/{child}").exists() for child in found):
        assert time.monotonic() - started < 60, "the child goes on for ever"
        time.sleep(0.05)


def children(parent: int | None = None) -> list[str]:
    """The processes that this one, or another, has started and that are not over."""
    return Path(f"/proc/{parent or os.getpid()}/task/{parent or os.getpid()}/children").read_text().split()


@pytest.mark.parametrize("schema", [{"const": {"$ref": "x"}}, {"properties": {"const": {"type": "string"}}}])
def test_what_only_looks_like_a_reference_is_data(schema: dict[str, object]) -> None:
    check_schema(schema)


def test_a_dynamic_reference_elsewhere_is_refused_like_any_other() -> None:
    for schema in ({"$dynamicRef": "http://127.0.0.1:9/x"}, {"properties": {"const": {"$ref": "other.json"}}}):
        with pytest.raises(UsageError, match="not fetched"):
            check_schema(schema)


def test_nothing_is_ever_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        elsewhere = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        for schema in ({"$dynamicRef": elsewhere}, {"$ref": "#/const", "const": {"$ref": elsewhere}}):
            with pytest.raises(SchemaMismatch, match="to nothing"):
                check_answer("1", schema)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_beyond_all_bounds_is_no_json(number: str) -> None:
    with pytest.raises(SchemaMismatch, match="no JSON"):
        check_answer(f'{{"hue": {number}}}', {"type": "object"})


async def test_a_number_too_large_to_be_checked_ends_in_words() -> None:
    with pytest.raises(SchemaMismatch, match="too large"):
        await check_answer_in_time("1" + "0" * 400, {"multipleOf": 0.5})


async def test_comparing_each_item_with_every_other_keeps_nobody_waiting() -> None:
    items = json.dumps([{"a": number} for number in range(6_000)])
    with pytest.raises(SchemaMismatch, match="took more than"):
        await check_answer_in_time(items, {"uniqueItems": True}, 0.3)
