"""When a request may be made again, and how long to wait before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.errors import OFTEN, WireError
from deepchat.wire.retry import LONGEST_SERVER_WAIT_S, LONGEST_WAIT_S, Attempts, server_wait, wait_before_retry

NOW = "Wed, 21 Oct 2026 07:28:00 GMT"
SOON = "Wed, 21 Oct 2026 07:28:30 GMT"
TOMORROW = "Thu, 22 Oct 2026 07:28:00 GMT"
YESTERDAY = "Tue, 20 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s", "worth_it"),
    [
        ({}, None, True),
        ({"retry-after": "1"}, 1, True),
        ({"retry-after": "0.25"}, 0.25, True),
        ({"retry-after": " 7 "}, 7, True),
        ({"retry-after": "120"}, 120, True),
        ({"retry-after-ms": "50"}, 0.05, True),
        ({"retry-after-ms": "50", "retry-after": "60"}, 0.05, True),
        ({"retry-after-ms": "soon", "retry-after": "60"}, 60, True),
        ({"retry-after": SOON, "date": NOW}, 30, True),
        # more than anybody would wait
        ({"retry-after": "120.5"}, None, False),
        ({"retry-after": "86400"}, None, False),
        ({"retry-after": "1" + "0" * 35}, None, False),
        ({"retry-after": "1e35"}, None, False),
        ({"retry-after": "1" + "0" * 400}, None, False),
        ({"retry-after": "inf"}, None, False),
        ({"retry-after": "nan"}, None, False),
        ({"retry-after-ms": "nan"}, None, False),
        ({"retry-after": TOMORROW, "date": NOW}, None, False),
        # as good as nothing said
        ({"retry-after": "0"}, None, True),
        ({"retry-after": "-5"}, None, True),
        ({"retry-after": "-inf"}, None, True),
        ({"retry-after": ""}, None, True),
        ({"retry-after": "soon, we hope"}, None, True),
        ({"retry-after": YESTERDAY, "date": NOW}, None, True),
        ({"retry-after": TOMORROW}, None, True),
        ({"retry-after": TOMORROW, "date": "now"}, None, True),
        ({"retry-after": "Wed, 99 Oct 2026 07:28:30 GMT", "date": NOW}, None, True),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30", "date": NOW}, None, True),
    ],
)
def test_a_server_is_believed_within_reason(headers: dict[str, str], wait_s: float | None, worth_it: bool) -> None:
    assert server_wait(headers) == (wait_s, worth_it)


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "date"]), st.text()))
def test_whatever_a_server_says_the_wait_has_bounds(headers: dict[str, str]) -> None:
    wait_s, worth_it = server_wait(headers)
    assert wait_s is None or (worth_it and 0 < wait_s <= LONGEST_SERVER_WAIT_S)


def test_our_own_waits_double_up_to_a_limit_and_are_shortened_by_chance() -> None:
    error = WireError("no", retries=OFTEN)
    assert [wait_before_retry(error, retry, 9, lambda: 0.0) for retry in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert wait_before_retry(error, 1, 9, lambda: 1.0) == 0.375
    assert wait_before_retry(error, 99, 99, lambda: 0.0) == LONGEST_WAIT_S


@pytest.mark.parametrize(("allowed", "wanted", "made"), [(0, 2, 0), (1, 2, 1), (OFTEN, 2, 2), (OFTEN, 0, 0), (1, 0, 0)])
def test_a_request_is_repeated_as_often_as_the_error_and_the_user_allow(allowed: int, wanted: int, made: int) -> None:
    error = WireError("no", retries=allowed)
    waits = [wait_before_retry(error, retry, wanted, lambda: 0.0) for retry in range(1, 5)]
    assert [wait is not None for wait in waits] == [retry <= made for retry in range(1, 5)]


def test_the_servers_wait_goes_before_ours() -> None:
    assert wait_before_retry(WireError("no", retries=1, retry_after_s=17), 1, 2, lambda: 0.0) == 17


def test_no_question_leads_to_more_than_twelve_requests() -> None:
    assert Attempts().left == 12
    assert Attempts(made=12).left == 0
