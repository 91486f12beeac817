"""One value from elsewhere says what it says, or nothing."""

from __future__ import annotations

import math

import pytest

from deepchat.conversation.importers import fields


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (0, 0),
        (1765670401.900479, 1765670401900),
        ("1765670401.9", 1765670401900),
        ("2024-10-10 19:12:51.250000", 1728587571250),
        ("2024-10-10T21:12:51.250+02:00", 1728587571250),
        ("2026-03-29T07:06:34Z", 1774767994000),
        ("9999-12-31T23:59:59Z", 253402300799000),
        ("0001-01-01T00:00:00+14:00", -62135647200000),
        (-1, -1000),
        *((value, None) for value in (None, True, (), b"1", "", "yesterday", "9" * 41, "24:00", "2024-13-01")),
        *((value, None) for value in (math.nan, math.inf, 1e300, 10**400, "1e400", 253402300800)),
    ],
)
def test_a_moment_is_one_that_a_calendar_knows(value: object, moment: int | None) -> None:
    assert fields.moment_ms(value) == moment


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1.0), ("1.5", 1.5), (True, None), ("x", None), (None, None), (math.nan, None)]
)
def test_a_number_is_finite(value: object, number: float | None) -> None:
    assert fields.number(value) == number


def test_a_duration_is_no_string_and_not_negative() -> None:
    assert [fields.seconds(value) for value in (1.5, -1.5, "1.5", None)] == [1.5, None, None, None]


def test_a_count_fits_into_a_database() -> None:
    assert [fields.count(value) for value in (0, 2**63 - 1, 2**63, -1, True, 1.0)] == [0, 2**63 - 1, *[None] * 4]


def test_what_a_tool_was_asked_is_json() -> None:
    assert fields.as_arguments('{"sides": 6}') == '{"sides": 6}'
    assert fields.as_arguments("print(1)") == '{"input": "print(1)"}'
    assert fields.as_arguments("[1]") == '{"input": "[1]"}'
    assert fields.parsed("[" * 100_000) is None
    assert fields.parsed(7) is None


def test_what_is_nested_without_end_is_no_json() -> None:
    circle: list[object] = []
    circle.append(circle)
    assert fields.as_json(circle) == "{}"


def test_a_picture_is_known_by_its_first_bytes() -> None:
    webp = fields.picture(b"RIFF\x00\x00\x00\x00WEBPVP8 ", "cat.webp")
    assert webp
    assert (webp.media_type, webp.name) == ("image/webp", "cat.webp")
    assert fields.picture(b"RIFF\x00\x00\x00\x00WAVE") is None
    assert fields.picture(None) is None
    assert fields.decoded("no Base64!") is None
    assert fields.decoded(None) is None


def test_a_title_is_one_line_and_not_too_long() -> None:
    assert fields.title(" A\n trip\tto Oslo ") == "A trip to Oslo"
    assert len(fields.title("x" * 1000)) == fields.LONGEST_TITLE
    assert fields.title(7) == ""
