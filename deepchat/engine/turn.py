"""One turn: a question is asked, its answer carried on until it is whole, and its cost watched while it comes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import Asked, CarriedOn, LeftOut, LegEnded, Noticed, StreamEvent, TextDelta
from deepchat.conversation.legs import Leg, total_cost
from deepchat.conversation.parts import Text
from deepchat.conversation.usage import Cost, Usage, total_usage
from deepchat.engine.affording import Question
from deepchat.engine.context import TrimRule, fitted
from deepchat.engine.continuation import (
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
from deepchat.engine.leg import LegRun, is_astray, state_after, talked_s
from deepchat.engine.limits import UNPRICED, Limit
from deepchat.engine.purse import PriceList, Purse
from deepchat.engine.rounds import ROUNDS_HINT, Round, asked_on, break_after, make_calls
from deepchat.engine.seam import Seam
from deepchat.engine.verdicts import STOPS, CallTools, CarryOn, Reason, Stop, Verdict, Whole
from deepchat.errors import AnswerCut, AnswerIncomplete, BudgetReached, DeepChatError, KeyProblem, WireError
from deepchat.tools.tool import Toolbox
from deepchat.wire.http import Exchange
from deepchat.wire.request import ChatRequest, CompletionRequest
from deepchat.wire.retry import MOST_ATTEMPTS, Attempts
from deepchat.wire.stream import Asking, stream_answer

Events = AsyncGenerator[StreamEvent, None]
ONE_LEG: Final = Rules(automatic=False, legs=1)
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
    """What it may cost; they may be renewed when a leg has ended."""
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
    toolbox: Toolbox | None = None
    """The tools that the model may call; None offers it none."""
    draft: Draft = field(default_factory=Draft)
    """The answer as it stands, its legs joined; without what stood already."""
    asked_at: float = field(default_factory=time.monotonic)
    """When the user sent the question, as far as that is known, on the monotonic clock; from then on they wait."""
    runs: list[LegRun] = field(default_factory=list[LegRun], init=False)
    seconds: float = field(default=0.0, init=False)
    first_word_s: float | None = field(default=None, init=False)
    _blanks_too: bool = field(default=False, init=False)
    """The next leg is sent the blanks at the answer's end."""
    _round: Round = field(default=Round(), init=False)
    _purse: Purse = field(init=False)

    async def events(self) -> Events:
        """What is heard, already folded; nothing is sent before the `Asked` that announces it was taken.

        Raises one of our errors, AnswerIncomplete too; the draft and the legs keep what came.
        """
        self._purse = Purse(self.limits, self.price_list, self.unpriced)
        attempts = Attempts(most=MOST_ATTEMPTS + self.rules.legs + self.rules.rounds)
        if self.toolbox and isinstance(self.question, ChatRequest):
            self.question = replace(self.question, tools=self.toolbox.offers)
        try:
            if left_out := self._fit():
                yield LeftOut(left_out)
            async with aclosing(self._legs(attempts)) as events:
                async for event in events:
                    self.draft.take(event, time.monotonic())
                    yield event
        finally:
            self._stop_last()
            self.seconds = time.monotonic() - self.asked_at
            if self.draft.first_word_at is not None:
                self.first_word_s = self.draft.first_word_at - self.asked_at

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The requests that were made, the last of them perhaps on its way."""
        return tuple(run.record for run in self.runs if run.attempts)

    @property
    def usage(self) -> Usage:
        """What all legs took together."""
        return total_usage(run.usage for run in self.runs)

    @property
    def cost(self) -> Cost:
        """What it cost so far; a leg that was refused costs nothing, unless its server reported a cost."""
        return total_cost([run.cost for run in self.runs if run.is_billed])

    @property
    def talked_s(self) -> float:
        """How long it was being heard: without what was waited for, of a server, of a tool or of the user."""
        return talked_s(list(self.runs))

    async def _legs(self, attempts: Attempts) -> Events:
        while True:
            run = self._next_leg()
            failure: WireError | KeyProblem | None = None
            try:
                async with aclosing(self._hear(run, attempts)) as heard:
                    async for event in heard:
                        yield event
            except (WireError, KeyProblem) as error:
                failure = error
            if held := run.end(state_after(run, failure)):
                yield TextDelta(held)
            verdict = self._verdict(run, failure)
            if half := "" if isinstance(verdict, CarryOn) else run.say_half():
                yield TextDelta(half)
            yield LegEnded(len(self.runs))
            match verdict:
                case Whole():
                    self._check_said()
                    return
                case CarryOn() | CallTools():
                    async with aclosing(self._go_on(run, verdict, failure)) as events:
                        async for event in events:
                            yield event
                case Stop(reason, message, hint):
                    raise failure or _ERRORS.get(reason, AnswerIncomplete)(message, hint)
                case _:
                    assert_never(verdict)

    async def _go_on(self, run: LegRun, verdict: CarryOn | CallTools, failure: DeepChatError | None) -> Events:
        """What is done after a leg, and learnt of it, before the next one."""
        # Whoever began an answer goes on with it, even a fallback; only those after it may still take over.
        self.asking = self.asking.from_here(run.draft.provider)
        if isinstance(verdict, CallTools):
            async with aclosing(self._call_tools()) as events:
                async for event in events:
                    yield event
            return
        if verdict.form == "nudge":
            self.cannot_prefill.add((run.draft.provider, self.question.model))
        run.cut_half()
        yield CarriedOn(self._legs_done + 1, self.rules.legs, failure.message if failure else "it was cut off")

    async def _call_tools(self) -> Events:
        """Make the calls that stand, and put what they gave back into the question of the next leg."""
        if gap := break_after(self._so_far):
            yield TextDelta(gap)
        number, most = self._round.number + 1, self.rules.rounds
        toolbox = self.toolbox if number <= most else None
        async with aclosing(make_calls(toolbox, self.draft.tool_calls)) as events:
            async for event in events:
                yield event
        if toolbox is None:
            raise AnswerCut(f"the model called tools {most} times in one answer", ROUNDS_HINT)
        parts, said = self.draft.parts, self.so_far + self.draft.text
        begun = [Text(self.so_far)] if number == 1 else []
        self.question = asked_on(self.question, [*begun, *parts[self._round.parts :]])
        self._round, self._blanks_too = Round(number, len(self.runs), len(said), len(parts)), False
        if left_out := self._fit():
            yield LeftOut(left_out)

    async def _hear(self, run: LegRun, attempts: Attempts) -> Events:
        """One leg's events, its words as far as they are for the answer."""
        self._purse.renew(self.limits)
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
        model = self.price_list(self._place, self.question.model)
        self.question, left_out = fitted(self.question, model.context if model else None, self.trim)
        return left_out

    def _next_leg(self) -> LegRun:
        question, so_far = self.question, self._so_far
        if so_far and isinstance(question, ChatRequest):
            form, blanks = self._form, self._blanks_too
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
        if run.seam and run.seam.found == "restart":
            # Whoever begins anew does not go on inside its message: it may when it is asked in words.
            self.cannot_prefill.add((run.draft.provider, self.question.model))
            if is_astray(run):
                return after_restart(run.draft, asked, window, legs, self.rules, form=form)
        self._blanks_too = not self._blanks_too and says_only_blanks_again(run.draft, run.shown)
        if self._blanks_too and self.rules.automatic and legs < self.rules.legs:
            return CarryOn(self._form)
        after = after_break if failure else judge
        verdict = after(run.draft, run.shown, asked, window, legs, self.rules, before=before, form=self._form)
        if self.toolbox and verdict == Whole() and self.draft.tool_calls:
            return CallTools()
        if self.toolbox and verdict == STOPS["tool_call_cut"] and not self._round.call_was_cut:
            self._round = replace(self._round, call_was_cut=True)
            return CarryOn(self._form) if self.rules.automatic and legs < self.rules.legs else verdict
        return verdict

    def _check_said(self) -> None:
        """What ended well may still be no answer. Raises AnswerIncomplete."""
        if calls := self.draft.tool_calls:
            names = ", ".join(call.name for call in calls)
            raise AnswerIncomplete(f"the model wanted to call {names}, which was not offered", "ask without tools")
        if not self._so_far.strip():
            raise AnswerIncomplete("the answer has no words", "ask again, or choose another model")

    def _stop_last(self) -> None:
        """The user, a budget or a fault ended it: what was still held back belongs to the answer."""
        if self.runs and self.runs[-1].state == "pending":
            run = self.runs[-1]
            self.draft.take(TextDelta(run.end("stopped") + run.say_half()), time.monotonic())

    @property
    def _legs_done(self) -> int:
        return sum(run.state != "refused" for run in self.runs[self._round.legs :])

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
        """What stands of the answer since tools were last called."""
        return (self.so_far + self.draft.text)[self._round.characters :]
