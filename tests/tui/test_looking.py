"""What is looked for, chosen and changed around a conversation: models, other conversations, search, copies, money."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Static

from deepchat.tui.screens.confirm import QUIET_S, Confirm
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.screens.models import Picker
from deepchat.tui.screens.search import Search
from deepchat.tui.starting import Start
from tests.tui.earlier import keep
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")
CODE = "Look:\n\n```python\nprint('one')\n```\n\nand\n\n```sh\necho two\n```\n\nat [a place](https://example.com/x).\n"

BROWSER = "sh -c 'echo \"$1\" > {}/opened' sh %s &"
"""One that opens a window of its own, and is gone at once: nobody may take that for a failure, and open another."""


async def test_the_most_recent_conversation_opens_at_its_end() -> None:
    await keep("oslo", "Where?", "In Oslo.\n\n" + "A line.\n\n" * 80 + "The last line.")
    async with seated(Start(go_on=True)) as seat:
        assert seat.path[0].message.text == "Where?"
        await seat.reads("The last line.")


async def test_a_conversation_is_found_by_words_of_its_title() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    await keep("rust", "How?", "Borrow it.")
    async with seated(Start(resume="oslo")) as seat:
        assert seat.path[-1].message.text == "In Oslo."


async def test_another_model_is_picked_in_the_middle() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.press("ctrl+o")
        await seat.until(lambda: isinstance(seat.app.screen, Picker))
        await seat.write("llama-4-scout")
        await seat.press("enter")
        await seat.until(lambda: not isinstance(seat.app.screen, Picker))
        await seat.until(lambda: seat.stage.front.whom is not None and "Scout" in seat.stage.front.whom.model)
        await seat.say("/model sim/thinking")
        await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == "sim/thinking")


async def test_a_conversation_is_picked_from_the_list() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated() as seat:
        await seat.press("ctrl+r")
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        await seat.press("enter")
        await seat.until(lambda: len(seat.path) == 2)
        assert seat.path[-1].message.text == "In Oslo."


async def test_search_leads_to_the_message_in_its_conversation() -> None:
    await keep("oslo", "Where is the fjord?", "North of here.")
    async with seated() as seat:
        await seat.press("ctrl+f")
        await seat.until(lambda: isinstance(seat.app.screen, Search))
        await seat.write("fjord")
        await seat.sees("1 message in 1 conversation")
        await seat.press("enter")
        await seat.until(lambda: len(seat.path) == 2)
        await seat.until(lambda: seat.stage.chosen is not None and seat.stage.chosen.node.id == "oslo-1")


async def test_words_are_found_in_the_conversation_and_marked() -> None:
    await keep("oslo", "Where?", "Nothing.\n\n" * 100 + "a needle\n\n" + "Nothing.\n\n" * 100)
    async with seated(Start(go_on=True)) as seat:
        assert "needle" not in seat.transcript
        await seat.say("/find needle")
        await seat.reads("a needle")


@pytest.mark.parametrize("width", [100, 118, 119, 123, 124, 140])
async def test_the_line_to_find_words_in_tells_its_keys_whenever_it_is_opened(width: int) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True), width) as seat:
        await seat.to_messages()
        for _ in range(2):
            await seat.press("slash")
            await seat.sees("esc closes", "find words in this conversation ")
            assert ("enter next" in seat.screen) is (width >= 124)
            await seat.press("escape")
            await seat.until(lambda: "esc closes" not in seat.screen)


async def test_a_conversation_is_renamed_tagged_pinned_and_exported(tmp_path: Path) -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True)) as seat:
        for line in ("/rename North and snow", "/tag travel winter", "/tag -winter", "/pin"):
            await seat.say(line)
            await seat.pilot.pause()
        await seat.until(lambda: seat.stage.front.page.pinned)
        page = seat.stage.front.page
        assert (page.title, page.tags) == ("North and snow", ("travel",))
        target = tmp_path / "kept.json"
        await seat.say(f"/export {target}")
        await seat.until(target.exists)
        assert json.loads(target.read_text())["title"] == "North and snow"
        (one,) = await seat.stage.desk.archive.conversations()
        assert (one.title, one.tags, one.pinned) == ("North and snow", ("travel",), True)


async def test_a_deleted_conversation_comes_back() -> None:
    kept = await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True)) as seat:
        await seat.say("/delete")
        await seat.until(lambda: seat.path == [])
        assert await seat.stage.desk.archive.conversations() == []
        await seat.say("/undo")
        await seat.until(lambda: seat.stage.front.id == kept and len(seat.path) == 2)


async def test_code_is_copied_block_by_block_from_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "here there")  # so that no clipboard program of this machine is asked
    await keep("code", "Code?", CODE)
    async with seated(Start(go_on=True)) as seat:
        await seat.to_messages()
        await seat.press("y")
        await seat.until(lambda: seat.app.clipboard == "echo two")
        await seat.press("y")
        await seat.until(lambda: seat.app.clipboard == "print('one')")
        await seat.press("c")
        await seat.until(lambda: seat.app.clipboard == CODE)
        await seat.is_told("can't be seen")


async def test_what_cannot_be_seen_is_copied_only_from_a_message_that_is_raw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "here there")
    await keep("hidden", "Hidden?", "see\u200b no\x1b[2Jthing")
    async with seated(Start(go_on=True)) as seat:
        await seat.to_messages()
        await seat.press("c")
        await seat.until(lambda: seat.app.clipboard == "see no␛[2Jthing")
        await seat.is_told("without 1 hidden character")
        await seat.press("w", "c")
        await seat.until(lambda: seat.app.clipboard == "see\u200b no\x1b[2Jthing")


# Python's own `webbrowser` waits for no browser that runs beside it.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
async def test_a_link_shows_where_it_leads_before_it_opens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = BROWSER.format(tmp_path)
    monkeypatch.setenv("BROWSER", browser)
    long = f"https://good.com@example.com/{'x' * 1100}"
    await keep("code", "Link?", f"Look [there]({long}).")
    async with seated(Start(go_on=True)) as seat:
        await seat.say("/link")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.sees("Open example.com?")
        assert "«good.com» before the @ is no address" in " ".join(seat.screen.split())
        box = seat.app.screen.query_one(".what-happens", VerticalScroll)
        assert str(box.query_one(Static).render()) == long
        await seat.press(*["pagedown"] * 4)
        await seat.until(lambda: box.scroll_y == box.max_scroll_y > 0)
        await seat.sees("Open example.com?")
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, Confirm))
        assert not (tmp_path / "opened").exists()
        await seat.say("/link")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.pilot.pause(QUIET_S)
        await seat.press("y")
        await seat.until(lambda: (tmp_path / "opened").exists() and (tmp_path / "opened").read_text() == f"{long}\n")


async def test_links_come_in_their_order_and_pictures_after_them() -> None:
    said = "![A picture](https://a.example/1.png) of [one](https://b.example/1), [two](https://b.example/2); ![x](c:y)"
    await keep("links", "Links?", said)
    async with seated(Start(go_on=True)) as seat:
        for command, place in (("/link", "b.example"), ("/link 1", "b.example"), ("/link 3", "a.example")):
            await seat.say(command)
            await seat.sees(f"Open {place}?")
            await seat.sees({"/link": "b.example/2", "/link 1": "b.example/1", "/link 3": "1.png"}[command])
            await seat.press("escape")
            await seat.until(lambda: not isinstance(seat.app.screen, Confirm))
        await seat.say("/link 5")
        await seat.is_told("there are 4 links in this message")


async def test_a_message_that_is_shown_as_it_came_leads_where_it_leads_as_a_page() -> None:
    await keep("links", "Links?", "Look [there](https://b.example/1).")
    async with seated(Start(go_on=True)) as seat:
        await seat.to_messages()
        await seat.press("w")
        await seat.reads("[there](https://b.example/1)")
        await seat.press("o")
        await seat.sees("Open b.example?")
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, Confirm))
        await seat.reads("[there](https://b.example/1)")


async def test_a_draft_is_there_again_after_a_crash() -> None:
    async with seated() as seat:
        await seat.write("half a thought")
        held = seat.stage.front
        await seat.until(lambda: held.draft == "half a thought")
        await seat.ask("One?")
        await seat.write("another")
        await seat.until(lambda: held.draft == "another")
    async with seated(Start(go_on=True)) as seat:
        await seat.until(lambda: seat.app.chat.composer.text == "another")


async def test_several_answers_can_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow-first-token")
    async with seated() as seat:
        await seat.say("One?")
        first = seat.stage.front
        await seat.say("/new")
        await seat.until(lambda: seat.stage.front is not first)
        await seat.say("Two?")
        second = seat.stage.front
        await seat.quiet()
        assert [len(held.page.entries) for held in (first, second)] == [2, 2]
        assert {one.title for one in await seat.stage.desk.archive.conversations()} == {"One?", "Two?"}


async def test_a_temporary_conversation_leaves_its_cost_and_nothing_else() -> None:
    async with seated(Start(temporary=True)) as seat:
        await seat.ask("A secret?")
        assert await seat.stage.desk.archive.conversations() == []
        (day, _) = await seat.stage.desk.market.standing()
        assert day.spent.legs == 1


async def test_another_program_that_holds_it_makes_it_read_only() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated(Start(go_on=True)) as first:
        assert not first.stage.front.page.read_only
        command = (sys.executable, "-m", "deepchat", "ask", "-c", "And?")
        pipe = asyncio.subprocess.PIPE
        other = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
        _, told = await other.communicate()
        assert b"another DeepChat" in told
