"""One turn: a question is asked, its answer carried on until it is whole, and its cost watched while it comes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import Asked, CarriedOn, LeftOut, LegEnded, Noticed, StreamEvent, TextDelta
from deepchat.conversation.legs import Leg, LegState, total_cost
from deepchat.conversation.usage import Cost, Usage
from deepchat.engine.affording import Question
from deepchat.engine.context import TrimRule, estimate_prompt, trim
from deepchat.engine.continuation import (
    LEAST_ROOM,
    Rules,
    after_break,
    after_completion,
    after_refusal,
    after_restart,
    another_model,
    grown_prompt,
    judge,
    next_request,
    says_only_blanks_again,
)
from deepchat.engine.forms import Form
from deepchat.engine.leg import LegRun
from deepchat.engine.limits import UNPRICED, Limit
from deepchat.engine.purse import PriceList, Purse
from deepchat.engine.seam import Seam
from deepchat.engine.verdicts import CarryOn, Reason, Stop, Verdict, Whole
from deepchat.errors import (
    AnswerCut,
    AnswerIncomplete,
    BudgetReached,
    ContextTooLong,
    DeepChatError,
    KeyProblem,
    WireError,
)
from deepchat.wire.http import Exchange
from deepchat.wire.request import ChatRequest, CompletionRequest
from deepchat.wire.retry import MOST_ATTEMPTS, Attempts
from deepchat.wire.stream import Asking, stream_answer

ONE_LEG: Final = Rules(automatic=False, legs=1)
CERTAIN: Final = 1.5
"""Our count of tokens is rough: a conversation is not sent only when it is too long beyond doubt."""
_ERRORS: Final[Mapping[Reason, type[DeepChatError]]] = {
    "legs_used_up": AnswerCut,
    "by_hand": AnswerCut,
    "paid_up": BudgetReached,
}
"""What to raise for a reason to stop, if it is not just that the answer is incomplete."""


@dataclass(slots=True)
class Turn:
    """A question on its way; `events` may be consumed once, and what it leaves behind can be read at any time."""

    exchange: Exchange
    asking: Asking
    question: Question
    price_list: PriceList
    limits: Sequence[Limit] = ()
    """What it may cost."""
    unpriced: str = UNPRICED
    """What the user can do about a price that is not known, without which no limit can be watched."""
    rules: Rules = ONE_LEG
    """Whether, and how often, it is carried on by itself."""
    so_far: str = ""
    """An answer that stands already, which the first leg goes on from."""
    cannot_prefill: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Providers and models that have refused to go on from an answer; what is learnt is added."""
    trim: TrimRule = "stop"
    """What happens when the conversation does not fit the model's window."""
    draft: Draft = field(default_factory=Draft)
    """The answer as it stands, its legs joined; without what stood already."""
    runs: list[LegRun] = field(default_factory=list[LegRun], init=False)
    seconds: float = field(default=0.0, init=False)
    first_word_s: float | None = field(default=None, init=False)
    _blanks_too: bool = field(default=False, init=False)
    """The next leg is sent the blanks at the answer's end."""
    _purse: Purse = field(init=False)

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """What is heard, already folded; nothing is sent before the `Asked` that announces it was taken.

        Raises one of our errors, AnswerIncomplete too; the draft and the legs keep what came.
        """
        started = time.monotonic()
        self._purse = Purse(self.limits, self.price_list, self.unpriced)
        attempts = Attempts(most=MOST_ATTEMPTS + self.rules.legs)
        try:
            if left_out := self._fit():
                yield LeftOut(left_out)
            async with aclosing(self._legs(attempts)) as events:
                async for event in events:
                    self.draft.take(event, time.monotonic())
                    yield event
        finally:
            self._stop_last()
            self.seconds = time.monotonic() - started
            if self.draft.first_word_at is not None:
                self.first_word_s = self.draft.first_word_at - started

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The requests that were made, the last of them perhaps on its way."""
        return tuple(run.record for run in self.runs if run.attempts)

    @property
    def usage(self) -> Usage:
        """What all legs took together."""
        counts = [run.usage for run in self.runs]
        return Usage(
            sum(one.prompt_tokens for one in counts),
            sum(one.completion_tokens for one in counts),
            sum(one.cached_tokens for one in counts),
            sum(one.reasoning_tokens for one in counts),
        )

    @property
    def cost(self) -> Cost:
        """What it cost so far; a leg that was refused costs nothing, unless its server reported a cost."""
        return total_cost([run.cost for run in self.runs if run.is_billed])

    async def _legs(self, attempts: Attempts) -> AsyncGenerator[StreamEvent, None]:
        going_on = bool(self.so_far)
        while True:
            run = self._next_leg(going_on)
            failure: WireError | KeyProblem | None = None
            try:
                async with aclosing(self._hear(run, attempts)) as heard:
                    async for event in heard:
                        yield event
            except (WireError, KeyProblem) as error:
                failure = error
            if held := run.end(_state_after(run, failure)):
                yield TextDelta(held)
            verdict = self._verdict(run, failure)
            if half := "" if isinstance(verdict, CarryOn) else run.say_half():
                yield TextDelta(half)
            yield LegEnded(len(self.runs))
            match verdict:
                case Whole():
                    self._check_said()
                    return
                case CarryOn(form):
                    for event in self._carry_on(run, form, failure):
                        yield event
                    going_on = True
                case Stop(reason, message, hint):
                    raise failure or _ERRORS.get(reason, AnswerIncomplete)(message, hint)
                case _:
                    assert_never(verdict)

    async def _hear(self, run: LegRun, attempts: Attempts) -> AsyncGenerator[StreamEvent, None]:
        """One leg's events, its words as far as they are for the answer."""
        spoke_before = self._last_speaker
        wanted, providers = run.question, [provider.place.name for provider in self.asking.providers]
        run.question = self._purse.bounded(wanted, run.most_prompt, providers, self.cost)
        async with aclosing(stream_answer(self.exchange, self.asking, run.question, attempts)) as heard:
            async for event in heard:
                if isinstance(event, Asked):
                    self._purse.let_ask(wanted, run.most_prompt, event.provider, self.cost)
                run.take(event)
                if spoke_before and run.draft.served_model and run.draft.first_word_at is not None:
                    if changed := another_model(spoke_before, run.draft.served_model):
                        yield Noticed(changed)
                    spoke_before = ""
                if not isinstance(event, TextDelta):
                    yield event
                elif words := run.say(event.text):
                    yield TextDelta(words)
                if run.is_billed:
                    for near in self._purse.heard(wanted.model, self.cost):
                        yield near

    def _fit(self) -> int:
        """Leave out what does not fit, by the user's rule; how many messages. Raises ContextTooLong."""
        question = self.question
        model = self.price_list(self._place, question.model)
        if model is None or model.context is None or not isinstance(question, ChatRequest):
            return 0
        reserve = min(question.parameters.max_tokens or LEAST_ROOM, model.context // 2)
        trimmed = trim(question.messages, model.context, reserve, self.trim)
        if not trimmed.fits and estimate_prompt(trimmed.messages) > model.context * CERTAIN:
            raise ContextTooLong(
                f"the conversation is about {estimate_prompt(question.messages):,} tokens long, and {question.model} "
                f"has room for {model.context:,}",
                "choose a model with a larger window, start a new conversation, or set context.trim to oldest",
            )
        self.question = replace(question, messages=tuple(trimmed.messages))
        return trimmed.left_out

    def _next_leg(self, going_on: bool) -> LegRun:
        question = self.question
        if going_on and isinstance(question, ChatRequest):
            so_far, form, blanks = self._so_far, self._form, self._blanks_too
            request = next_request(question, so_far, "", form, blanks_too=blanks)
            known = grown_prompt(self.runs[-1].counted, form) if self.runs else 0
            run = LegRun(request, self.price_list, Seam(so_far, form, blanks_too=blanks), known)
        else:
            run = LegRun(question, self.price_list, None)
        self.runs.append(run)
        return run

    def _verdict(self, run: LegRun, failure: WireError | KeyProblem | None) -> Verdict:
        """What is to be done now that this leg is over."""
        if self._purse.has_cut(run.question, self.question, run.draft):
            reached = self._purse.reached(self.cost.nano or 0)
            return Stop("paid_up", reached.message, reached.hint)
        asked = run.question
        before = self._so_far.removesuffix(run.shown)
        if isinstance(asked, CompletionRequest):
            return Stop("refused", failure.message, failure.hint) if failure else after_completion(run.draft)
        if failure and run.state == "refused":
            if before and isinstance(failure, WireError):
                return after_refusal(failure, self._form)
            return Stop("refused", failure.message, failure.hint)
        window, legs, form = run.model.context if run.model else None, self._legs_done, self._form
        if run.found == "restart":
            # Whoever begins anew does not go on inside its message: it may when it is asked in words.
            self.cannot_prefill.add((run.draft.provider, self.question.model))
            if _is_astray(run):
                return after_restart(run.draft, asked, window, legs, self.rules, form=form)
        self._blanks_too = not self._blanks_too and says_only_blanks_again(run.draft, run.shown)
        if self._blanks_too and self.rules.automatic and legs < self.rules.legs:
            return CarryOn(self._form)
        after = after_break if failure else judge
        return after(run.draft, run.shown, asked, window, legs, self.rules, before=before, form=self._form)

    def _check_said(self) -> None:
        """What ended well may still be no answer. Raises AnswerIncomplete."""
        if calls := self.draft.tool_calls:
            names = ", ".join(call.name for call in calls)
            raise AnswerIncomplete(f"the model wanted to call {names}, which was not offered", "ask without tools")
        if not self._so_far.strip():
            raise AnswerIncomplete("the answer has no words", "ask again, or choose another model")

    def _carry_on(self, run: LegRun, form: Form, failure: DeepChatError | None) -> Iterator[StreamEvent]:
        """What is learnt of a leg before the next one goes on from it."""
        if form == "nudge":
            self.cannot_prefill.add((run.draft.provider, self.question.model))
        run.cut_half()
        self._stay_with(run.draft.provider)
        yield CarriedOn(self._legs_done + 1, self.rules.legs, failure.message if failure else "it was cut off")

    def _stay_with(self, provider: str) -> None:
        """Whoever began an answer goes on with it, even a fallback; only those after it may still take over."""
        chain = list(self.asking.providers)
        while chain[0].place.name != provider and len(chain) > 1:
            del chain[0]
        self.asking = replace(self.asking, providers=chain)

    def _stop_last(self) -> None:
        """The user, a budget or a fault ended it: what was still held back belongs to the answer."""
        if self.runs and self.runs[-1].state == "pending":
            run = self.runs[-1]
            self.draft.take(TextDelta(run.end("stopped") + run.say_half()), time.monotonic())

    @property
    def _legs_done(self) -> int:
        return sum(1 for run in self.runs if run.state != "refused")

    @property
    def _form(self) -> Form:
        return "nudge" if (self._place, self.question.model) in self.cannot_prefill else "prefill"

    @property
    def _last_speaker(self) -> str:
        """The model that said the last words: the one that was asked, when its server named none."""
        speakers = (run.draft for run in reversed(self.runs) if run.draft.first_word_at is not None)
        return next((draft.served_model or draft.model for draft in speakers), "")

    @property
    def _place(self) -> str:
        return self.asking.providers[0].place.name

    @property
    def _so_far(self) -> str:
        return self.so_far + self.draft.text


def _is_astray(run: LegRun) -> bool:
    """Whether a leg that began the answer anew added nothing to it, and did not end where it had ended."""
    is_at_its_end = run.draft.finish == "stop" and run.seam is not None and not run.seam.is_astray
    return not run.shown.strip() and not is_at_its_end


def _state_after(run: LegRun, failure: DeepChatError | None) -> LegState:
    if failure is None:
        return "whole"
    return "refused" if run.draft.first_word_at is None else "broken"
