"""What it costs to open a conversation of very many messages: next to nothing for each that nobody looks at."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

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

FEW = 100
LIMIT = 10.0
"""Calls a message: twice what was counted. When each was made into values, it took 28."""
LINES = 40


class Calls:
    """How often Python's functions are called: other than time, no other program changes that."""

    def __init__(self) -> None:
        self.number = 0

    def take(self, _: FrameType, event: str, __: object) -> None:
        self.number += event == "call"


@contextmanager
def counted() -> Generator[Calls]:
    """On this thread and on those that begin meanwhile."""
    calls, before = Calls(), sys.getprofile()
    threading.setprofile(calls.take)
    sys.setprofile(calls.take)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


def made(name: str, number: int) -> Conversation:
    """A conversation of so many messages, the odd ones of a model that told nothing of what it took."""
    tree = Tree(Node(f"{name}-0", None, system(""), 0))
    for at, (role, words) in zip(range(1, number + 1), said(), strict=False):
        answer = Answer("lab", "some/model") if role == "assistant" else None
        message = Message("assistant" if answer else "user", (Text(words),))
        tree.add(Node(f"{name}-{at}", f"{name}-{at - 1}", message, at, answer=answer))
    return Conversation(name, tree, 0, name, 0)


async def calls_to_open(workspace: Workspace, name: str, calls: Calls) -> int:
    """From its name to the lines of its end."""
    before = calls.number
    chat = await old_chat(workspace, name)
    sheets = Sheets()
    sheets.set_width(70)
    sheets.put(page_of(workspace, chat, None).entries, is_live=False)
    sheets.measure_end(LINES)
    assert sheets.rows > LINES
    chat.close()
    return calls.number - before


async def test_a_message_that_nobody_looks_at_costs_next_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path))
    few, many = made(f"few{new_id()}", FEW), made(f"many{new_id()}", MESSAGES)
    with counted() as calls:
        async with Workspace({}, "") as workspace:
            library = await workspace.keeping.library()
            costs: list[int] = []
            for talk in (few, few, many):  # the first time is for what is loaded late
                if talk is many or not costs:
                    await library.add(talk)
                costs.append(await calls_to_open(workspace, talk.id, calls))
    assert (costs[2] - costs[1]) / (MESSAGES - FEW) < LIMIT
