"""What of a conversation fits into a model's window, and what is left out when it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal, Protocol, assert_never

from deepchat.conversation.message import Message
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tokens import estimate_tokens, most_tokens, quarters, tokens_of
from deepchat.errors import ContextTooLong
from deepchat.wire.request import ChatRequest, CompletionRequest

TOKENS_AROUND_A_MESSAGE: Final = 4
"""What chat templates put around each message, roughly."""
TOKENS_OF_AN_IMAGE: Final = 1_000
"""Whatever its size: models cut it into tiles in ways of their own, and most end up between 300 and 1,600."""
MOST_TOKENS_OF_AN_IMAGE: Final = 1_600
LEAST_ROOM: Final = 512
"""Tokens: with less left in the window, each leg would cost the whole conversation for a few words."""
CERTAIN: Final = 1.5
"""Our count of tokens is rough: a conversation is not sent only when it is too long beyond doubt."""

TrimRule = Literal["stop", "oldest"]
"""Send nothing that does not fit; or leave out the oldest turns."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a conversation fits into a window; tokens are estimates."""

    window: int | None
    """Tokens of prompt and answer together; None when nobody knows."""
    prompt_tokens: int
    answer_tokens: int
    """Kept free for the answer."""

    @property
    def full(self) -> float | None:
        """How full the window is with what was said, from 0 to 1; None when its size is unknown."""
        return min(1.0, self.prompt_tokens / self.window) if self.window else None

    @property
    def left(self) -> int | None:
        """How many tokens more would fit beside the answer; below zero when it is too much already."""
        return self.window - self.prompt_tokens - self.answer_tokens if self.window else None

    @property
    def fits(self) -> bool:
        """What is unknown is tried."""
        return self.left is None or self.left >= 0


@dataclass(frozen=True, slots=True)
class Trimmed:
    messages: list[Message]
    left_out: int
    """How many messages are missing, for the user to know."""
    fits: bool
    """Whether the rest has room; when not, it should not be sent."""


def estimate_prompt(messages: Iterable[Message]) -> int:
    """How many tokens a conversation is, roughly."""
    return _count(messages, estimate_tokens, TOKENS_OF_AN_IMAGE)


class Spoken(Protocol):
    """Words, and what goes along with them."""

    @property
    def text(self) -> str: ...

    @property
    def besides(self) -> tuple[Part, ...]: ...


def estimate_many(messages: Sequence[Spoken]) -> int:
    """The same to within a token a message, for conversations of thousands: their words are counted all at once."""
    counted = tokens_of(quarters("".join([one.text for one in messages])))
    others = chain.from_iterable([one.besides for one in messages])
    counted += sum(_count_part(part, estimate_tokens, TOKENS_OF_AN_IMAGE) for part in others)
    return counted + TOKENS_AROUND_A_MESSAGE * len(messages)


def most_prompt(messages: Iterable[Message]) -> int:
    """How many tokens a conversation is at most, for what may be spent on it."""
    return _count(messages, most_tokens, MOST_TOKENS_OF_AN_IMAGE)


def measure(messages: Sequence[Message], window: int | None, max_tokens: int | None) -> Fit:
    """How full a window is with these messages, and whether an answer of `max_tokens` still fits."""
    return Fit(window, estimate_prompt(messages), max_tokens or 0)


def trim(messages: Sequence[Message], window: int | None, reserve: int, rule: TrimRule) -> Trimmed:
    """The messages that are sent when `reserve` tokens are kept free for the answer.

    Whole turns are left out, a question with all that answered it, the oldest first; never the instructions, and
    never the last question.
    """
    instructions, turns = turns_of(messages)
    fit = measure(messages, window, reserve)
    left_out = 0
    while not fit.fits and rule == "oldest" and len(turns) > left_out + 1:
        fit = replace(fit, prompt_tokens=fit.prompt_tokens - estimate_prompt(turns[left_out]))
        left_out += 1
    sent = [*instructions, *chain.from_iterable(turns[left_out:])] if left_out else list(messages)
    return Trimmed(sent, len(messages) - len(sent), fit.fits)


def fitted(
    question: ChatRequest | CompletionRequest, window: int | None, rule: TrimRule
) -> tuple[ChatRequest | CompletionRequest, int]:
    """The question without what does not fit, by the user's rule, and how many messages that is.

    Raises ContextTooLong.
    """
    if window is None or isinstance(question, CompletionRequest):
        return question, 0
    reserve = min(question.parameters.max_tokens or LEAST_ROOM, window // 2)
    trimmed = trim(question.messages, window, reserve, rule)
    if not trimmed.fits and estimate_prompt(trimmed.messages) > window * CERTAIN:
        raise _too_long(question, window)
    return replace(question, messages=tuple(trimmed.messages)), trimmed.left_out


def _too_long(question: ChatRequest, window: int) -> ContextTooLong:
    """What helps depends on whether it is what came before that is too long."""
    instructions, turns = turns_of(question.messages)
    alone = estimate_prompt([*instructions, *chain.from_iterable(turns[-1:])])
    if alone > window * CERTAIN:
        what, tokens = "the question alone", alone
        hint = "shorten it, attach less, or choose a model with a larger window"
    else:
        what, tokens = "the conversation", estimate_prompt(question.messages)
        hint = "sum up what came before with --compact, choose a model with a larger window, or set context.trim=oldest"
    room = f"about {tokens:,} tokens, and {question.model} has room for {window:,}"
    return ContextTooLong(f"{what} is {ContextTooLong.WORDS}: {room}", hint)


def turns_of(messages: Sequence[Message]) -> tuple[list[Message], list[list[Message]]]:
    """The instructions, and the turns: each a question and what came up to the next one."""
    instructions = [message for message in messages if message.role == "system"]
    turns: list[list[Message]] = []
    for message in messages:
        if message.role == "system":
            continue
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return instructions, turns


def _count(messages: Iterable[Message], count: Callable[[str], int], image: int) -> int:
    return sum(
        TOKENS_AROUND_A_MESSAGE + sum(_count_part(part, count, image) for part in message.parts) for message in messages
    )


def _count_part(part: Part, count: Callable[[str], int], image: int) -> int:
    match part:
        case Text(text) | ToolResult(_, text):
            return count(text)
        case Image():
            return image
        case ToolCall(_, name, arguments):
            return count(name) + count(arguments)
        case _:
            assert_never(part)
