"""One question to several models at once: each answer is a sibling of the others, and waits for the end of none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing

from deepchat.conversation.events import Asked, StreamEvent
from deepchat.conversation.message import Message
from deepchat.conversation.tree import Node
from deepchat.errors import UsageError
from deepchat.session.answering import Answering
from deepchat.session.chat import Chat, Put


class Rival:
    """One of those that are asked."""

    def __init__(self, put: Put) -> None:
        self.put = put
        """Makes its turn."""
        self.answering: Answering | None = None
        """Its answer, once it is being asked."""


class Comparison:
    """A new question, or the last one again, answered by several; each of them is heard by itself."""

    def __init__(self, chat: Chat, question: Message | None) -> None:
        """Without a question, the last one is answered again."""
        self._chat = chat
        self._question = question
        self._before = chat.tree.leaf
        self._asking = asyncio.Lock()
        self._rivals: list[Rival] = []

    async def events(self, rival: Rival) -> AsyncGenerator[StreamEvent, None]:
        """What is heard of this one; raises what its answer raises, which stops no other.

        They are asked one after the other: the most that each may cost is in the ledger before the next one's budgets
        are looked at. From then on they come side by side.
        """
        async with AsyncExitStack() as waiting:
            await waiting.enter_async_context(self._asking)
            self._rivals.append(rival)
            rival.answering = await self._begin(rival.put)
            async with aclosing(rival.answering.events()) as events:
                async for event in events:
                    if isinstance(event, Asked):
                        await waiting.aclose()
                    yield event

    @property
    def is_asked(self) -> bool:
        """Whether the question is part of the conversation: a new one may have been refused to all."""
        return self._question is None or bool(self._answers)

    def node(self, rival: Rival) -> Node | None:
        """Its answer as it stands in the conversation; None when it was never sent."""
        found = rival.answering
        return self._chat.tree[found.node.id] if found and found.node.id in self._chat.tree else None

    async def keep(self, rival: Rival) -> None:
        """Go on from this answer; the others stay beside it. Raises UsageError when it was never sent."""
        node = self.node(rival)
        if node is None:
            raise UsageError("this one gave no answer to go on from", "keep another")
        await self._chat.lead(node.id)

    async def leave(self) -> None:
        """Go on where the conversation was, or after a new question from the first answer that is whole, if one is."""
        if self._question is None:
            await self._chat.lead(self._before.id)
        elif answers := self._answers:
            await self._chat.lead(next((node for node in answers if node.state == "whole"), answers[0]).id)

    async def _begin(self, put: Put) -> Answering:
        if self._question is not None and not self.is_asked:
            return await self._chat.send(self._question, put)
        return await self._chat.regenerate(put, beside=len(self._rivals) > 1)

    @property
    def _answers(self) -> list[Node]:
        return [node for rival in self._rivals if (node := self.node(rival))]
