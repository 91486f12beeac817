"""Another provider is asked when the first one can't, and never after a word was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from deepchat.conversation.events import Asked, FellBack
from deepchat.conversation.message import user
from deepchat.simulator.running import SimulatorThread
from deepchat.wire.http import Exchange, Patience
from deepchat.wire.request import ChatRequest
from deepchat.wire.retry import MOST_ATTEMPTS, Attempts
from tests.wire.asking import CALM, Outcome, ask, at, provider
from tests.wire.listening import closed_door

FIRST_KEY, SECOND_KEY = "sk-sentinel-first-1111", "sk-sentinel-second-2222"
QUESTION = ChatRequest("sim/plain", (user("hi"),))
HELLO = "Hello! This is a plain answer in one short paragraph. It ends when it is finished."


async def ask_both(
    first: SimulatorThread, second: SimulatorThread, attempts: Attempts | None = None, patience: Patience = CALM
) -> tuple[Outcome, Sequence[int]]:
    """The outcome, and how many requests each of them heard."""
    exchange = Exchange(patience)
    providers = [at(first.url, FIRST_KEY, "first"), at(second.url, SECOND_KEY, "second")]
    try:
        outcome = await ask(exchange, providers, QUESTION, attempts)
    finally:
        await exchange.aclose()
    assert all(request.key == FIRST_KEY for request in first.heard)
    assert all(request.key == SECOND_KEY for request in second.heard)
    return outcome, (len(first.heard), len(second.heard))


@pytest.mark.parametrize(
    ("scene", "requests"),
    [
        ("busy-always", 3),
        ("server-error-always", 3),
        ("overloaded-always", 3),
        ("retry-after-day", 1),
        ("should-not-retry", 1),
        ("error-first-busy-always", 3),
        ("reset-before-headers-always", 3),
        ("reset-after-headers-always", 3),
        ("close-before-answer-always", 3),
    ],
)
async def test_the_next_provider_answers_when_the_first_is_down(scene: str, requests: int) -> None:
    with SimulatorThread(scene=scene) as first, SimulatorThread(scene="plain") as second:
        outcome, heard = await ask_both(first, second)
    assert heard == (requests, 1)
    assert (outcome.error, outcome.draft.text, outcome.draft.provider) == (None, HELLO, "second")
    (fell,) = outcome.fallbacks
    assert (fell.provider, fell.model) == ("second", "sim/plain")
    assert fell.why
    after = outcome.events.index(fell)
    assert outcome.events[after + 1] == Asked("second", "sim/plain")


@pytest.mark.parametrize("scene", ["silence", "silence-in-headers", "silence-after-headers", "pings-forever"])
async def test_the_next_provider_answers_when_the_first_is_silent(scene: str) -> None:
    with SimulatorThread(scene=scene) as first, SimulatorThread(scene="plain") as second:
        impatient = replace(CALM, headers_s=0.5, first_event_s=0.5, kept_alive_s=0.5)
        outcome, heard = await ask_both(first, second, patience=impatient)
        assert first.wait_quiet(30)
    assert heard == (1, 1)
    assert (outcome.error, outcome.draft.text, outcome.draft.provider) == (None, HELLO, "second")
    (fell,) = outcome.fallbacks
    assert "it may still be billed" in fell.why


async def test_a_provider_that_falls_silent_in_mid_answer_is_the_one_that_was_heard() -> None:
    with SimulatorThread(scene="silence-mid-answer") as first, SimulatorThread(scene="plain") as second:
        outcome, heard = await ask_both(first, second, patience=replace(CALM, idle_s=0.5))
    assert heard == (1, 0)
    assert (outcome.draft.text, outcome.fallbacks) == ("The quick brown fox", [])
    assert outcome.error is not None
    assert outcome.error.kind == "timeout"


@pytest.mark.parametrize(
    ("scene", "kind"),
    [
        ("key-rejected", "key_rejected"),
        ("unpaid", "payment"),
        ("invalid-request", "refused"),
        ("context-too-long-500", "context_too_long"),
        ("model-gone", "model_not_found"),
        ("reset-mid-answer", "connection_lost"),
        ("error-finish", "server"),
        ("html-instead", "not_the_api"),
    ],
)
async def test_what_another_provider_can_not_heal_is_told(scene: str, kind: str) -> None:
    with SimulatorThread(scene=scene) as first, SimulatorThread(scene="plain") as second:
        outcome, heard = await ask_both(first, second)
    assert heard == (1, 0)
    assert outcome.error is not None
    assert outcome.error.kind == kind
    assert outcome.fallbacks == []


async def test_the_last_providers_error_is_the_one_that_is_told() -> None:
    with SimulatorThread(scene="busy-always") as first, SimulatorThread(scene="unpaid") as second:
        outcome, heard = await ask_both(first, second)
    assert heard == (3, 1)
    assert outcome.error is not None
    assert outcome.error.kind == "payment"


async def test_a_provider_that_can_not_be_reached_is_passed_over() -> None:
    with closed_door() as nowhere, SimulatorThread(scene="plain") as second:
        exchange = Exchange(CALM)
        outcome = await ask(exchange, [provider(nowhere), at(second.url, name="second")], QUESTION)
        await exchange.aclose()
    assert outcome.draft.text == HELLO
    assert [event for event in outcome.events if isinstance(event, FellBack)]


async def test_one_question_leads_to_twelve_requests_at_most() -> None:
    with SimulatorThread(scene="busy-always") as first, SimulatorThread(scene="busy-always") as second:
        attempts = Attempts(made=MOST_ATTEMPTS - 4)
        outcome, heard = await ask_both(first, second, attempts)
        assert heard == (3, 1)
        assert attempts.left == 0
        assert outcome.error is not None
        outcome, heard = await ask_both(first, second, Attempts(made=MOST_ATTEMPTS - 1))
        assert heard == (4, 1)
        assert outcome.retries == []
