"""An answer told afterwards: as the JSON object that scripts rely on, and as one line for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from deepchat.conversation.draft import Draft
from deepchat.conversation.parts import ToolCall, ToolResult
from deepchat.conversation.usage import NO_USAGE, UNKNOWN_COST, Cost, Usage, dollars
from deepchat.errors import DeepChatError
from deepchat.secret import scrub

if TYPE_CHECKING:
    from deepchat.conversation.legs import Leg
    from deepchat.workspace import Answering, Turn

_THAT_ANSWER: Final = ("ask", "complete")


def answer_json(asked: Answering | None, error: DeepChatError | None) -> dict[str, object]:
    """Everything about an answer, or about none; the keys are a contract."""
    turn = asked.turn if asked else None
    draft = turn.draft if turn else Draft()
    usage, cost = (turn.usage, turn.cost) if turn and draft.provider else (NO_USAGE, UNKNOWN_COST)
    seconds = round(turn.seconds, 3) if turn else 0.0
    first_word_s = turn.first_word_s if turn else None
    told: dict[str, object] = {
        "text": draft.text,
        "reasoning": draft.reasoning,
        "provider": draft.provider or None,
        "model": turn.question.model if turn else None,
        "served_model": draft.served_model or None,
        "finish_reason": finish_word(draft),
        "legs": [leg_json(leg) for leg in turn.legs] if turn else [],
        "usage": usage_json(usage),
        "cost": cost_json(cost),
        "first_token_s": None if first_word_s is None else round(first_word_s, 3),
        "seconds": seconds,
        "conversation": asked.kept_in or None if asked else None,
        "message": asked.message or None if asked else None,
        "compaction": None,
        "service_tier": draft.tier or None,
        "request_id": draft.request_id or None,
        "error": error_json(error),
    }
    if calls := calls_json(draft):
        told["tool_calls"] = calls
    if draft.logprobs:
        told["logprobs"] = [json.loads(piece) for piece in draft.logprobs]
    return told


def effort_json(turn: Turn) -> dict[str, object]:
    """What something took that is no answer itself."""
    return {
        "legs": [leg_json(leg) for leg in turn.legs],
        "usage": usage_json(turn.usage),
        "cost": cost_json(turn.cost),
        "seconds": round(turn.seconds, 3),
    }


def failure_json(verb: str, error: DeepChatError) -> dict[str, object]:
    """The object of a verb that had nothing else to tell."""
    return answer_json(None, error) if verb in _THAT_ANSWER else {"error": error_json(error)}


def calls_json(draft: Draft) -> list[dict[str, object]]:
    """Every call of an answer with what it gave back, null when that never came."""
    results = {part.call_id: part.text for part in draft.parts if isinstance(part, ToolResult)}
    return [
        {"id": part.id, "name": part.name, "arguments": part.arguments, "result": results.get(part.id)}
        for part in draft.parts
        if isinstance(part, ToolCall)
    ]


def leg_json(leg: Leg) -> dict[str, object]:
    """One request of an answer."""
    return {
        "id": leg.id,
        "state": leg.state,
        "finish_reason": leg.finish,
        "usage": usage_json(leg.usage or NO_USAGE),
        "cost": cost_json(leg.cost),
        "seconds": round(leg.seconds, 3),
        "provider": leg.provider,
        "served_model": leg.served_model or None,
    }


def error_json(error: DeepChatError | None) -> dict[str, object] | None:
    if error is None:
        return None
    status: object = getattr(error, "status", None)
    told = {"kind": error.kind, "message": scrub(error.message), "hint": scrub(error.hint), "status": status}
    request_id: object = getattr(error, "request_id", "")
    return {**told, "request_id": request_id} if request_id else told


def usage_json(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "completion_tokens": usage.completion_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }


def cost_json(cost: Cost) -> dict[str, object]:
    return {"usd": cost.usd, "source": "estimate" if cost.estimated and cost.nano is not None else cost.source}


def finish_word(draft: Draft) -> str | None:
    """Why it ended: our word, or the server's own where we have none."""
    if draft.finish == "other":
        return draft.finish_said or "unknown"
    return draft.finish


def cost_words(cost: Cost) -> str:
    """`$0.00107`, `~$0.00107` when it is an estimate, `?` when it is not known."""
    if cost.nano is None:
        return "cost ?"
    return f"{'~' if cost.estimated else ''}${dollars(cost.nano)}"


def summary(turn: Turn) -> str:
    """One line: who answered, how much, how fast, for how much."""
    draft, usage = turn.draft, turn.usage
    model = (draft.served_model or draft.model).rpartition("/")[2]
    counted = "" if draft.usage else "~"
    tokens = f"{counted}{usage.prompt_tokens:,} in, {counted}{usage.completion_tokens:,} out"
    if usage.cached_tokens:
        tokens += f", {usage.cached_tokens:,} cached"
    legs = f" · {len(turn.legs)} legs" if len(turn.legs) > 1 else ""
    return f"{model} · {tokens}{legs} · {turn.seconds:.1f} s · {cost_words(turn.cost)}"
