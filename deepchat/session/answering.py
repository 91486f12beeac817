"""One answer of a conversation: heard, folded into its tree, and kept, however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.chosen import as_given, parameters_json
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.events import (
    Asked,
    LegEnded,
    Noticed,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message
from deepchat.conversation.parts import Part, Text
from deepchat.conversation.tree import Node, State
from deepchat.engine.limits import ANSWER
from deepchat.engine.mending import closed
from deepchat.errors import AnswerIncomplete, BudgetReached, DeepChatError, NotFound, StoreError, UsageError
from deepchat.session.budget import Allowance
from deepchat.session.clock import now_ms
from deepchat.session.record import Bill, Record
from deepchat.session.titles import title_with

if TYPE_CHECKING:
    from deepchat.engine.leg import LegRun
    from deepchat.engine.turn import Turn

SAVE_AGAIN_S: Final = 5.0
"""A disk that was full may have room again."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What makes an answer part of a conversation; any other costs like it, but stands nowhere."""

    conversation: Conversation
    new: Sequence[Node]
    """What is said with it."""


class Answering:
    """A turn as it becomes part of a conversation, or of none."""

    def __init__(
        self, turn: Turn, answer: Node, spoken: Spoken | None, kept: Record | Bill | None, allowance: Allowance
    ) -> None:
        """An answer that the tree has already is gone on with; `kept` takes to disk what shall be there."""
        self.turn = turn
        self.node = answer
        """The answer; what it says is in the turn's draft as long as it streams."""
        self.unsaved: StoreError | NotFound | None = None
        """Why the answer, as it stands here, is not on disk."""
        self.is_coming = False
        """Its events are being read."""
        self.withdrawn = False
        """Something else was asked before it was: it is not sent any more."""
        self._before = answer
        self._asked_of = turn.asking.providers[0].place.name
        self._spoken = spoken
        self._record = kept
        self._allowance = allowance
        self._placed = False
        self._told_of_loss = False

    @property
    def begun(self) -> bool:
        """Its question is on disk, or on its way there, or at least what it costs."""
        return self._record is not None and self._record.begun

    @property
    def kept_in(self) -> str:
        """The conversation's name, when the answer is kept in it."""
        spoken, record = self._spoken, self._record
        is_kept = isinstance(record, Record) and record.begun and not self.unsaved
        return spoken.conversation.id if spoken and is_kept else ""

    @property
    def message(self) -> str:
        """The answer's name, when it is kept."""
        return self.node.id if self.kept_in else ""

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """What is heard; raises what the turn raises, and `unsaved` when the answer, now in memory, isn't on disk."""
        if self.withdrawn:
            raise UsageError("something else was asked meanwhile", "ask again")
        state: State = "stopped"
        error = ""
        self.is_coming = True
        try:
            async with aclosing(self._heard()) as heard:
                async for event in heard:
                    yield event
            state = "whole"
        except AnswerIncomplete as failure:
            state, error = "incomplete", failure.message
            raise
        except BudgetReached as failure:
            error = failure.message
            raise
        except DeepChatError as failure:
            state = "failed" if self.turn.draft.is_empty and not self._before.message.text else "incomplete"
            error = failure.message
            raise
        finally:
            try:
                await self._finish(state, error)
            finally:
                self.is_coming = False
        if self.unsaved:
            raise self.unsaved

    async def save(self) -> None:
        """Write now what could not be written at its end, if anything. Raises StoreError."""
        if isinstance(self.unsaved, StoreError):
            await self._save()
        if isinstance(self.unsaved, StoreError):
            raise self.unsaved

    async def save_in_time(self) -> None:
        """The same as soon as the disk allows it; being cancelled, try it a last time."""
        while isinstance(self.unsaved, StoreError):
            try:
                await asyncio.sleep(SAVE_AGAIN_S)
            finally:
                with suppress(StoreError):
                    await self.save()

    async def _heard(self) -> AsyncGenerator[StreamEvent, None]:
        """The turn's events, each kept before it is told, and what the user should know of what is kept."""
        for limit in self.turn.limits:
            if limit.unknown:
                several = "s" if limit.unknown > 1 else ""
                what = f"{limit.unknown} request{several} whose cost nobody knows"
                yield Noticed(f"{limit.what} has {what}: its budget counts the others alone")
        async with aclosing(self.turn.events()) as events:
            async for event in events:
                await self._take(event)
                yield event
                if notice := self._loss():
                    yield notice

    async def _take(self, event: StreamEvent) -> None:
        record, run = self._record, self.turn.runs[-1] if self.turn.runs else None
        match event:
            case Asked() if run:
                if record:
                    await self._enter(run, record)
                self._place()
            case LegEnded() if record:
                await record.leg_ended()
                if budgets := await self._allowance.limits(self.turn.legs):
                    self.turn.limits = [limit for limit in self.turn.limits if limit.what == ANSWER] + budgets
            case ToolCalled() | ToolReturned() if record:
                await record.say(self._standing("streaming", ""))
            case TextDelta(text) | ReasoningDelta(text) if record:
                record.heard(len(text))
            case _:
                pass

    async def _enter(self, run: LegRun, record: Record | Bill) -> None:
        """What is about to leave is on disk when this returns; what can't be is not sent."""
        known, legs = self.turn.limits, self.turn.legs
        try:
            await record.asked(run, lambda c: self._allowance.need_room(c, known, legs))
        except (StoreError, BudgetReached):
            run.was_not_sent()
            raise

    def _loss(self) -> Noticed | None:
        """Told once: what comes is not on disk."""
        lost = self._record.lost if self._record else None
        if lost is None or self._told_of_loss:
            return None
        self._told_of_loss = True
        return Noticed(f"what comes can't be saved just now: {lost.message}")

    def _place(self) -> None:
        """What is on disk now is in the tree too."""
        if self._placed:
            return
        self._placed = True
        if self._spoken is None:
            return
        conversation, new = self._spoken.conversation, self._spoken.new
        conversation.title, tree = title_with(conversation, new), conversation.tree
        for node in new:
            tree.add(node)
        if self.node.id in tree:
            tree.put(self.node)
        else:
            tree.add(self.node)

    async def _finish(self, state: State, error: str) -> None:
        """Nothing may keep the answer from the tree: what can't be written is told, and raised by `events` alone."""
        if not self._placed and not self.begun:
            return
        self._place()
        ended = self._standing(state, error)
        self.node = replace(ended, message=replace(ended.message, parts=closed(ended.message.parts)))
        if self._spoken:
            self._spoken.conversation.updated_ms = now_ms()
            self._spoken.conversation.tree.put(self.node)
        await self._save()

    async def _save(self) -> None:
        if self._record:
            try:
                await self._record.finish(self.node)
                self.unsaved = None
            except (StoreError, NotFound) as lost:
                self.unsaved = lost

    def _standing(self, state: State, error: str) -> Node:
        """The answer as far as it came."""
        before, turn, draft = self._before, self.turn, self.turn.draft
        legs = tuple(leg for leg in turn.legs if leg.state != "refused")
        thoughts = before.message.reasoning + "".join(leg.reasoning for leg in legs)
        said = Message("assistant", _joined(before.message.parts, draft.parts), thoughts)
        earlier = before.answer.legs if before.answer else ()
        answer = Answer(
            self._asked_of,
            turn.question.model,
            draft.served_model,
            parameters_json(as_given(turn.question.parameters)),
            draft.finish,
            turn.first_word_s,
            turn.seconds,
            tuple(_sharing(leg, said) for leg in earlier + legs),
            error,
        )
        return replace(before, message=said, state=state, answer=answer)


def _sharing(leg: Leg, said: Message) -> Leg:
    """The same leg; what it and its message both say, as most do, is one text in memory and not two."""
    text = said.text if leg.text == said.text else leg.text
    return replace(leg, text=text, reasoning=said.reasoning if leg.reasoning == said.reasoning else leg.reasoning)


def _joined(before: Sequence[Part], more: Sequence[Part]) -> tuple[Part, ...]:
    """What stood and what follows, in one piece where words go on."""
    joined: list[Part] = []
    for part in (*before, *more):
        if isinstance(part, Text) and joined and isinstance(last := joined[-1], Text):
            joined[-1] = Text(last.text + part.text)
        elif part != Text(""):
            joined.append(part)
    return tuple(joined) or (Text(""),)
