"""One answer from a provider; asked again, or of another provider, only while nothing of it was heard."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from deepchat.conversation.events import (
    Asked,
    FellBack,
    Finished,
    ReasoningDelta,
    Retrying,
    Served,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
)
from deepchat.errors import AnswerFailed, CannotConnect, ConnectionLost, Overloaded, ServerFailed, TimedOut, WireError
from deepchat.wire.failures import from_status, request_id_of, web_page
from deepchat.wire.http import Exchange, Patience, Reply
from deepchat.wire.providers.base import AnswerReader, Provider
from deepchat.wire.request import Call, ChatRequest, CompletionRequest
from deepchat.wire.retry import Attempts, wait_before_retry

FLEX_PATIENCE_S: Final = 660.0
"""The flex tier may let a request wait for ten minutes before it says anything."""
RUNAWAY_FACTOR: Final = 2
"""Times max_tokens after which a server that ignores it is stopped."""
_LONGEST_TOKEN: Final = 16
_WORDS: Final = (TextDelta, ReasoningDelta)
_HEARD: Final = (TextDelta, ReasoningDelta, ToolCallDelta, Finished)
_OUTAGE: Final = (Overloaded, ServerFailed, CannotConnect, ConnectionLost, TimedOut)
"""What another provider may not suffer from."""

Question = ChatRequest | CompletionRequest


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask: of whom, how often, and with what luck."""

    providers: Sequence[Provider]
    """The chosen one first, then its fallbacks."""
    retries: int = 2
    random: Callable[[], float] = random.random

    def from_here(self, provider: str) -> Asking:
        """The same without those before this one: only those after it may still take over."""
        chain = list(self.providers)
        while chain[0].place.name != provider and len(chain) > 1:
            del chain[0]
        return replace(self, providers=chain)


async def stream_answer(
    exchange: Exchange, asking: Asking, question: Question, attempts: Attempts
) -> AsyncGenerator[StreamEvent, None]:
    """The events of one answer, as they come.

    As long as nothing of it was heard, the next provider is asked after a 429 or an outage that outlasted the retries:
    a server that can't be reached, fails, hangs up, or is silent for too long, before its headers or after them. A
    silent server is not asked a second time, and may bill what it never said, as the words of the fallback say.

    Raises one of our errors when there is no answer, or when it breaks off; what was yielded until then stands.
    """
    last = len(asking.providers) - 1
    for number, provider in enumerate(asking.providers):
        try:
            async with aclosing(_from_one(exchange, provider, asking, question, attempts)) as events:
                async for event in events:
                    yield event
            return
        except _Unheard as failure:
            if number == last or not isinstance(failure.error, _OUTAGE) or not attempts.left:
                raise failure.error from failure.error.__cause__
            following = asking.providers[number + 1].place.name
            yield FellBack(following, question.model, _why(failure.error))


def _why(error: WireError) -> str:
    return f"{error.message} (it may still be billed)" if isinstance(error, TimedOut) else error.message


class _Unheard(Exception):
    """It failed before anything was heard, so that asking elsewhere repeats nothing."""

    def __init__(self, error: WireError) -> None:
        super().__init__(error.message)
        self.error = error


async def _from_one(
    exchange: Exchange, provider: Provider, asking: Asking, question: Question, attempts: Attempts
) -> AsyncGenerator[StreamEvent, None]:
    retry = 0
    while True:
        attempts.made += 1
        heard = False
        yield Asked(provider.place.name, question.model)
        try:
            async with aclosing(_once(exchange, provider, question)) as events:
                async for event in events:
                    heard = heard or isinstance(event, _HEARD)
                    yield event
            return
        except WireError as error:
            if heard:
                raise
            retry += 1
            wait_s = wait_before_retry(error, retry, asking.retries, asking.random) if attempts.left else None
            if wait_s is None:
                raise _Unheard(error) from error.__cause__
            yield Retrying(retry, min(asking.retries, error.retries), wait_s, error.message)
        await asyncio.sleep(wait_s)


async def _once(exchange: Exchange, provider: Provider, question: Question) -> AsyncGenerator[StreamEvent, None]:
    call, reader = _prepare(provider, question)
    heard = 0
    async with exchange.open(call, _patience(exchange.patience, question)) as reply:
        if reply.status != 200:
            body, with_key = await reply.error_body(), call.key is not None
            raise from_status(reply.status, reply.headers, body, question.model, with_key=with_key)
        if request_id := request_id_of(reply.headers):
            yield Served(request_id=request_id)
        async with aclosing(_read(reply, reader)) as events:
            async for event in events:
                if isinstance(event, _WORDS):
                    heard += len(event.text)
                    _stop_runaway(heard // _LONGEST_TOKEN, question)
                yield event


async def _read(reply: Reply, reader: AnswerReader) -> AsyncGenerator[StreamEvent, None]:
    """Everything the reply says, judged as a whole at its end."""
    kind = reply.headers.get("content-type", "").lower()
    if "html" in kind:
        raise web_page(reply.status)
    if "json" in kind:
        for event in reader.read_body(await reply.body()):
            yield event
    else:
        try:
            async with aclosing(_read_events(reply, reader)) as events:
                async for event in events:
                    yield event
        except (TimedOut, ConnectionLost):
            # Some servers leave the line open, or drop it, after their last word: the answer is whole all the same.
            if not (reader.finished or reader.done):
                raise
    for event in reader.end():
        yield event


async def _read_events(reply: Reply, reader: AnswerReader) -> AsyncGenerator[StreamEvent, None]:
    async with aclosing(reply.events()) as sent_events:
        async for sent in sent_events:
            if reader.done:
                continue
            for event in reader.read(sent):
                yield event
            reply.nearly_over = reader.finished
            if reader.done:
                reply.over()


def _prepare(provider: Provider, question: Question) -> tuple[Call, AnswerReader]:
    match question:
        case ChatRequest():
            return provider.chat(question), provider.chat_reader(question)
        case CompletionRequest():
            return provider.completion(question), provider.completion_reader(question)


def _patience(patience: Patience, question: Question) -> Patience:
    if question.parameters.service_tier != "flex":
        return patience
    return replace(
        patience,
        headers_s=max(patience.headers_s, FLEX_PATIENCE_S),
        first_event_s=max(patience.first_event_s, FLEX_PATIENCE_S),
    )


def _stop_runaway(heard: int, question: Question) -> None:
    max_tokens = question.parameters.max_tokens
    echoed = len(question.prompt) if isinstance(question, CompletionRequest) and question.echo else 0
    if max_tokens is not None and heard > RUNAWAY_FACTOR * max_tokens + 1 + echoed:
        raise AnswerFailed(
            f"the server went on past twice the {max_tokens} tokens that were asked for, and was stopped",
            "what came is kept; it may be billed",
        )
