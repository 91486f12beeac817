"""MCP in the app: servers are seen and connected by a key, their tools turned on, and each call asked for."""

from __future__ import annotations

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.tui.screens import confirm
from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.screens.servers import Servers
from deepchat.tui.screens.tools import Tools
from tests.cli.running import body, configure
from tests.tui.seat import Seat, seated
from tests.workspace.test_servers import table

QUESTION = 'files__echo {"text":"hi [/x]"}'


@pytest.fixture(autouse=True)
def _calling(sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    assert sim.url  # it sets the usual model, which is another one here
    monkeypatch.setenv("LLM_MODEL", "deepseek-ai/DeepSeek-V3")
    monkeypatch.setattr(confirm, "QUIET_S", 0)  # a yes counts at once


async def allow(seat: Seat) -> None:
    await seat.until(lambda: isinstance(seat.app.screen, Confirm))
    await seat.sees("Once (y)")
    await seat.press("y")


async def opened(seat: Seat, command: str, screen: type[Servers | Tools]) -> None:
    await seat.say(command)
    await seat.until(lambda: isinstance(seat.app.screen, screen))


async def test_a_whole_round_from_the_command_to_the_answer(sim: SimulatorThread) -> None:
    configure(table("files", "good"))
    async with seated() as seat:
        await seat.say("/tools files__echo")
        await seat.until(lambda: seat.stage.front.chosen.tools == ("files__echo",))
        await seat.say(QUESTION)
        whose = "files__echo is echo of the MCP server files"
        await seat.until(lambda: whose in " ".join(seat.screen.replace("│", " ").split()))
        await allow(seat)
        await seat.quiet()
        assert "The tool said: hi [/x]" in seat.path[-1].message.text
        assert [tool["function"]["name"] for tool in body(sim)["tools"]] == ["files__echo"]


async def test_enter_connects_a_server_and_shows_its_tools_and_ends_it_again() -> None:
    configure(table("files", "hostile") + table("lost", "dies"))
    async with seated() as seat:
        await opened(seat, "/mcp", Servers)
        assert seat.screen.count("not started") == 3  # the first is told whole below
        await seat.press("enter")
        await seat.sees("2 tools", "files__good", "no schema: what it is called with")
        assert "\x1b" not in seat.screen
        await seat.press("enter")
        await seat.until(lambda: "2 tools" not in seat.screen)
        await seat.press(*"lost", "enter")
        await seat.sees("failed: it ended before it had told its tools")
        await seat.press("escape")


async def test_a_server_in_the_list_of_tools_stands_for_all_of_them() -> None:
    configure(table("files", "clash"))
    async with seated() as seat:
        await opened(seat, "/tools", Tools)
        await seat.sees("MCP server files")
        await seat.press(*"files", "enter", "escape")
        await seat.until(lambda: len(seat.stage.front.chosen.tools) == 3)
        await opened(seat, "/tools", Tools)
        await seat.sees("● files__read_file")


async def test_new_conversations_begin_with_a_server_that_nobody_started_yet() -> None:
    configure(f'{table("files", "good")}[tools]\non = ["files", "gone"]\n')
    async with seated() as seat:
        assert seat.stage.front.chosen.tools == ("files",)
        assert not seat.stage.desk.workspace.servers.told()[0].is_wanted
        await seat.say(QUESTION)
        await allow(seat)
        await seat.quiet()
        assert "The tool said" in seat.path[-1].message.text


async def test_a_question_whose_server_can_not_be_had_is_given_back() -> None:
    configure(f'{table("files", "dies")}[tools]\non = ["files"]\n')
    async with seated() as seat:
        await seat.say("Hello?")
        await seat.is_told("the server files can't be used")
        await seat.until(lambda: seat.app.chat.composer.text == "Hello?")


async def test_esc_ends_the_wait_for_a_server_that_does_not_answer() -> None:
    configure(f'{table("files", "silent")}[tools]\non = ["files"]\n')
    async with seated() as seat:
        await seat.say("Hello?")
        await seat.reads("connecting to the MCP server files")
        await seat.press("escape")
        await seat.until(lambda: seat.app.chat.composer.text == "Hello?")


async def test_the_command_connects_the_server_that_it_names() -> None:
    configure(table("files", "clash"))
    async with seated() as seat:
        await seat.say("/mcp files")
        await seat.is_told("files has files__read_file")
        await seat.say("/mcp flies")
        await seat.is_told("there is no MCP server flies")


@pytest.mark.parametrize("width", [50, 120])
async def test_without_servers_it_is_told_how_one_is_named(width: int) -> None:
    async with seated(width=width) as seat:
        await opened(seat, "/mcp", Servers)
        await seat.sees("[mcp.files]", "esc close")
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, Servers))


async def test_that_one_of_several_can_not_be_had_changes_nothing_and_is_told() -> None:
    configure(table("files", "clash") + table("lost", "dies"))
    async with seated() as seat:
        await seat.say("/tools files lost")
        await seat.is_told("nothing is turned on or off")
        assert seat.stage.front.chosen.tools == ()
