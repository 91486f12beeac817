"""A turn against the simulator, with nothing around it but real sockets."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from deepchat.catalog.model import Model, Prices
from deepchat.conversation.events import Noticed, TextDelta
from deepchat.conversation.message import user
from deepchat.conversation.parameters import NOTHING_SET, Parameters
from deepchat.engine.continuation import Rules
from deepchat.engine.limits import answer_limit
from deepchat.engine.purse import PriceList
from deepchat.engine.turn import ONE_LEG, Turn
from deepchat.errors import DeepChatError
from deepchat.secret import Secret
from deepchat.simulator import SimulatorThread
from deepchat.tools.tool import Toolbox
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ChatRequest
from deepchat.wire.stream import Asking

PRICED = Model("any", "test", prices=Prices(100_000_000, 400_000_000), price_source="live")
"""What the simulator asks for its scenes, in nano-dollars per million tokens."""

NOBODY = "http://127.0.0.1:9/v1/openai"
"""An address where nobody listens."""


def take(
    simulator: SimulatorThread,
    model: str,
    parameters: Parameters = NOTHING_SET,
    price: Model | None = PRICED,
    most_nano: int | None = None,
    stop_after: int = 0,
    rules: Rules = ONE_LEG,
    price_list: PriceList | None = None,
    so_far: str = "",
    notices: list[str] | None = None,
    words: str = "What is a lighthouse?",
    toolbox: Toolbox | None = None,
    *,
    as_fallback: bool = False,
    in_words: bool = False,
) -> tuple[Turn, DeepChatError | None]:
    """A turn that has run to its end, or until so many pieces of text were heard.

    As a fallback, the simulator is asked after a provider named `dead` that can't be reached; in words, it is known
    not to go on inside its message.
    """

    async def run() -> tuple[Turn, DeepChatError | None]:
        exchange = Exchange()
        key = Secret("any-key-will-do")
        providers = [OpenAIChat(Place("test", f"{simulator.url}/v1/openai", key))]
        if as_fallback:
            providers.insert(0, OpenAIChat(Place("dead", NOBODY, key)))
        question = ChatRequest(model, (user(words),), parameters)
        asking = Asking(providers, retries=0 if as_fallback else 2)
        turn = Turn(exchange, asking, question, price_list or (lambda _provider, _model: price))
        turn.limits, turn.rules, turn.so_far = answer_limit(most_nano), rules, so_far
        turn.toolbox = toolbox
        turn.cannot_prefill = {("test", model)} if in_words else set()
        try:
            heard = 0
            async with aclosing(turn.events()) as events:
                async for event in events:
                    heard += isinstance(event, TextDelta)
                    if notices is not None and isinstance(event, Noticed):
                        notices.append(event.note)
                    if stop_after and heard >= stop_after:
                        break
        except DeepChatError as error:
            return turn, error
        finally:
            await exchange.aclose()
        return turn, None

    return asyncio.run(run())
