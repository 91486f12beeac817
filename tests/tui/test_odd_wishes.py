"""Wishes that can't be granted, or not just now: each is told, and the conversation goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.store.locks import ConversationLock
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.screens.search import Search
from deepchat.tui.screens.theme import Themes
from deepchat.tui.starting import Start
from tests.tui.earlier import keep
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


def configure(home: Path, name: str, text: str) -> None:
    file = home / "home" / "config" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)


async def told(seat: Seat, words: str) -> None:
    await seat.is_told(words)


async def test_a_conversation_in_which_nothing_was_said_is_not_deleted_but_gone_on_with() -> None:
    async with seated() as seat:
        await seat.say("/delete")
        await told(seat, "nothing of this conversation is kept")
        assert (await seat.ask("One?")).state == "whole"


async def test_a_conversation_that_another_program_holds_is_not_deleted(tmp_path: Path) -> None:
    kept = await keep("oslo", "Where?", "In Oslo.")
    locks = tmp_path / "home" / "data" / "locks"
    lock = ConversationLock(locks, kept)
    assert lock.acquire()
    async with seated(Start(go_on=True)) as seat:
        seat.app.action_obey("delete")
        await told(seat, "another DeepChat holds this conversation")
        assert seat.stage.desk.held[kept] is seat.stage.front
    lock.release()


async def test_messages_that_were_cut_come_back_in_their_conversation_wherever_one_is() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        first = seat.stage.front.id
        await seat.to_messages()
        await seat.press("d")
        await seat.until(lambda: len(seat.path) == 1)
        await seat.press("ctrl+n")
        await seat.until(lambda: seat.stage.front.id != first)
        await seat.say("/undo")
        await told(seat, "the messages are back")
        assert seat.stage.front.id == first
        assert len(seat.path) == 2


async def test_a_conversation_that_is_not_there_is_told_and_a_new_one_begun() -> None:
    async with seated(Start(resume="nowhere")) as seat:
        await told(seat, "nowhere")
        assert (await seat.ask("One?")).state == "whole"


@pytest.mark.parametrize("name", ["~nobody-here/x", "a" * 300])
async def test_words_after_an_at_that_name_no_file_are_only_words(name: str) -> None:
    async with seated() as seat:
        await seat.write(f"@{name[:14]}")
        await seat.ask(f"Who is @{name}?")
        await seat.say(f"/attach {name}")
        await seat.until(lambda: bool(seat.notices))
        assert "fault" not in seat.notices


async def test_a_theme_that_is_broken_is_told_while_one_looks_for_another(tmp_path: Path) -> None:
    configure(tmp_path, "themes/aaa.toml", "background = 3\n")
    async with seated() as seat:
        await seat.say("/theme")
        await seat.until(lambda: isinstance(seat.app.screen, Themes))
        await seat.write("aaa")
        await told(seat, "aaa.toml, line 1")
        await seat.press("escape")
        assert seat.app.fault is None


async def test_a_theme_that_is_not_there_is_told_at_the_start() -> None:
    async with seated(Start(theme="nowhere")) as seat:
        await told(seat, "there is no theme nowhere")


async def test_what_is_nowhere_in_the_conversation_is_told() -> None:
    await keep("oslo", "Where?", "[here](http://[) and [there](https://example.com)")
    async with seated(Start(go_on=True)) as seat:
        await seat.say("/find a needle")
        await told(seat, "nobody said a needle")
        await seat.say("/link 1")
        await told(seat, "is not opened")
        await seat.say("/pin a needle")
        await told(seat, "/pin takes nothing")


async def test_a_letter_in_the_list_of_conversations_means_no_message() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        front = seat.stage.front
        await seat.press("ctrl+b", "f")
        await seat.press("ctrl+b")
        await seat.to_messages()
        await seat.press("down")
        assert seat.stage.front is front
        await seat.press("f")
        await seat.until(lambda: seat.stage.front is not front)


async def test_the_list_of_all_conversations_shows_what_is_done_in_it() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated() as seat:
        await seat.press("ctrl+r")
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        await seat.press("tab", "p")
        await seat.sees("Pinned")
        await seat.press("r")
        await seat.until(lambda: not isinstance(seat.app.screen, Conversations))
        await seat.until(lambda: seat.app.chat.composer.text == "/rename oslo")


async def test_a_preset_may_name_a_provider_alone_and_what_is_wrong_in_it_is_told(tmp_path: Path) -> None:
    configure(tmp_path, "presets/brief.toml", 'provider = "flo2"\nnonsense = 3\n')
    async with seated() as seat:
        await seat.say("/preset brief")
        await told(seat, "nonsense")
        assert seat.stage.front.whom is not None
        assert seat.stage.front.whom.provider == "flo2"


async def test_no_other_branch_is_shown_while_an_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated() as seat:
        await seat.ask("The first wording?")
        await seat.say("/edit The second one?")
        await seat.until(lambda: len(seat.path) == 2 and "second" in seat.path[0].message.text)
        await seat.quiet()
        await seat.say("/model sim/silence-mid-answer")
        await seat.until(lambda: seat.stage.front.whom is not None and "silence" in seat.stage.front.whom.model)
        await seat.say("And?")
        await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))
        await seat.press("ctrl+f")
        await seat.until(lambda: isinstance(seat.app.screen, Search))
        await seat.write("wording")
        await seat.sees("1 message in 1 conversation")
        await seat.press("enter")
        await told(seat, "an answer is still coming")
        assert len(seat.path) == 4


@pytest.mark.parametrize("line", ["/model sim/essay", "/model", "/attach a.txt", "/effort low", "/rename Oslo"])
async def test_a_command_that_takes_one_line_gives_several_back(line: str) -> None:
    async with seated() as seat:
        before = seat.stage.front.whom
        await seat.say(f"{line}\nWhat is a lighthouse?")
        await told(seat, f"{line.split(maxsplit=1)[0]} does not go with the lines below it")
        assert seat.app.chat.composer.text == f"{line}\nWhat is a lighthouse?"
        assert seat.stage.front.whom == before


async def test_instructions_may_have_several_lines() -> None:
    async with seated() as seat:
        await seat.say("/system Be brief.\nBe kind.")
        await told(seat, "from the next question on")
        assert seat.stage.front.page.instructions == "Be brief.\nBe kind."


async def test_where_bars_have_no_room_that_is_told_and_nothing_changes() -> None:
    async with seated(width=99) as seat:
        wanted = (seat.app.chat.left_bar, seat.app.chat.right_bar)
        await seat.press("f3")
        await told(seat, "no room for it below 100 columns · /usage")
        await seat.press("ctrl+b")
        await told(seat, "no room for it below 100 columns · /resume")
        assert (seat.app.chat.left_bar, seat.app.chat.right_bar) == wanted


async def test_what_nobody_knows_is_never_told_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow-first-token")
    async with seated() as seat:
        await seat.ask("One?")
        await seat.say("/budget")
        await told(seat, "day: ? of no limit")
