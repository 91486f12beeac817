"""One request of an answer on its way: what it says, exactly, and what of it the answer keeps."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from math import ceil
from typing import Final

from deepchat.catalog.model import Model
from deepchat.catalog.prices import cost_of
from deepchat.conversation.draft import Draft
from deepchat.conversation.events import (
    Asked,
    FellBack,
    ReasoningDelta,
    Retrying,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import SAVED_EVERY_S, Leg, LegState, total_cost
from deepchat.conversation.usage import NO_USAGE, UNKNOWN_COST, Cost, Usage
from deepchat.engine.affording import Question, most_nano, most_prompt_tokens, prompt_tokens
from deepchat.engine.purse import PriceList
from deepchat.engine.seam import STALLED_S, Seam
from deepchat.errors import DeepChatError

HALF_CHARACTER: Final = "\ufffd"


class LegRun:
    """Folds the events of one request."""

    def __init__(self, question: Question, price_list: PriceList, seam: Seam | None, known: int = 0) -> None:
        """`known` tells how many tokens the question is, where a server has counted most of it already."""
        self.id = new_id()
        self.question = question
        self.draft = Draft()
        """Exactly what was heard."""
        self.state: LegState = "pending"
        self.attempts = 0
        self._price_list = price_list
        self.seam = seam
        """How it joins the leg before it."""
        self._asked_ms = 0
        self._started = time.monotonic()
        self.ended_at: float | None = None
        """On the clock of whoever folds; None as long as it goes on."""
        self._head_at: float | None = None
        self._half = ""
        """Characters at the end that may be half of one, until more is heard."""
        self._cut_half = False
        self._shown: list[str] = []
        self._reached = False
        """A server took the question."""
        self._is_out = False
        """It was sent, and nobody has said yet what became of it."""
        self._prompt_tokens = known or prompt_tokens(question)
        self.most_prompt = known or most_prompt_tokens(question)
        """How many tokens the question is at most."""
        self._unreported = False
        """Words came after the last report of what was used."""
        self._paid_before: list[Cost] = []
        """What attempts cost that were billed, and failed before their first word."""

    def take(self, event: StreamEvent) -> None:
        """Fold all but the words."""
        now = time.monotonic()
        match event:
            case Asked():
                if self.draft.usage:
                    self._paid_before.append(self._own_cost)
                self.attempts += 1
                self._asked_ms = time.time_ns() // 1_000_000
                self._is_out = True
            case Retrying() | FellBack():
                self._is_out = False
            case UsageReported():
                self._unreported = False
            case TextDelta() | ReasoningDelta() | ToolCallDelta():
                # What comes after the reason for the end was only held back, and is in the server's count.
                self._unreported = self._unreported or self.draft.finish is None
            case _:
                pass
        self._reached = self._reached or not isinstance(event, Asked | Retrying | FellBack)
        self.draft.take(event, now)

    def was_not_sent(self) -> None:
        """It was announced, and something kept it from leaving after all."""
        self.attempts -= 1
        self._is_out = False

    def say(self, piece: str) -> str:
        """What of these words, which were just folded, is for the answer now: what may be half or double waits."""
        piece = self._half + piece
        whole = piece.rstrip(HALF_CHARACTER)
        self._half = piece[len(whole) :]
        if self.seam is None:
            return self._show(whole)
        # What is held back when no more comes is shown by the next piece, or by `end`.
        now = time.monotonic()
        self._head_at = now if self._head_at is None else self._head_at
        said = self.seam.feed(whole)
        return self._show(said + self.seam.release() if now - self._head_at > STALLED_S else said)

    def end(self, state: LegState) -> str:
        """Nothing more will come; what was held back because it could have been a repetition is said now."""
        self.state = state
        self.ended_at = time.monotonic()
        return self._show(self.seam.end()) if self.seam else ""

    def say_half(self) -> str:
        """The half characters at its end after all, when nothing goes on from them."""
        half, self._half = self._half, ""
        return self._show(half)

    def cut_half(self) -> None:
        """Leave them out: what goes on says the whole character again."""
        self._cut_half = True

    @property
    def shown(self) -> str:
        """What it added to the answer."""
        return "".join(self._shown)

    @property
    def counts(self) -> bool:
        """Whether it may be billed: it was taken, or stopped before anybody could tell."""
        return self._reached or (self.state == "stopped" and self._is_out)

    @property
    def is_billed(self) -> bool:
        """Whether it cost something that we could know of."""
        reported = self.draft.usage is not None or bool(self._paid_before)
        return self.counts and (self.state != "refused" or reported)

    @property
    def usage(self) -> Usage:
        """What the server counted, or an estimate as long as it has not, or not to the end."""
        return self._usage(self.draft.estimated_completion_tokens) if self.counts else NO_USAGE

    def _usage(self, heard: int) -> Usage:
        """The same of a request that was taken, with so many tokens heard."""
        counted = self.draft.usage
        if counted is None:
            return Usage(self._prompt_tokens, heard)
        if self._is_counted:
            return counted
        return replace(counted, completion_tokens=max(counted.completion_tokens, heard))

    @property
    def cost(self) -> Cost:
        """What it cost so far, with the attempts that failed; a leg that was stopped keeps an estimate."""
        return total_cost([*self._paid_before, self._own_cost])

    @property
    def _own_cost(self) -> Cost:
        """What the last attempt cost."""
        draft = self.draft
        if self.state == "refused" and draft.usage is None:
            return Cost(0, "estimate", estimated=self._reached)  # whoever took the question may bill it all the same
        if not self.counts:
            return UNKNOWN_COST if self.state == "pending" else Cost(0, "estimate")
        return self._cost(self.usage)

    def _cost(self, usage: Usage) -> Cost:
        """What the last attempt cost if it took so much."""
        draft = self.draft
        if self._is_counted:
            return cost_of(usage, self.model, draft.tier, draft.cost_nano, usage_estimated=False)
        reckoned = cost_of(usage, self.model, draft.tier, None, usage_estimated=True)
        if draft.cost_nano is None or (reckoned.nano or 0) > draft.cost_nano:
            return reckoned
        return Cost(draft.cost_nano, "provider", estimated=True)

    @property
    def counted(self) -> Usage | None:
        """The server's own count of all of it; None as long as there is none."""
        return self.draft.usage if self._is_counted else None

    @property
    def _is_counted(self) -> bool:
        """Whether the server's last count is of all that it said."""
        return self.draft.usage is not None and self.draft.finish is not None and not self._unreported

    @property
    def _most_nano(self) -> int | None:
        """The most it may cost, worked out before it is sent."""
        model = self.model
        return most_nano(self.question, self.most_prompt, model) if model else None

    @property
    def _usage_if_lost(self) -> Usage:
        """What a program that is killed just now leaves as its usage: what stopping it would, and a little more.

        What comes until the next record is not counted any more, so it is counted before: with the words coming as
        fast as they did. The connection ends with the program, as when the user stops it; a server that goes on all
        the same bills what nobody can know.
        """
        if not (self.counts or self._is_out):
            return NO_USAGE
        heard = self.draft.estimated_completion_tokens
        return self._usage(heard + ceil(heard * SAVED_EVERY_S / max(self._seconds, SAVED_EVERY_S)))

    @property
    def model(self) -> Model | None:
        """What is known of the model that answers."""
        provider, served = self.draft.provider, self.draft.served_model
        asked = self.draft.model or self.question.model
        return (self._price_list(provider, served) if served else None) or self._price_list(provider, asked)

    @property
    def _seconds(self) -> float:
        return (self.ended_at or time.monotonic()) - self._started

    @property
    def _first_word_s(self) -> float | None:
        return None if self.draft.first_word_at is None else self.draft.first_word_at - self._started

    @property
    def record(self) -> Leg:
        """It as the ledger keeps it; while it is pending, with the most that it may cost, and what it has so far."""
        draft, is_pending = self.draft, self.state == "pending"
        usage = self._usage_if_lost if is_pending else self.usage
        cost = total_cost([*self._paid_before, self._cost(usage)]) if is_pending else self.cost
        if cost.nano is None:  # of what it would be worked out is known all the same
            cost = replace(cost, estimated=usage != NO_USAGE and not self._is_counted)
        return Leg(
            self.id,
            draft.provider,
            draft.model or self.question.model,
            self._asked_ms,
            self.state,
            draft.served_model,
            draft.tier,
            draft.request_id,
            draft.finish,
            usage=usage,
            cost=cost,
            most_nano=self._most_nano if is_pending else None,
            first_token_s=self._first_word_s,
            seconds=self._seconds,
            text=draft.text,
            reasoning=draft.reasoning,
            kept_from=self.seam.skipped if self.seam else 0,
            kept_to=len(draft.text) - len(self._half) if self._cut_half and self._half else None,
        )

    def _show(self, words: str) -> str:
        if words:
            self._shown.append(words)
        return words


def talked_s(runs: Iterable[LegRun]) -> float:
    """How long these were being heard, from the first word of each."""
    heard = ((run.draft.first_word_at, run.ended_at) for run in runs)
    return sum((ended or time.monotonic()) - first for first, ended in heard if first is not None)


def is_astray(run: LegRun) -> bool:
    """Whether a leg that began the answer anew added nothing to it, and did not end where it had ended."""
    is_at_its_end = run.draft.finish == "stop" and run.seam is not None and not run.seam.is_astray
    return not run.shown.strip() and not is_at_its_end


def state_after(run: LegRun, failure: DeepChatError | None) -> LegState:
    """How a leg ended that nobody stopped."""
    if failure is None:
        return "whole"
    return "refused" if run.draft.first_word_at is None else "broken"
