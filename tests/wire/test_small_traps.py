"""Small traps of servers and proxies that were fallen into once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deepchat.catalog.prices import usd_to_nano
from deepchat.conversation.events import Noticed, UsageReported
from deepchat.conversation.usage import Usage
from deepchat.errors import Overloaded, PaymentNeeded
from deepchat.wire.connecting import connection_error
from deepchat.wire.embeddings import _vector  # pyright: ignore[reportPrivateUsage]  # a border worth testing by itself
from deepchat.wire.failures import from_status
from deepchat.wire.providers.reports import UsageKeeper


@pytest.mark.parametrize(
    "proxy", ["user:secretpw9@127.0.0.1:9", "http://user:secretpw9@", "http://user:secretpw9@[::1"]
)
def test_a_proxys_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = connection_error("connect", OSError("no"), "https://api.example.com/v1")
    assert "secretpw9" not in error.message + error.hint


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Rate limit reached. Try again in 20s. Add a payment method at /account/billing", Overloaded),
        ("You exceeded your current quota, please check your plan and billing details", PaymentNeeded),
    ],
)
def test_a_rate_limit_that_names_the_billing_page_is_waited_for(words: str, kind: type[Exception]) -> None:
    assert isinstance(from_status(429, {}, words.encode(), "m"), kind)


def test_thinking_that_is_counted_beside_the_answer_is_paid_for() -> None:
    said = {
        "prompt_tokens": 10,
        "completion_tokens": 100,
        "total_tokens": 160,
        "completion_tokens_details": {"reasoning_tokens": 50},
    }
    assert UsageKeeper().take(said) == [UsageReported(Usage(10, 150, 0, 50), None)]


def test_the_providers_figure_counts_even_when_its_tokens_make_no_sense() -> None:
    said = {"prompt_tokens": 10, "completion_tokens": 100, "total_tokens": 160, "cost": 0.01}
    odd, report = UsageKeeper().take(said)
    assert isinstance(odd, Noticed)
    assert isinstance(report, UsageReported)
    assert report.cost_nano == 10_000_000


def test_large_bills_in_cents_are_known() -> None:
    assert usd_to_nano(150_000, Decimal("0.01")) == 1_500 * 10**9


@pytest.mark.parametrize("vector", [[10**400], "AADAfw==", [float("nan")], ["1"], None])
def test_a_vector_is_made_of_numbers_that_json_knows(vector: object) -> None:
    assert _vector(vector) is None
