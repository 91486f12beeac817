"""What the simulator can say back: an answer, a stream of events, a script to play, or a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from deepchat.simulator.scene import Manners, Step
from deepchat.simulator.values import Json, spell, to_bytes

Headers: TypeAlias = tuple[tuple[str, str], ...]

BATCH_EVENTS = 256
"""Events that leave in one write when nothing sets the pace: one system call instead of hundreds."""
SHORTEST_PAUSE_S = 0.01
"""A quick pace sends several tokens after each pause, so that its cost does not grow with its speed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    """The HTTP status."""
    body: bytes
    """The body as it is sent."""
    headers: Headers = ()
    """Headers beside those that frame the body."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that comes as server-sent events."""

    events: AsyncGenerator[bytes]
    """Whole events, one or many at a time."""
    torn: bool = False
    """The connection ends with them, and not the answer."""


@dataclass(frozen=True, slots=True)
class Script:
    """A scene's act for one request."""

    steps: tuple[Step, ...]
    """What to do on the connection."""
    speak: Callable[[Manners], Answer | Stream]
    """The strict server's own answer, for the steps that want one."""
    seat: AbstractContextManager[None]
    """A place among the requests that the model serves at once; taken while the script plays."""


Reply: TypeAlias = Answer | Stream | Script


class Refusal(Exception):
    """The server says no, in its own words."""

    def __init__(self, status: int, body: Json, headers: Headers = ()) -> None:
        super().__init__(status, body)
        self.body = body
        self.answer = answer(body, status, headers)


def answer(body: Json, status: int = 200, headers: Headers = ()) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, to_bytes(spell(body)), headers)


def refusal(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | int | None = None,
) -> Refusal:
    """A refusal in the form that most OpenAI-style errors have."""
    return Refusal(status, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def misfit(place: Sequence[str | int], message: str, kind: str) -> Refusal:
    """A 422 in the form of a server that checks bodies against a schema."""
    loc: list[Json] = ["body", *place]
    return Refusal(422, {"detail": [{"loc": loc, "msg": message, "type": kind}]})


def native_refusal(status: int, message: str) -> Refusal:
    """A refusal in the form of DeepInfra's own routes."""
    return Refusal(status, {"error": message})


async def in_order(events: Sequence[str], manners: Manners, ended: Callable[[int], None]) -> AsyncGenerator[bytes]:
    """The events at the pace of the manners; `ended` learns how many had left when the stream ended or was left."""
    sent = 0
    try:
        if manners.first_token_s:
            await asyncio.sleep(manners.first_token_s)
        started = asyncio.get_running_loop().time()
        while sent < len(events):
            due = sent + BATCH_EVENTS
            if manners.tokens_per_second:
                elapsed = asyncio.get_running_loop().time() - started
                due = max(sent, int(elapsed * manners.tokens_per_second)) + 1
            batch = events[sent:due]
            sent += len(batch)
            yield to_bytes("".join(batch))
            if manners.tokens_per_second and sent < len(events):
                await asyncio.sleep(max(1 / manners.tokens_per_second, SHORTEST_PAUSE_S))
    finally:
        ended(sent)


def event(data: str) -> str:
    """One server-sent event."""
    return f"data: {data}\n\n"
