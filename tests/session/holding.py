"""A conversation held as the workspace holds it, but with nothing around it: a store, the simulator, real sockets."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deepchat.catalog.model import Model, Prices
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import Message, user
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.engine.context import TrimRule
from deepchat.engine.continuation import Rules
from deepchat.engine.limits import answer_limit
from deepchat.engine.turn import Turn
from deepchat.secret import Secret
from deepchat.session.answering import Answering
from deepchat.session.budget import NO_BUDGETS, Budgets
from deepchat.session.chat import Chat, Put, begin
from deepchat.session.clock import now_ms
from deepchat.simulator import SimulatorThread
from deepchat.store import conversations, ledger
from deepchat.store.database import Database
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest
from deepchat.wire.stream import Asking

PRICED = Model("any", "test", prices=Prices(100_000_000, 400_000_000), price_source="live")
"""What the simulator asks for its scenes, in nano-dollars per million tokens."""


@dataclass(slots=True)
class Home:
    """A store in a folder, and a way to the simulator."""

    folder: Path
    simulator: SimulatorThread
    database: Database
    exchange: Exchange
    model: str = "sim/plain"
    rules: Rules = field(default_factory=lambda: Rules(automatic=True, legs=8))
    parameters: Parameters = NOTHING_SET
    most_nano: int | None = None
    window: int | None = None
    trim: TrimRule = "stop"

    @property
    def put(self) -> Put:
        async def put(messages: Sequence[Message], so_far: str) -> Turn:
            place = Place("test", f"{self.simulator.url}/v1/openai", Secret("any-key-will-do"))
            question = ChatRequest(self.model, tuple(messages), self.parameters)
            turn = Turn(self.exchange, Asking([OpenAIChat(place)]), question, self._price_list)
            turn.trim = self.trim
            turn.limits, turn.rules, turn.so_far = answer_limit(self.most_nano), self.rules, so_far
            return turn

        return put

    def _price_list(self, provider: str, model: str) -> Model:
        return replace(PRICED, context=self.window)

    def chat(self, instructions: str = "", budgets: Budgets = NO_BUDGETS, *, keeps_words: bool = True) -> Chat:
        return begin(instructions, self.database, self.folder / "locks", budgets, keeps_words=keeps_words)

    async def ask(self, chat: Chat, words: str = "What is a lighthouse?", model: str = "") -> Answering:
        """A question, and its answer heard to the end."""
        self.model = model or self.model
        return await heard(await chat.send(user(words), self.put))

    async def kept(self, chat: Chat) -> Conversation:
        """The conversation as it is on disk."""
        return await self.database.read(lambda c: conversations.load(c, chat.conversation.id))

    async def spent_nano(self) -> int | None:
        return (await self.database.read(ledger.spent)).nano


Story = Callable[[Home], Coroutine[Any, Any, None]]
"""What happens in a home."""


@asynccontextmanager
async def home(folder: Path, simulator: SimulatorThread) -> AsyncGenerator[Home]:
    database = await Database.open(folder / "deepchat.db", now_ms=now_ms())
    exchange = Exchange()
    try:
        yield Home(folder, simulator, database, exchange)
    finally:
        await exchange.aclose()
        await database.close()


async def heard(answering: Answering, most: int | None = None) -> Answering:
    """Listen to the end, or to so many events."""
    async with aclosing(answering.events()) as events:
        number = 0
        async for _ in events:
            number += 1
            if number == most:
                break
    return answering
