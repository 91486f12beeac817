"""Asks one question over a real socket and keeps everything that was heard."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import FellBack, Noticed, Retrying, StreamEvent
from deepchat.conversation.message import user
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.errors import DeepChatError
from deepchat.secret import Secret
from deepchat.wire.http import Exchange, Patience
from deepchat.wire.providers.base import Place, Provider
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest
from deepchat.wire.retry import Attempts
from deepchat.wire.stream import Asking, Question, stream_answer

KEY = "sk-sentinel-5d1f0c9e7a"
"""Must be seen by the server it belongs to, and by nobody else."""
CALM = Patience(connect_s=60, headers_s=60, first_event_s=60, idle_s=60, kept_alive_s=60, total_s=110)
"""So long that a busy machine makes no difference."""
NO_WAIT = 4.0
"""A draw beyond any die's: a quarter of it is all of the wait, so that nothing is left to wait for."""


@dataclass(slots=True)
class Outcome:
    """How one question ended."""

    events: list[StreamEvent] = field(default_factory=list[StreamEvent])
    draft: Draft = field(default_factory=Draft)
    error: DeepChatError | None = None

    @property
    def retries(self) -> list[Retrying]:
        return [event for event in self.events if isinstance(event, Retrying)]

    @property
    def fallbacks(self) -> list[FellBack]:
        return [event for event in self.events if isinstance(event, FellBack)]

    @property
    def notes(self) -> list[str]:
        return [event.note for event in self.events if isinstance(event, Noticed)]


def provider(url: str, key: str = KEY, name: str = "test") -> Provider:
    """A server with OpenAI's dialect; `url` is its base."""
    return OpenAIChat(Place(name, url, Secret(key)))


def at(simulator_url: str, key: str = KEY, name: str = "test") -> Provider:
    """The simulator's DeepInfra."""
    return provider(f"{simulator_url}/v1/openai", key, name)


def question(model: str, parameters: Parameters = NOTHING_SET) -> ChatRequest:
    return ChatRequest(model, (user("hi"),), parameters)


async def ask(
    exchange: Exchange, providers: Sequence[Provider], asked: Question, attempts: Attempts | None = None
) -> Outcome:
    """All that was heard; an error of ours is kept, any other is a bug and is raised."""
    outcome = Outcome()
    asking = Asking(providers, random=lambda: NO_WAIT)
    try:
        async with aclosing(stream_answer(exchange, asking, asked, attempts or Attempts())) as events:
            async for event in events:
                outcome.events.append(event)
                outcome.draft.take(event, 0.0)
    except DeepChatError as error:
        outcome.error = error
    return outcome


async def ask_once(provider: Provider, asked: Question, patience: Patience = CALM) -> Outcome:
    """The same on connections of its own, all of them closed afterwards."""
    exchange = Exchange(patience)
    try:
        return await ask(exchange, [provider], asked)
    finally:
        await exchange.aclose()


def refused_with(outcome: Outcome, kind: str, *words: str) -> DeepChatError:
    """The error, once it is known to say these words and to give nothing away."""
    error = outcome.error
    assert error is not None
    assert error.kind == kind
    assert all(word in f"{error.message} {error.hint}" for word in words), (error.message, error.hint)
    assert error.hint
    assert KEY not in repr((error, error.args, error.__cause__, outcome.events))
    return error
