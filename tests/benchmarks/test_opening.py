"""What it costs to open a conversation of very many messages: little for each that nobody looks at."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.long_talks import MESSAGES, said
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, system
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Node, Tree
from deepchat.tui.page import page_of
from deepchat.tui.widgets.sheets import Sheets
from deepchat.workspace.talks import old_chat
from deepchat.workspace.workspace import Workspace

TIMES = 5
FEW = 100
LIMIT = 2.0
"""Times what it costs to make the values of all these messages by hand: twice what was measured."""
LINES = 40


def made(name: str, number: int) -> Conversation:
    """A conversation of so many messages, the odd ones of a model that told nothing of what it took."""
    tree = Tree(Node(f"{name}-0", None, system(""), 0))
    for at, (role, words) in zip(range(1, number + 1), said(), strict=False):
        answer = Answer("lab", "some/model") if role == "assistant" else None
        message = Message("assistant" if answer else "user", (Text(words),))
        tree.add(Node(f"{name}-{at}", f"{name}-{at - 1}", message, at, answer=answer))
    return Conversation(name, tree, 0, name, 0)


async def opened_s(workspace: Workspace, name: str) -> float:
    """Processor time, from its name to the lines of its end."""
    began = time.process_time()
    chat = await old_chat(workspace, name)
    sheets = Sheets()
    sheets.set_width(70)
    sheets.put(page_of(workspace, chat, None).entries, is_live=False)
    sheets.measure_end(LINES)
    took = time.process_time() - began
    assert sheets.rows > LINES
    chat.close()
    return took


async def test_a_hundred_times_the_messages_cost_little_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path))
    async with Workspace({}, "") as workspace:
        library = await workspace.keeping.library()
        began = time.process_time()
        many = made(f"many{new_id()}", MESSAGES)
        by_hand = time.process_time() - began
        few = made(f"few{new_id()}", FEW)
        costs: list[float] = []
        for talk in (few, many):
            await library.add(talk)
            costs.append(min([await opened_s(workspace, talk.id) for _ in range(TIMES)]))
    assert costs[1] - costs[0] < LIMIT * by_hand
