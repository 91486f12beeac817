"""How an answer of DeepChat's own export came to be: its legs, what they took and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from deepchat.conversation.events import Finish
from deepchat.conversation.importers import fields
from deepchat.conversation.legs import Answer, Leg, LegState
from deepchat.conversation.usage import UNKNOWN_COST, Cost, CostSource, Usage


def answer_of(value: object) -> tuple[Answer | None, list[str]]:
    """The answer, if there is one, and what is wrong with it."""
    row = fields.table(value)
    if not row:
        return None, [] if value is None else ["how it came to be can't be read: only its words are taken"]
    faults: list[str] = []
    legs: list[Leg] = []
    for number, one in enumerate(fields.items(row.get("legs")), 1):
        leg = _leg(fields.table(one))
        if leg:
            legs.append(leg)
        else:
            faults.append(f"leg {number} can't be read: it is left out")
    answer = Answer(
        provider=fields.text(row.get("provider")),
        model=fields.text(row.get("model")),
        served_model=fields.text(row.get("served_model")),
        parameters=dict(fields.table(row.get("parameters"))),
        finish=_finish(row.get("finish")),
        first_token_s=fields.seconds(row.get("first_token_s")),
        seconds=fields.seconds(row.get("seconds")) or 0.0,
        legs=tuple(legs),
        error=fields.text(row.get("error")),
    )
    return answer, faults


def _leg(row: Mapping[str, object]) -> Leg | None:
    leg_id, asked_ms, state = fields.text(row.get("id")), fields.whole(row.get("asked_ms")), row.get("state")
    if not leg_id or asked_ms is None or state not in get_args(LegState):
        return None
    text = fields.text(row.get("text"))
    return Leg(
        id=leg_id,
        provider=fields.text(row.get("provider")),
        model=fields.text(row.get("model")),
        asked_ms=asked_ms,
        # As it was while it was exported; here nobody waits for it any more.
        state="broken" if state == "pending" else cast("LegState", state),
        served_model=fields.text(row.get("served_model")),
        tier=fields.text(row.get("tier")),
        request_id=fields.text(row.get("request_id")),
        finish=_finish(row.get("finish")),
        usage=_usage(row.get("usage")),
        cost=_cost(row.get("cost")),
        first_token_s=fields.seconds(row.get("first_token_s")),
        seconds=fields.seconds(row.get("seconds")) or 0.0,
        text=text,
        reasoning=fields.text(row.get("reasoning")),
        kept_from=fields.count(row.get("kept_from")) or 0,
        kept_to=fields.count(row.get("kept_to")),
        dropped=row.get("dropped") is True,
    )


def _finish(value: object) -> Finish | None:
    return cast("Finish", value) if value in get_args(Finish) else None


def _usage(value: object) -> Usage | None:
    row = fields.table(value)
    prompt, completion = fields.count(row.get("prompt_tokens")), fields.count(row.get("completion_tokens"))
    if prompt is None or completion is None:
        return None
    cached, reasoning = fields.count(row.get("cached_tokens")), fields.count(row.get("reasoning_tokens"))
    return Usage(prompt, completion, cached or 0, reasoning or 0)


def _cost(value: object) -> Cost:
    row = fields.table(value)
    nano, source = fields.count(row.get("nano")), row.get("source")
    if nano is None or source not in get_args(CostSource):
        return UNKNOWN_COST
    return Cost(nano, cast("CostSource", source), row.get("estimated") is True)
