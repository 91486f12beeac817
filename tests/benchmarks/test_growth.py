"""What is kept in memory of an answer once it is over, and of the request that it came by."""

from __future__ import annotations

import gc
import tracemalloc
from contextlib import aclosing
from pathlib import Path

import pytest

from benchmarks.ground import Ground
from benchmarks.server import Order
from benchmarks.texts import TOKEN_CHARS
from deepchat.conversation.message import user
from deepchat.session.chat import Chat
from deepchat.tui.page import page_of
from deepchat.tui.widgets.sheets import Sheets
from deepchat.workspace.talks import Wish, new_chat, put_for
from deepchat.workspace.workspace import Workspace

ORDER = Order("mixed", 2_000, 0)
WARM, ANSWERS = 4, 6
"""After the first ones as many lines are kept as may be."""
LIMIT = 2 * 2.0
"""Times the text: twice what docs/speed.md promises."""


async def test_of_an_answer_little_more_than_its_words_stays_in_memory(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("BASE_URL", ground.url), ("API_KEY", "any-key"), ("MODEL", ORDER.model)):
        monkeypatch.setenv(f"LLM_{name}", value)
    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path))
    sheets = Sheets()
    sheets.set_width(100)
    async with Workspace({}, "") as workspace:
        chat = await new_chat(workspace)
        for number in range(WARM):
            await _ask_and_show(workspace, chat, sheets, number + 1)
        tracemalloc.start()
        try:
            await _ask_and_show(workspace, chat, sheets, WARM + 1)
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            for number in range(ANSWERS):
                await _ask_and_show(workspace, chat, sheets, WARM + number + 2)
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    assert len(chat.tree) == 1 + 2 * (WARM + 1 + ANSWERS)
    assert grown / ANSWERS < LIMIT * ORDER.tokens * TOKEN_CHARS


async def _ask_and_show(workspace: Workspace, chat: Chat, sheets: Sheets, number: int) -> None:
    put = put_for(workspace, chat, Wish(workspace.parameters({})))
    answering = await chat.send(user(f"Go on #{number}"), put)
    async with aclosing(answering.events()) as events:
        async for _ in events:
            pass
    sheets.put(page_of(workspace, chat, None).entries, is_live=False)
    sheets.measure_end(40)
