"""Was an answer cut off, and how is it carried on?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from deepchat.conversation.draft import Draft
from deepchat.conversation.message import Message, assistant, user
from deepchat.conversation.parts import Text
from deepchat.conversation.usage import Usage
from deepchat.engine.context import LEAST_ROOM, TOKENS_AROUND_A_MESSAGE, estimate_prompt, most_prompt
from deepchat.engine.forms import Form, as_sent
from deepchat.engine.repetition import loop_at_end
from deepchat.engine.verdicts import STOPS, CarryOn, Reason, Stop, Verdict, Whole
from deepchat.errors import ContextTooLong, WireError
from deepchat.wire.request import ChatRequest

MOST_BLANKS: Final = 400
NUDGE: Final = (
    "Your last message was cut off. Continue it exactly where it stopped, in the middle of a word if need be. "
    "Repeat nothing, announce nothing, and open no code block that is open already."
)
_NO_PREFILL: Final = re.compile(
    r"\bprefill|continue_final_message|conversation must end with a user message|expected last role"
    r"|(?:last|final) message must (?:be|have|come)\b.{0,20}\buser",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rules:
    automatic: bool = True
    """Carry on without being asked."""
    legs: int = 8
    """How many requests one answer may take, or what stands between two calls of tools."""
    rounds: int = 8
    """How often tools may be called in one answer before the user is asked again."""


@dataclass(frozen=True, slots=True)
class _Leg:
    draft: Draft
    shown: str
    asked: ChatRequest
    before: str
    form: Form


def judge(
    leg_draft: Draft,
    shown: str,
    asked: ChatRequest,
    context: int | None,
    legs_done: int,
    rules: Rules,
    *,
    before: str = "",
    form: Form = "prefill",
) -> Verdict:
    """What comes after a leg that the server ended.

    `shown` is what it added to the answer, its text after the seam, and `before` the answer before it; `context` is
    the model's window in tokens, if known; `legs_done` counts this leg too; `form` is how the legs of this answer are
    asked for. What the answer may cost is for the caller to watch.
    """
    leg = _Leg(leg_draft, shown, asked, before, form)
    if leg_draft.finish == "content_filter":
        return STOPS["filtered"]
    if leg_draft.finish != "length" or _ends_at_stop_text(leg):
        return Whole()
    return _going_on(leg, context, legs_done, rules)


def after_break(
    leg_draft: Draft,
    shown: str,
    asked: ChatRequest,
    context: int | None,
    legs_done: int,
    rules: Rules,
    *,
    before: str = "",
    form: Form = "prefill",
) -> Verdict:
    """What comes after a leg that broke off after its first token: the same, but it is never whole."""
    return _going_on(_Leg(leg_draft, shown, asked, before, form), context, legs_done, rules)


def after_completion(leg_draft: Draft) -> Verdict:
    """What comes after a raw completion: it is never carried on by itself."""
    match leg_draft.finish:
        case "content_filter":
            return STOPS["filtered"]
        case "length":
            return STOPS["by_hand"]
        case _:
            return Whole()


def after_restart(
    leg_draft: Draft, asked: ChatRequest, context: int | None, legs_done: int, rules: Rules, *, form: Form
) -> Verdict:
    """What comes after a leg that began the answer anew and added nothing: it is asked in words, once."""
    if form == "nudge":
        return STOPS["no_progress"]
    leg = _Leg(leg_draft, "", asked, "", "nudge")
    return STOPS[reason] if (reason := _cannot_be_joined(leg)) else _as_allowed(leg, context, legs_done, rules)


def after_refusal(error: WireError, form: Form) -> Verdict:
    """What comes when the server refused to go on: the same in words, if it was the prefill; else what stands stays."""
    if form == "prefill" and refuses_prefill(error):
        return CarryOn("nudge")
    if isinstance(error, ContextTooLong):
        return STOPS["context_full"]
    return Stop("refused", f"the rest of the answer did not come: {error.message}", error.hint)


def refuses_prefill(error: WireError) -> bool:
    """Whether the server won't go on from a last message by the assistant, and has to be asked in words."""
    return _NO_PREFILL.search(error.message) is not None


def next_request(
    question: ChatRequest,
    so_far: str,
    reasoning: str,
    form: Form,
    max_left: int | None = None,
    *,
    blanks_too: bool = False,
) -> ChatRequest:
    """The request for the rest of an answer; `max_left` is what fits, in tokens, and lowers `max_tokens` only.

    `max_tokens` is the longest answer of one request, so each leg has it anew. The answer goes without the blanks at
    its end: some servers drop them and some refuse them, and the seam knows that they are said again. Its reasoning
    stays beside it, and never becomes a part of its words.
    """
    parameters = question.parameters
    if max_left is not None and parameters.max_tokens is not None:
        parameters = replace(parameters, max_tokens=max(1, min(parameters.max_tokens, max_left)))
    messages = list(question.messages)
    begun = messages.pop().text if messages and _is_words_of_assistant(messages[-1]) else ""
    if text := as_sent(begun + so_far, blanks_too=blanks_too):
        messages.append(replace(assistant(text), reasoning=reasoning))
        if form == "nudge":
            messages.append(user(NUDGE))
    return replace(question, messages=tuple(messages), parameters=parameters)


def another_model(first: str, now: str) -> str:
    """A notice when a leg was answered by another model than the legs before; empty when it was not."""
    return f"{now} goes on with what {first} began" if first and now and first != now else ""


def _going_on(leg: _Leg, context: int | None, legs_done: int, rules: Rules) -> Verdict:
    if reason := _cannot_be_joined(leg) or _leads_nowhere(leg):
        return STOPS[reason]
    return _as_allowed(leg, context, legs_done, rules)


def _as_allowed(leg: _Leg, context: int | None, legs_done: int, rules: Rules) -> Verdict:
    """Whether there is room for another leg, and the user wants one."""
    if context is not None and context - _tokens_used(leg) < min(LEAST_ROOM, context // 4):
        return STOPS["context_full"]
    if not rules.automatic:
        return STOPS["by_hand"]
    if legs_done >= rules.legs:
        return STOPS["legs_used_up"]
    return CarryOn(leg.form)


def grown_prompt(counted: Usage | None, form: Form) -> int:
    """How many tokens the next request is at most, by what the server counted of the last one; 0 when it did not."""
    if counted is None:
        return 0
    nudge = most_prompt([user(NUDGE)]) if form == "nudge" else 0
    return counted.total_tokens + TOKENS_AROUND_A_MESSAGE + nudge


def _tokens_used(leg: _Leg) -> int:
    """What of the window is taken after a leg, as the server counted it, or roughly."""
    if leg.draft.usage:
        return leg.draft.usage.total_tokens
    return estimate_prompt(leg.asked.messages) + leg.draft.estimated_completion_tokens


def _cannot_be_joined(leg: _Leg) -> Reason | None:
    if leg.draft.tool_calls:
        return "tool_call_cut"
    if leg.asked.parameters.response_format is not None:
        return "json_cut"
    return "several_answers" if (leg.asked.parameters.n or 1) > 1 else None


def _leads_nowhere(leg: _Leg) -> Reason | None:
    if not leg.shown.strip() and not _is_padding(leg):
        thought = leg.draft.reasoning or (leg.draft.usage and leg.draft.usage.reasoning_tokens)
        return "thinking_ate_all" if thought else "no_progress"
    return "repetition" if loop_at_end(leg.before + leg.shown) else None


def says_only_blanks_again(draft: Draft, shown: str) -> bool:
    """Whether a leg was so short that it only said the blanks at the answer's end, which it was not sent."""
    return draft.finish == "length" and not shown and draft.text != "" and not draft.text.strip()


def _is_padding(leg: _Leg) -> bool:
    """Blanks alone are something new as long as they are no more than a wide table has."""
    answer = leg.before + leg.shown
    return bool(leg.shown and leg.before.strip()) and len(answer) - len(answer.rstrip()) <= MOST_BLANKS


def _ends_at_stop_text(leg: _Leg) -> bool:
    """Whether a stop text lies across the seam, where no server could see it."""
    for stop in leg.asked.parameters.stop:
        reach = len(stop) - 1
        if reach and stop in leg.before[-reach:] + leg.shown[:reach]:
            return True
    return False


def _is_words_of_assistant(message: Message) -> bool:
    return message.role == "assistant" and all(isinstance(part, Text) for part in message.parts)
