"""A turn against the simulator, with nothing around it but real sockets."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from deepchat.catalog.model import Model, Prices
from deepchat.conversation.events import TextDelta
from deepchat.conversation.message import user
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.engine.continuation import Rules
from deepchat.engine.limits import answer_limit
from deepchat.engine.turn import ONE_LEG, Turn
from deepchat.errors import DeepChatError
from deepchat.secret import Secret
from deepchat.simulator import SimulatorThread
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest
from deepchat.wire.stream import Asking

PRICED = Model("any", "test", prices=Prices(100_000_000, 400_000_000), price_source="live")
"""What the simulator asks for its scenes, in nano-dollars per million tokens."""


def take(
    simulator: SimulatorThread,
    model: str,
    parameters: Parameters = NOTHING_SET,
    price: Model | None = PRICED,
    most_nano: int | None = None,
    stop_after: int = 0,
    rules: Rules = ONE_LEG,
) -> tuple[Turn, DeepChatError | None]:
    """A turn that has run to its end, or until so many pieces of text were heard."""

    async def run() -> tuple[Turn, DeepChatError | None]:
        exchange = Exchange()
        place = Place("test", f"{simulator.url}/v1/openai", Secret("any-key-will-do"))
        question = ChatRequest(model, (user("What is a lighthouse?"),), parameters)
        turn = Turn(exchange, Asking([OpenAIChat(place)]), question, lambda _provider, _model: price)
        turn.limits, turn.rules = answer_limit(most_nano), rules
        try:
            heard = 0
            async with aclosing(turn.events()) as events:
                async for event in events:
                    heard += isinstance(event, TextDelta)
                    if stop_after and heard >= stop_after:
                        break
        except DeepChatError as error:
            return turn, error
        finally:
            await exchange.aclose()
        return turn, None

    return asyncio.run(run())
