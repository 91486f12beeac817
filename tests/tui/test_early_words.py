"""What is written before the first conversation is open: however the app ends then, it is there at the next start."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from deepchat.store import locks
from deepchat.store.locks import WriterLock, lock_of
from deepchat.tui import left_behind
from deepchat.tui.bridge import Bridge
from deepchat.tui.listener import START_LIMIT_S
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.screens.search import Search
from deepchat.tui.starting import Start
from deepchat.workspace.workspace import Workspace
from tests.tui.earlier import keep
from tests.tui.seat import PATIENCE_S, Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


@asynccontextmanager
async def before_the_store(
    home: Path, monkeypatch: pytest.MonkeyPatch, start: Start | None = None
) -> AsyncGenerator[tuple[Seat, Callable[[], None]]]:
    """Sit down while another program writes, so that no conversation opens before that is let go of."""
    monkeypatch.setattr(locks, "LONGEST_WAIT_S", PATIENCE_S)
    store = home / "home" / "data" / "deepchat.db"
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as busy:
        busy.enter_context(WriterLock(lock_of(store)))
        async with seated(start, opens=False) as seat:
            yield seat, busy.close


async def write_and_end(home: Path, monkeypatch: pytest.MonkeyPatch, start: Start | None = None) -> None:
    """Send a question, begin another one, and leave."""
    async with before_the_store(home, monkeypatch, start) as (seat, let_go):
        await seat.write("One?")
        await seat.press("enter")
        await seat.write("half a thought")
        assert seat.app.stage is None or seat.app.stage.held is None
        seat.app.exit(0)
        let_go()


async def test_words_are_the_draft_of_the_new_conversation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    await write_and_end(tmp_path, monkeypatch)
    async with seated() as seat:
        assert seat.app.chat.composer.text == "One?\n\nhalf a thought"
        assert seat.path == []


async def test_words_stand_below_what_was_written_there_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with seated() as seat:
        await seat.write("long ago")
    await write_and_end(tmp_path, monkeypatch)
    async with seated() as seat:
        assert seat.app.chat.composer.text == "long ago\n\nOne?\n\nhalf a thought"


@pytest.mark.parametrize("start", [Start(go_on=True), Start(resume="oslo")])
async def test_words_are_the_draft_of_the_conversation_that_was_being_opened(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = await keep("oslo", "Where?", "In Oslo.")
    await write_and_end(tmp_path, monkeypatch, start)
    async with seated() as seat:
        assert seat.app.chat.composer.text == ""
    async with seated(Start(resume=kept)) as seat:
        assert seat.app.chat.composer.text == "One?\n\nhalf a thought"


async def test_a_command_that_is_wanted_before_anything_can_be_done_is_obeyed_then() -> None:
    async with seated(early="search") as seat:
        await seat.until(lambda: isinstance(seat.app.screen, Search))


async def test_a_key_that_is_pressed_while_the_store_opens_has_those_that_follow_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with before_the_store(tmp_path, monkeypatch) as (seat, let_go):
        await seat.until(lambda: seat.app.stage is not None)
        await seat.app.on_event(events.Key("ctrl+r", None))
        for letter in "os":
            await seat.app.on_event(events.Key(letter, letter))
        let_go()
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        await seat.until(lambda: [line.value for line in seat.app.screen.query(Input)] == ["os"])


async def test_the_list_that_a_start_opens_hears_keys_although_a_command_waits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with before_the_store(tmp_path, monkeypatch, Start(resume="")) as (seat, let_go):
        await seat.until(lambda: seat.app.stage is not None)
        await seat.app.on_event(events.Key("ctrl+t", None))
        let_go()
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        began = time.monotonic()
        await seat.app.on_event(events.Key("o", "o"))
        await seat.until(lambda: [line.value for line in seat.app.screen.query(Input)] == ["o"])
        assert time.monotonic() - began < START_LIMIT_S / 2
        await seat.press("escape")


async def test_of_a_temporary_conversation_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    await write_and_end(tmp_path, monkeypatch, Start(temporary=True))
    async with seated() as seat:
        assert seat.app.chat.composer.text == ""


async def test_what_is_sent_early_is_asked_in_its_order_once_the_conversation_is_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with before_the_store(tmp_path, monkeypatch) as (seat, let_go):
        for line in ("/model sim/echo", "One?"):
            await seat.say(line)
        let_go()
        await seat.until(lambda: seat.stage.held is not None)
        await seat.until(lambda: len(seat.path) == 2 and seat.path[-1].state == "whole")
        assert "One?" in seat.path[-1].message.text


async def test_words_are_kept_even_when_the_engine_never_ran() -> None:
    bridge = Bridge(Workspace())
    left_behind.keep(bridge, Start(), "One?")
    bridge.close()
    assert bridge.failure is None
    async with seated() as seat:
        assert seat.app.chat.composer.text == "One?"


async def test_a_conversation_that_is_being_opened_is_told_to_be_no_new_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with before_the_store(tmp_path, monkeypatch, Start(go_on=True)) as (seat, let_go):
        await seat.reads("Looking …")
        let_go()
        await seat.reads("In Oslo.")
        await seat.say("/new")
        await seat.reads("A new conversation.")
