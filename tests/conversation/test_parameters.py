"""What no server would take is said before it is sent."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.parameters import (
    LIMITS,
    MOST_STOPS,
    NOTHING_SET,
    REASONING_EFFORTS,
    SERVICE_TIERS,
    JsonObject,
    JsonSchema,
    Limit,
    Parameters,
    Regex,
    less_effort,
    problems,
)

TAKEN: Final[dict[str, tuple[object, ...]]] = {
    "temperature": (0, 0.0, -0.0, 5e-324, 1, 2, 2.0),
    "top_p": (5e-324, 0.5, 1, 1.0),
    "top_k": (0, 1, 999),
    "min_p": (0, 0.05, 1),
    "repetition_penalty": (0.01, 1, 5),
    "presence_penalty": (-2, 0, 2),
    "frequency_penalty": (-2.0, -0.0, 2.0),
    "max_tokens": (1, 16_384, 1_000_000),
    "top_logprobs": (0, 20),
    "seed": (-(2**63), 0, 2**63, 2**64 - 1),
    "n": (1,),
    "stop": ((), ("\n",), tuple(map(str, range(MOST_STOPS)))),
    "reasoning_effort": REASONING_EFFORTS,
    "service_tier": SERVICE_TIERS,
    "prompt_cache_key": ("", "my project"),
    "logprobs": (True, False),
    "response_format": (JsonObject(), JsonSchema("answer", {"type": "object"}), Regex("[a-z]+")),
}
NEVER_TAKEN: Final = (math.nan, math.inf, -math.inf, 1e308, -1e308)
REFUSED: Final[dict[str, tuple[object, ...]]] = {
    "temperature": ("hot", -5e-324, 2.0000000000000004, *NEVER_TAKEN),
    "top_p": (0, -0.0, 1.0000000000000002, *NEVER_TAKEN),
    "top_k": (-1, 1000, 1.5, 40.0, "40", 10**400, *NEVER_TAKEN),
    "min_p": (-0.001, 1.1, *NEVER_TAKEN),
    "repetition_penalty": (0, 0.009, 5.001, *NEVER_TAKEN),
    "presence_penalty": (-2.001, 2.001, *NEVER_TAKEN),
    "frequency_penalty": (-3, 3, *NEVER_TAKEN),
    "max_tokens": (-1, 0, 1_000_001, 0.5, 64.0, 10**400, *NEVER_TAKEN),
    "top_logprobs": (-1, 21, 2.5, *NEVER_TAKEN),
    "seed": (-(2**63) - 1, 2**64, 1.0, 10**400, *NEVER_TAKEN),
    "n": (-1, 0, 2, 4, 1.0, True, False),
    "stop": (("",), ("a", ""), tuple(map(str, range(MOST_STOPS + 1)))),
    "reasoning_effort": ("", "High", "very high"),
    "service_tier": ("", "PRIORITY", "auto"),
}


def rows(table: dict[str, tuple[object, ...]]) -> list[tuple[str, object]]:
    return [(name, value) for name, values in table.items() for value in values]


def found(name: str, value: object) -> list[str]:
    """The problems of parameters in which only this one is set, whatever its type."""
    given: dict[str, Any] = {name: value}
    return list(problems(Parameters(**given)))


def short(value: object) -> str:
    return repr(value)[:24]


@pytest.mark.parametrize(("name", "value"), rows(TAKEN), ids=short)
def test_a_value_at_the_edge_is_taken(name: str, value: object) -> None:
    assert not found(name, value)


@pytest.mark.parametrize(("name", "value"), rows(REFUSED), ids=short)
def test_a_value_beyond_the_edge_is_refused_in_one_line_that_names_it(name: str, value: object) -> None:
    (said,) = found(name, value)
    assert name in said.replace("stop text", "stop")
    assert "\n" not in said


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_are_no_numbers(name: str, value: bool) -> None:
    (said,) = found(name, value)
    assert said.startswith(f"{name} is {str(value).lower()}, but must be a number")


@pytest.mark.parametrize("name", ["top_k", "max_tokens", "top_logprobs", "seed"])
def test_half_of_one_is_not_taken_where_whole_ones_are_counted(name: str) -> None:
    (said,) = found(name, 1.5)
    assert said.startswith(f"{name} is 1.5, but must be a whole number, ")


def test_every_parameter_has_a_row_here() -> None:
    names = {field.name for field in fields(Parameters)}
    assert set(TAKEN) == names
    assert set(REFUSED) == names - {"prompt_cache_key", "logprobs", "response_format"}
    assert set(LIMITS) <= names


def test_nothing_set_has_no_problem() -> None:
    assert not list(problems(NOTHING_SET))


def test_each_problem_is_told() -> None:
    wrong = Parameters(temperature=3, top_k=1000, n=2, stop=("",), reasoning_effort="much", service_tier="best")
    assert [said.split()[0] for said in problems(wrong)] == [
        "temperature",
        "top_k",
        "n",
        "a",
        "reasoning_effort",
        "service_tier",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Parameters(temperature=2.0000001), "temperature is 2.0000001, but must be 0 to 2"),
        (Parameters(top_p=0), "top_p is 0, but must be above 0 to 1"),
        (Parameters(top_k=1000), "top_k is 1,000, but must be 0 to below 1,000"),
        (Parameters(max_tokens=1_000_001), "max_tokens is 1,000,001, but must be 1 to 1,000,000"),
        (Parameters(min_p=math.nan), "min_p is nan, but must be 0 to 1"),
    ],
)
def test_the_words_show_what_is_wrong_with_the_number(wrong: Parameters, said: str) -> None:
    assert list(problems(wrong)) == [said]


@given(st.data(), st.floats(-1e6, 1e6), st.floats(0.5, 1e6), st.booleans(), st.booleans())
def test_a_limit_takes_what_lies_between_its_ends(
    data: st.DataObject, low: float, width: float, above_low: bool, below_high: bool
) -> None:
    high = low + width
    number = data.draw(st.sampled_from([low, high, math.inf, -math.inf, math.nan]) | st.floats())
    barred = {end for end, is_barred in ((low, above_low), (high, below_high)) if is_barred}
    assert Limit(low, high, above_low, below_high).admits(number) is (low <= number <= high and number not in barred)


@pytest.mark.parametrize(
    ("effort", "less"),
    [(None, "low"), ("max", "low"), ("high", "low"), ("medium", "low"), ("low", "none"), ("none", None)],
)
def test_who_thought_until_nothing_was_left_is_asked_to_think_less(effort: str | None, less: str | None) -> None:
    assert less_effort(effort) == less
