"""Conversations as they would be kept after they were held, without anybody being asked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import id_of
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.tree import Node, State, Tree
from deepchat.conversation.usage import Cost, Usage
from deepchat.store import conversations
from deepchat.workspace.keeping import Keeping

DAY_MS = 86_400_000
NOON_MS = 1_795_262_400_000
"""2026-11-21T12:00:00Z."""
KNOWN = Cost(8_800, "provider")


def talk(
    title: str,
    *said: str,
    instructions: str = "",
    at_ms: int = NOON_MS,
    model: str = "acme/lamp-1",
    cost: Cost = KNOWN,
    tags: Sequence[str] = (),
) -> Conversation:
    """A conversation in which the user and the model spoke in turn; each answer took 20 tokens in and 10 out."""
    tree = Tree(Node(id_of(title, "root"), None, system(instructions), at_ms))
    for number, words in enumerate(said):
        if number % 2:
            add(tree, id_of(title, str(number)), assistant(words), answer_of(title, number, words, at_ms, model, cost))
        else:
            add(tree, id_of(title, str(number)), user(words))
    return Conversation(id_of(title), tree, at_ms, title, at_ms, tags=tuple(tags))


def add(tree: Tree, node_id: str, message: Message, answer: Answer | None = None, state: State = "whole") -> None:
    """What is said next on the active path, a second later than what was said before."""
    before = tree.leaf
    tree.add(Node(node_id, before.id, message, before.created_ms + 1000, state, answer))


def answer_of(title: str, number: int, words: str, at_ms: int, model: str, cost: Cost) -> Answer:
    leg = Leg(
        id_of(title, str(number), "leg"), "acme", model, at_ms, "whole", f"{model}-served", text=words, finish="stop",
        usage=Usage(20, 10, 5, 2), cost=cost, seconds=1.5,
    )  # fmt: skip
    return Answer("acme", model, f"{model}-served", {"temperature": 0.5}, "stop", 0.25, 1.5, (leg,))


def keep(*talks: Conversation) -> None:
    """Put them into the store of this test's home, the last one last used."""

    async def write() -> None:
        async with Keeping(data_folder(), [], lambda: 30) as keeping:
            database = await keeping.database()
            for one in talks:
                await database.write(lambda c, one=one: conversations.create(c, one))

    asyncio.run(write())


def data_folder() -> Path:
    return Path(os.environ["DEEPCHAT_HOME"]) / "data"
