"""One answer of a conversation: heard, folded into its tree, and kept, however it ends."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.events import Asked, LegEnded, ReasoningDelta, StreamEvent, TextDelta
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Node, State
from deepchat.errors import AnswerIncomplete, BudgetReached, DeepChatError, StoreError
from deepchat.session.record import Bill, Record
from deepchat.store.database import Database

if TYPE_CHECKING:
    from deepchat.engine.turn import Turn


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Answering:
    """A turn as it becomes part of a conversation."""

    def __init__(
        self,
        conversation: Conversation,
        database: Database | None,
        turn: Turn,
        new: Sequence[Node],
        answer: Node,
        *,
        keeps_words: bool = True,
        is_spoken: bool = True,
    ) -> None:
        """`new` is what is said with it; an answer that the tree has already is gone on with.

        What is not spoken is no part of the conversation, but costs like all else.
        """
        self.turn = turn
        self.node = answer
        """The answer; what it says is in the turn's draft as long as it streams."""
        self._before = answer
        self.unsaved: StoreError | None = None
        """Why the answer, as it stands here, is not on disk."""
        keeps_words = keeps_words and is_spoken
        self._conversation = conversation
        self._new = new
        self._record: Bill | None = None
        if database:
            kept = Record(database, conversation, new, answer) if keeps_words else None
            self._record = kept or Bill(database, conversation, answer)
        self._placed = False
        self._is_spoken = is_spoken

    @property
    def kept_in(self) -> str:
        """The conversation's name, when the answer is kept in it."""
        is_kept = isinstance(self._record, Record) and self._record.begun
        return self._conversation.id if is_kept else ""

    @property
    def message(self) -> str:
        """The answer's name, when it is kept."""
        return self.node.id if self.kept_in else ""

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """What is heard; raises what the turn raises, and StoreError when the answer, now in memory, isn't on disk."""
        state: State = "stopped"
        error = ""
        try:
            async with aclosing(self.turn.events()) as heard:
                async for event in heard:
                    await self._take(event)
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
            await self._finish(state, error)
        if self.unsaved:
            raise self.unsaved

    async def _take(self, event: StreamEvent) -> None:
        record, run = self._record, self.turn.runs[-1] if self.turn.runs else None
        match event:
            case Asked() if run:
                if record:
                    await record.asked(run)
                self._place()
            case LegEnded() if record:
                await record.leg_ended()
            case TextDelta(text) | ReasoningDelta(text) if record:
                record.heard(len(text))
            case _:
                pass

    def _place(self) -> None:
        """What is on disk now is in the tree too."""
        if self._placed:
            return
        self._placed = True
        if not self._is_spoken:
            return
        for node in self._new:
            self._conversation.tree.add(node)
        if self.node.id not in self._conversation.tree:
            self._conversation.tree.add(self.node)

    async def _finish(self, state: State, error: str) -> None:
        """Nothing may keep the answer from the tree: what can't be written is told, and raised by `events` alone."""
        if not self._placed and not (self._record and self._record.begun):
            return
        self._place()
        self.node = self._ended(state, error)
        self._conversation.updated_ms = now_ms()
        if self._is_spoken:
            self._conversation.tree.put(self.node)
        if self._record:
            try:
                await self._record.finish(self.node)
            except StoreError as lost:
                self.unsaved = lost

    def _ended(self, state: State, error: str) -> Node:
        before, turn, draft = self._before, self.turn, self.turn.draft
        legs = tuple(leg for leg in turn.legs if leg.state != "refused")
        text = before.message.text + "".join(leg.kept for leg in legs)
        thoughts = before.message.reasoning + "".join(leg.reasoning for leg in legs)
        earlier = before.answer.legs if before.answer else ()
        answer = Answer(
            draft.provider,
            turn.question.model,
            draft.served_model,
            spelled(turn.question.parameters),
            draft.finish,
            turn.first_word_s,
            turn.seconds,
            earlier + legs,
            error,
        )
        said = Message("assistant", (Text(text), *draft.tool_calls), thoughts)
        return replace(before, message=said, state=state, answer=answer)


def spelled(parameters: Parameters) -> Mapping[str, object]:
    """Those that were set, as JSON knows them."""
    values = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
    found: dict[str, object] = {name: value for name, value in values.items() if value not in (None, ())}
    if parameters.response_format is not None:
        kind = type(parameters.response_format).__name__
        found["response_format"] = {"kind": kind, **asdict(parameters.response_format)}
    return found
