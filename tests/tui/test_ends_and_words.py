"""What was sent or written when the app ends, or where nothing can be kept: it is there at the next start."""

from __future__ import annotations

from asyncio import Event, timeout
from pathlib import Path

import pytest

from deepchat.conversation.message import user
from deepchat.session import answering as answerings
from deepchat.store import locks
from deepchat.store.locks import WriterLock, lock_of
from deepchat.tui.held import Held
from deepchat.tui.screens import confirm
from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.starting import Start
from tests.cli.running import configure
from tests.tui.seat import PATIENCE_S, Seat, seated
from tests.workspace.test_servers import table

pytestmark = pytest.mark.usefixtures("sim")


async def until_kept(seat: Seat, held: Held, words: str) -> None:
    """Wait until it begins with these when the app ends, however that may be."""
    async with timeout(PATIENCE_S):
        while await seat.stage.desk.bridge.call(lambda: seat.stage.desk.drafts.of(held)) != words:
            await seat.pilot.pause(0.01)


async def test_what_waits_when_the_app_ends_is_written_there_at_the_next_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))
        await seat.say("Two?")
        await seat.until(lambda: seat.app.chat.composer.queued == ("Two?",))
        await seat.until(lambda: seat.app.chat.composer.hint == "")
    async with seated(Start(go_on=True)) as seat:
        assert seat.app.chat.composer.text == "Two?"


async def test_what_waits_for_a_yes_to_its_cost_when_the_app_ends_is_written_there_at_the_next_start() -> None:
    configure("[budget]\nday = 0.000001\n")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await until_kept(seat, seat.stage.front, "One?")  # where a crash leaves it
    async with seated() as seat:
        assert seat.app.chat.composer.text == "One?"


@pytest.mark.parametrize(("key", "asked", "written"), [("y", 2, ""), ("n", 0, "One?")])
async def test_after_the_yes_or_no_it_waits_no_more(
    key: str, asked: int, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "QUIET_S", 0)
    configure("[budget]\nday = 0.000001\n")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.press(key)
        await seat.until(lambda: len(seat.path) == asked and seat.app.chat.composer.text == written)
        await seat.quiet()
        assert seat.stage.front.queue == []


async def test_words_in_a_conversation_with_nothing_else_in_it_are_there_at_the_next_start() -> None:
    async with seated() as seat:
        await seat.write("half a thought")
        await seat.until(lambda: seat.stage.front.draft == "half a thought")
        async with seated() as another:
            assert another.app.chat.composer.text == ""
    async with seated() as seat:
        assert seat.app.chat.composer.text == "half a thought"


async def test_what_was_sent_at_the_very_end_is_said_or_written_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: bool(seat.path))
        for question in ("Two?", "Three?"):
            seat.stage.send(user(question))
    async with seated(Start(go_on=True)) as seat:
        assert seat.path[0].message.text == "One?"
        assert seat.app.chat.composer.text == "Two?\n\nThree?"


async def test_what_waits_for_a_command_when_the_app_ends_is_written_at_the_next_start() -> None:
    done = Event()

    async def command() -> None:
        await done.wait()

    async with seated() as seat:
        seat.stage.obey(command())
        await seat.say("One?")
        await seat.until(lambda: seat.app.chat.composer.text == "")
    async with seated() as seat:
        assert seat.app.chat.composer.text == "One?"


async def test_what_waits_for_a_command_is_seen_and_kept_meanwhile() -> None:
    done = Event()

    async def command() -> None:
        await done.wait()
        await seat.stage.show(await seat.stage.desk.begin())

    async with seated() as seat:
        await seat.ask("One?")
        first = seat.stage.front
        seat.stage.obey(command())
        await seat.say("Two?")
        await seat.sees("queued  Two?")
        await until_kept(seat, first, "Two?")  # where a crash leaves it
        done.set()
        await seat.until(lambda: seat.stage.front is not first and bool(seat.path))
        await seat.quiet()
        assert seat.path[0].message.text == "Two?"
        assert "queued" not in seat.screen
        for held in (first, seat.stage.front):
            await until_kept(seat, held, "")


async def test_esc_ends_a_command_that_waits_for_a_server_and_what_was_sent_meanwhile_is_asked() -> None:
    configure(table("files", "silent"))
    async with seated() as seat:
        await seat.say("/mcp files")
        await seat.say("One?")
        await seat.sees("queued  One?")
        await seat.press("escape")
        await seat.until(lambda: len(seat.path) == 2)
        await seat.quiet()
        await seat.is_told("no server is waited for any more")


async def test_where_no_home_can_be_made_what_is_asked_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", "/proc/nowhere")
    async with seated() as seat:
        answer = await seat.ask("One?")
        assert answer.state == "whole"
        assert not seat.stage.front.page.keeps_words


@pytest.mark.parametrize("start", [Start(go_on=True), Start(resume="nonsense")])
async def test_where_no_conversation_is_found_what_is_asked_is_answered_in_a_new_one(start: Start) -> None:
    async with seated(start) as seat:
        assert (await seat.ask("One?")).state == "whole"


async def test_a_conversation_is_called_by_no_question_that_the_disk_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locks, "LONGEST_WAIT_S", 0.02)
    async with seated() as seat:
        with WriterLock(lock_of(tmp_path / "home" / "data" / "deepchat.db")):
            await seat.say("One?")
            await seat.is_told("another DeepChat has been writing")
            await seat.quiet()
            assert "new conversation" in seat.screen.splitlines()[0]
        seat.app.chat.composer.clear()
        await seat.ask("Two?")
        assert "Two?" in seat.screen.splitlines()[0]
        summary = await (await seat.stage.desk.workspace.keeping.library()).latest()
        assert summary.title == "Two?"


async def test_an_answer_that_the_disk_refused_is_saved_when_it_can_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    monkeypatch.setattr(locks, "LONGEST_WAIT_S", 0.02)
    monkeypatch.setattr(answerings, "SAVE_AGAIN_S", 0.05)
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))
        hearing = seat.stage.front.hearing
        assert hearing
        assert hearing.answering
        with WriterLock(lock_of(tmp_path / "home" / "data" / "deepchat.db")):
            await seat.press("escape")
            await seat.quiet()
            assert hearing.answering.unsaved
        await seat.until(lambda: hearing.answering is not None and hearing.answering.unsaved is None)
