"""What a request may cost before it is sent, and how long an answer can be that what is left pays for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from deepchat.catalog.model import Model
from deepchat.catalog.prices import upper_bound
from deepchat.conversation.tokens import estimate_tokens, most_tokens
from deepchat.engine.context import estimate_prompt, most_prompt
from deepchat.wire.request import ChatRequest, CompletionRequest, Offer

Question = ChatRequest | CompletionRequest

LONGEST_UNSAID: Final = 16_384
"""DeepInfra's cap on one answer, for servers whose cap is not known."""
LEAST_ANSWER: Final = 16
"""Tokens: what buys fewer words than these is not sent."""
_MANY: Final = 1_000_000


def prompt_tokens(question: Question) -> int:
    """How many tokens a question is, roughly."""
    match question:
        case ChatRequest(messages=messages, tools=tools):
            return estimate_prompt(messages) + sum(estimate_tokens(_spelled(offer)) for offer in tools)
        case CompletionRequest(prompt=prompt):
            return estimate_tokens(prompt)


def most_prompt_tokens(question: Question) -> int:
    """How many tokens a question is at most."""
    match question:
        case ChatRequest(messages=messages, tools=tools):
            return most_prompt(messages) + sum(most_tokens(_spelled(offer)) for offer in tools)
        case CompletionRequest(prompt=prompt):
            return most_tokens(prompt)


def _spelled(offer: Offer) -> str:
    return offer.name + offer.about + json.dumps(dict(offer.parameters))


def most_nano(question: Question, prompt: int, model: Model) -> int | None:
    """The most that it costs, so many tokens long; None when a price is not known."""
    return _nano(question, prompt, _longest(question, model), model)


def least_nano(question: Question, prompt: int, model: Model) -> int | None:
    """What asking, and the first words of an answer, cost; None when a price is not known."""
    return _nano(question, prompt, min(LEAST_ANSWER, _longest(question, model)), model)


def within(question: Question, prompt: int, left_nano: int, models: Iterable[Model | None]) -> Question:
    """The question, with an answer no longer than that pays for, whichever of these has the dearest price.

    Those that could not even be asked for so little don't count: they won't be.
    """
    for model in [model for model in models if model and (least_nano(question, prompt, model) or 0) < left_nano]:
        asking, writing = _nano(question, prompt, 0, model), _nano(question, prompt, _MANY, model)
        if asking is None or writing is None or writing == asking:
            continue
        paid_for = max(1, (left_nano - asking) * _MANY // (writing - asking))
        if paid_for < _longest(question, model):
            question = replace(question, parameters=replace(question.parameters, max_tokens=paid_for))
    return question


def _longest(question: Question, model: Model) -> int:
    """Tokens that its answer may have."""
    return question.parameters.max_tokens or model.max_output or LONGEST_UNSAID


def _nano(question: Question, prompt: int, tokens: int, model: Model) -> int | None:
    """The most that it costs with so long an answer."""
    parameters = question.parameters
    answers = tokens * (parameters.n or 1)
    return upper_bound(prompt, answers, model, parameters.service_tier or "")
