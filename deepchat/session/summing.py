"""Earlier turns being summed up: all but the last one, or as many of the oldest as the model can take in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import StreamEvent
from deepchat.conversation.tree import Node
from deepchat.engine.compact import put_for_summary, turns_that_fit
from deepchat.errors import ContextTooLong
from deepchat.session.answering import Answering
from deepchat.session.budget import Allowance
from deepchat.session.record import Bill, Record

if TYPE_CHECKING:
    from deepchat.engine.turn import Turn


class Summing(Answering):
    """A summary on its way; what it does not stand for stays word for word."""

    def __init__(
        self,
        turn: Turn,
        answer: Node,
        kept: Record | Bill | None,
        allowance: Allowance,
        root: Node,
        turns: Sequence[Sequence[Node]],
    ) -> None:
        """The last of the turns is never summed up."""
        turn.trim = "stop"  # what were left out would be in no summary
        super().__init__(turn, answer, None, kept, allowance)
        self.turn: Turn = turn
        self._root = root
        self._turns = turns
        messages = [[node.message for node in one] for one in turns[:-1]]
        messages[0].insert(0, root.message)
        model = turn.price_list(turn.asking.providers[0].place.name, turn.question.model)
        window = model.context if model else None
        self._count = turns_that_fit(messages, window, turn.question.parameters.max_tokens)
        self._fit()

    @property
    def stays(self) -> list[Node]:
        """What it does not stand for."""
        return list(chain.from_iterable(self._turns[self._count :]))

    @property
    def stands_for(self) -> int:
        """So many messages."""
        return sum(map(len, self._turns[: self._count]))

    @property
    def is_all(self) -> bool:
        """Only the last turn stays."""
        return self._count == len(self._turns) - 1

    async def _heard(self) -> AsyncGenerator[StreamEvent, None]:
        """What the server takes for too long is asked again for half as many turns, as long as nothing was paid for."""
        while True:
            try:
                async with aclosing(super()._heard()) as events:
                    async for event in events:
                        yield event
                return
            except ContextTooLong as error:
                if any(run.is_billed for run in self.turn.runs):
                    raise  # only the rest of a summary was too long: another turn would not know what this one cost
                if self._count == 1:
                    raise ContextTooLong(
                        f"the oldest question and its answer alone are longer than {self.turn.question.model} can take "
                        "in, so it can't sum them up",
                        "choose a model with a larger window for the summary, or begin a new conversation",
                        status=error.status,
                    ) from error
                self._count //= 2
                self.turn = replace(self.turn, draft=Draft())
                self._fit()

    def _fit(self) -> None:
        """Let the turn ask for so many."""
        earlier = [self._root.message, *(node.message for node in chain.from_iterable(self._turns[: self._count]))]
        self.turn.question = put_for_summary(self.turn.question, earlier)
