"""One turn: a question is asked, its answer folded into a draft, and its cost watched while it comes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from deepchat.catalog.model import Model
from deepchat.catalog.prices import cost_of
from deepchat.conversation.draft import Draft, estimate_tokens
from deepchat.conversation.events import Asked, FellBack, Retrying, StreamEvent
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Usage, dollars
from deepchat.errors import BudgetReached
from deepchat.wire.http import Exchange
from deepchat.wire.request import ChatRequest, CompletionRequest
from deepchat.wire.retry import Attempts
from deepchat.wire.stream import Asking, stream_answer

TOKENS_AROUND_A_MESSAGE: Final = 4
"""What chat templates put around each message, roughly."""


@dataclass(slots=True)
class Turn:
    """A question on its way; `events` may be consumed once, and what it leaves behind can be read at any time."""

    exchange: Exchange
    asking: Asking
    question: ChatRequest | CompletionRequest
    price_list: Callable[[str, str], Model | None]
    """What is known of a provider's model: prices are those of whoever really answered."""
    most_nano: int | None = None
    """What the answer may cost."""
    draft: Draft = field(default_factory=Draft)
    first_word_s: float | None = None
    seconds: float = 0.0
    _reached: bool = field(default=False, init=False)
    """A server took the question: what was refused, or never arrived, costs nothing that we could estimate."""

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """What is heard, already folded into the draft; raises one of our errors, and the draft keeps what came."""
        started = time.monotonic()
        self._check_affordable()
        async with aclosing(stream_answer(self.exchange, self.asking, self.question, Attempts())) as heard:
            try:
                async for event in heard:
                    self.draft.take(event, time.monotonic())
                    self._reached = self._reached or not isinstance(event, Asked | Retrying | FellBack)
                    yield event
                    if self.most_nano is not None:
                        self._check_budget()
            finally:
                self.seconds = time.monotonic() - started
                if self.draft.first_word_at is not None:
                    self.first_word_s = self.draft.first_word_at - started

    @property
    def usage(self) -> Usage:
        """What the server counted, or an estimate as long as it has not."""
        if not self._reached:
            return Usage(0, 0)
        return self.draft.usage or Usage(self._estimated_prompt_tokens(), self.draft.estimated_completion_tokens)

    @property
    def cost(self) -> Cost:
        """What it cost so far; an answer that was stopped keeps an estimate."""
        if not self._reached:
            return UNKNOWN_COST
        model = self._price_list_row()
        counted = self.draft.usage is not None and self.draft.finish is not None
        return cost_of(self.usage, model, self.draft.tier, self.draft.cost_nano, not counted)

    def _price_list_row(self) -> Model | None:
        provider, served = self.draft.provider, self.draft.served_model
        return (self.price_list(provider, served) if served else None) or self.price_list(provider, self.draft.model)

    def _check_affordable(self) -> None:
        """A limit that can't be watched, or that the question alone would pass, stops it before it is sent."""
        if self.most_nano is None:
            return
        provider = self.asking.providers[0].place.name
        asked = Usage(self._estimated_prompt_tokens(), 1)
        cost = cost_of(asked, self.price_list(provider, self.question.model), "", None, usage_estimated=True)
        if cost.nano is None:
            raise BudgetReached(
                f"the price of {self.question.model} is not known, so a limit on its cost can't be kept",
                "try deepchat models --refresh, write its price into models.toml, or ask without a limit",
            )
        self._stop_past_limit(cost.nano, "was not sent: the question alone would cost about")

    def _check_budget(self) -> None:
        if (nano := self.cost.nano) is not None:
            self._stop_past_limit(nano, "was stopped: it has cost about")

    def _stop_past_limit(self, nano: int, what: str) -> None:
        if self.most_nano is not None and nano >= self.most_nano:
            raise BudgetReached(
                f"the answer {what} ${dollars(nano)}, and ${dollars(self.most_nano)} is the limit",
                "raise the limit with --max-cost",
            )

    def _estimated_prompt_tokens(self) -> int:
        match self.question:
            case ChatRequest(messages=messages):
                return sum(estimate_tokens(message.text) + TOKENS_AROUND_A_MESSAGE for message in messages)
            case CompletionRequest(prompt=prompt):
                return estimate_tokens(prompt)
