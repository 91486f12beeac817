"""What is written and not sent yet: it stays with its conversation, and nothing that happens meanwhile costs a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deepchat.conversation.parts import Image, Text
from deepchat.simulator import SimulatorThread
from deepchat.simulator.scene import Manners, Scene, Speak
from deepchat.store import locks
from deepchat.store.locks import WriterLock, lock_of
from deepchat.tui.screens.confirm import QUIET_S, Confirm
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.starting import Start
from tests.tui.earlier import keep
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
ONE_AT_ONCE = Scene(
    "one-at-once",
    "the first question is answered at once, and the second one is not",
    ((Speak(Manners(text="Here it is.")),), (Speak(Manners(text="Late.", first_token_s=600)),)),
)


def configure(home: Path, text: str) -> None:
    (home / "home" / "config").mkdir(parents=True)
    (home / "home" / "config" / "config.toml").write_text(text)


async def leave(seat: Seat) -> str:
    """Go to a new conversation; gives the id of the one before."""
    before = seat.stage.front.id
    await seat.press("ctrl+n")
    await seat.until(lambda: seat.stage.front.id != before)
    return before


async def test_words_written_just_before_another_conversation_is_shown_are_there_again() -> None:
    kept = await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True)) as seat:
        seat.app.chat.composer.focus()
        await seat.write("half a thought")
        await leave(seat)
        assert seat.app.chat.composer.text == ""
        await seat.say(f"/resume {kept}")
        await seat.until(lambda: seat.stage.front.id == kept)
        assert seat.app.chat.composer.text == "half a thought"


@pytest.mark.parametrize("words", ["a whole thought", ""])
async def test_what_the_disk_refuses_when_another_conversation_is_shown_stays_as_it_was_written(
    words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True)) as seat:
        stage, composer = seat.stage, seat.app.chat.composer
        composer.put_text("half a thought")
        await seat.until(lambda: stage.front.draft == "half a thought" and composer.hint != "")
        another = await stage.desk.begin()
        monkeypatch.setattr(locks, "LONGEST_WAIT_S", 0.02)
        with WriterLock(lock_of(tmp_path / "home" / "data" / "deepchat.db")):
            composer.put_text(words)
            await stage.show(another)
            await seat.is_told("another DeepChat")
            await stage.show(await stage.desk.open(kept))
            assert composer.text == words
    async with seated(Start(go_on=True)) as seat:
        assert seat.app.chat.composer.text == words


async def test_a_conversation_in_which_something_was_only_written_is_gone_on_with() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated() as seat:
        await seat.write("half a thought")
        await seat.press("ctrl+r")
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        await seat.press("enter")
        await seat.until(lambda: len(seat.path) == 2)
        assert seat.app.chat.composer.text == ""
        await leave(seat)
        assert seat.app.chat.composer.text == "half a thought"


async def test_files_go_with_the_conversation_that_they_were_attached_in(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("only for one of them")
    async with seated() as seat:
        await seat.ask("One?")
        seat.app.chat.composer.attach(file)
        await leave(seat)
        assert seat.app.chat.composer.files == ()


@pytest.mark.parametrize("beside", [Start(), Start(go_on=True), Start(piped="Read it")])
async def test_files_of_the_command_line_wait_for_a_question(beside: Start, tmp_path: Path) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    file = tmp_path / "a.txt"
    file.write_text("a text")
    async with seated(replace(beside, files=(file, tmp_path / "gone.txt"))) as seat:
        await seat.is_told("gone.txt is no file")
        await seat.sees("a.txt")
        assert seat.app.chat.composer.files == (file,)
        assert seat.app.chat.composer.text == beside.piped
        assert seat.notices.count("gone.txt") == 1


async def test_of_each_file_of_the_command_line_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a text")
    missing = (tmp_path / "gone.txt", tmp_path / "lost.txt")
    async with seated(Start("Read them", (file, *missing))) as seat:
        await seat.is_told("lost.txt")
        await seat.until(lambda: seat.app.chat.composer.files == (file,))
        assert seat.app.chat.composer.text == "Read them"
        assert [seat.notices.count(one.name) for one in missing] == [1, 1]
        assert len(seat.notices.splitlines()) == 1
        assert seat.path == []


async def test_a_question_whose_file_is_refused_is_back_with_all_its_files(tmp_path: Path) -> None:
    text, binary = tmp_path / "a.txt", tmp_path / "b.bin"
    text.write_text("a text")
    binary.write_bytes(b"\0\1\2")
    async with seated() as seat:
        for file in (text, binary):
            seat.app.chat.composer.attach(file)
        await seat.say("Read them")
        await seat.is_told("b.bin")
        assert seat.app.chat.composer.text == "Read them"
        assert seat.app.chat.composer.files == (text, binary)


async def test_a_command_is_obeyed_also_while_a_file_waits_for_a_question(tmp_path: Path, sim: SimulatorThread) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a text")
    async with seated(Start(files=(file,))) as seat:
        await seat.until(lambda: seat.app.chat.composer.files == (file,))
        before = len(sim.heard)
        await seat.say("/system Be brief.")
        await seat.until(lambda: seat.stage.front.page.instructions == "Be brief.")
        assert seat.app.chat.composer.files == (file,)
        await seat.say("/modle")
        await seat.is_told("did you mean /model")
        assert (seat.app.chat.composer.text, seat.app.chat.composer.files) == ("/modle", (file,))
        assert len(sim.heard) == before
        await seat.ask("/usr/bin/env\nWhat is that?")
        question = next(node for node in seat.path if node.role == "user")
        assert "a text" in str(question.message.parts)
        assert seat.app.chat.composer.files == ()


async def test_a_question_asked_otherwise_keeps_what_was_attached_to_it(tmp_path: Path) -> None:
    text, picture = tmp_path / "a.txt", tmp_path / "a.png"
    text.write_text("a text")
    picture.write_bytes(PIXEL)
    async with seated() as seat:
        for file in (text, picture):
            seat.app.chat.composer.attach(file)
        await seat.ask("One?")
        await seat.press("escape", "escape")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        await seat.write(" Two?")
        await seat.press("enter")
        await seat.until(lambda: seat.stage.front.page.entries[0].of == 2)
        await seat.quiet()
        words, attached, pixel = seat.path[0].message.parts
        assert words == Text("One? Two?")
        assert isinstance(attached, Text)
        assert "a text" in attached.text
        assert isinstance(pixel, Image)


async def test_what_stood_in_the_line_when_a_question_is_edited_comes_back_with_the_arrow() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.write("half a thought")
        await seat.to_messages()
        await seat.press("e")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        await seat.press("up")
        assert seat.app.chat.composer.text == "half a thought"


async def test_a_question_is_not_edited_while_an_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))
        await seat.say("/edit")
        await seat.is_told("still coming")
        assert seat.stage.editing.question is None


async def test_going_beyond_a_budget_asks_what_was_refused_and_touches_nothing_else(tmp_path: Path) -> None:
    configure(tmp_path, "[budget]\nday = 0.000001\n")
    async with seated() as seat:
        await seat.say("One?")
        seat.app.chat.composer.put_text("half a thought")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.pilot.pause(QUIET_S)
        await seat.press("y")
        await seat.until(lambda: len(seat.path) == 2)
        await seat.quiet()
        assert seat.path[-1].state == "whole"
        assert seat.app.chat.composer.text == "half a thought"
        assert seat.stage.front.chat.budgets.day == 1000


async def test_a_budget_that_is_kept_gives_the_question_back(tmp_path: Path) -> None:
    configure(tmp_path, "[budget]\nday = 0.000001\n")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.press("escape")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        assert seat.path == []


async def test_what_waits_behind_is_not_shown_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    with SimulatorThread(scenes={ONE_AT_ONCE.name: ONE_AT_ONCE}) as sim:
        monkeypatch.setenv("LLM_BASE_URL", f"{sim.url}/v1/openai")
        monkeypatch.setenv("LLM_MODEL", f"sim/{ONE_AT_ONCE.name}")
        async with seated() as seat:
            with sim.silent():
                await seat.say("One?")
                await seat.until(lambda: seat.stage.front.is_streaming)
                for question in ("Two?", "Three?"):
                    await seat.say(question)
                behind = seat.stage.front
                await seat.until(lambda: len(behind.queue) == 2)
                await leave(seat)
            await seat.until(lambda: len(behind.queue) == 1)
            assert seat.app.chat.composer.queued == ()
            assert not seat.app.chat.composer.busy
            assert list(seat.app.chat.composer.history) == []
