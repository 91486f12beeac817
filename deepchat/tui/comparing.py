"""One question on its way to several models: heard on the engine's thread, looked at on the screen's."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deepchat.conversation.events import Asked, StreamEvent
from deepchat.conversation.legs import total_cost
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.errors import DeepChatError, UsageError
from deepchat.session.compare import Comparison, Rival
from deepchat.tui.held import fault_of
from deepchat.tui.pace import Pace
from deepchat.workspace.talks import Wish, budgets_of, put_for

if TYPE_CHECKING:
    from deepchat.conversation.message import Message
    from deepchat.conversation.tree import Node
    from deepchat.tui.bridge import Bridge
    from deepchat.tui.held import Held
    from deepchat.workspace.model_at import ModelAt


@dataclass(slots=True)
class Contender:
    """One of the models; the engine's thread writes it, the screen's reads it."""

    whom: ModelAt
    rival: Rival
    pace: Pace
    heard: deque[StreamEvent] = field(default_factory=deque[StreamEvent])
    task: Future[None] | None = None
    is_begun: bool = False
    is_saved: bool = False
    """It is over, and what came of it is kept."""
    is_asked: bool = False
    """Its answer is part of the conversation."""
    node: Node | None = None
    """Its answer, once that is over, if it was ever asked."""
    error: DeepChatError | None = None
    is_told: bool = False
    """The screen knows that it is over."""

    @property
    def is_over(self) -> bool:
        # A task that is cancelled counts as done before it has saved what it heard.
        return self.is_saved or (self.task is not None and self.task.done() and not self.is_begun)


class Comparing:
    """All of them, until one is kept or all are left."""

    def __init__(self, bridge: Bridge, held: Held, several: Sequence[ModelAt]) -> None:
        self._bridge = bridge
        self._held = held
        workspace, chat = bridge.workspace, held.chat
        given, now = workspace.parameters(held.chosen.parameters), time.monotonic()
        rivals = [Rival(put_for(workspace, chat, Wish(given, whom=whom, asked_at=now))) for whom in several]
        self.contenders = [Contender(whom, rival, Pace(now)) for whom, rival in zip(several, rivals, strict=True)]
        self.kept: int | None = None
        """Which one the conversation goes on from."""
        self._is_left = False
        self._comparison: Comparison | None = None

    async def begin(self, question: Message | None) -> None:
        """Ask all of them, the last question again when there is no new one."""

        async def there() -> Comparison:
            self._held.chat.budgets = budgets_of(self._bridge.workspace)
            return Comparison(self._held.chat, question)

        self._comparison = comparison = await self._bridge.call(there)
        for one in self.contenders:
            one.task = self._bridge.begin(lambda one=one: self._hear(comparison, one))

    def listen(self, one: Contender) -> tuple[list[StreamEvent], bool]:
        """What was heard of it since the last time, and whether it is over now, which is told once."""
        is_over = one.is_over
        events: list[StreamEvent] = []
        while one.heard:
            events.append(one.heard.popleft())
        turn = one.rival.answering.turn if one.rival.answering else None
        if not one.is_told:
            one.pace.tick(turn, time.monotonic(), is_last=is_over)
        ends = is_over and not one.is_told
        one.is_told = is_over
        if ends:
            one.error = one.error or fault_of(one.task)
        return events, ends

    @property
    def is_done(self) -> bool:
        """Nothing is left to look at: one is kept, or all are left, and none streams."""
        return (self.kept is not None or self._is_left) and all(one.is_told for one in self.contenders)

    @property
    def is_asked(self) -> bool:
        """Whether the question is part of the conversation."""
        return any(one.is_asked for one in self.contenders)

    @property
    def cost(self) -> Cost:
        """What all of them cost so far."""
        costs = [one.pace.figures.cost for one in self.contenders if one.is_asked]
        return total_cost(costs) if costs else UNKNOWN_COST

    def keep(self, at: int) -> None:
        """Let the conversation go on from this answer, once it is whole; the others stop. Raises UsageError."""
        one = self.contenders[at]
        if not one.is_asked:
            if one.is_over:
                raise UsageError(f"{one.whom.model} gave no answer to go on from", "keep another")
            raise UsageError(f"{one.whom.model} has not begun its answer", "wait a moment")
        self.kept = at
        for other in self.contenders:
            if other is not one and other.task:
                other.task.cancel()

    def stop(self) -> None:
        """Stop those that stream; when none does, leave them."""
        self._is_left = all(one.is_over for one in self.contenders)
        for one in self.contenders:
            if one.task:
                one.task.cancel()

    async def settle(self) -> None:
        """Let the conversation go on from what was kept, or from where it was."""
        comparison, kept = self._comparison, self.kept
        if comparison is None:
            return
        rival = None if kept is None else self.contenders[kept].rival
        await self._held.change(lambda _: comparison.keep(rival) if rival else comparison.leave())

    async def _hear(self, comparison: Comparison, one: Contender) -> None:
        """On the engine's thread."""
        one.is_begun = True
        try:
            async with aclosing(comparison.events(one.rival)) as events:
                async for event in events:
                    one.is_asked = one.is_asked or isinstance(event, Asked)
                    one.heard.append(event)
        except DeepChatError as error:
            one.error = error
        finally:
            one.node = comparison.node(one.rival)
            one.is_saved = True
