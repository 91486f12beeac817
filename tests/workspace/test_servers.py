"""MCP servers as a run has them: only what the settings name, only when it is wanted, and gone when the run is."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
import trustme

from deepchat.conversation.parts import ToolCall
from deepchat.conversation.permission import MayRun, WantedCall
from deepchat.errors import ToolFailed, UsageError
from deepchat.secret import MASK
from deepchat.workspace.workspace import Workspace
from tests.cli.running import configure
from tests.tools.linking import PROGRAM, is_running
from tests.tools.test_mcp_http import serving


def table(name: str, *manners: str, more: str = "") -> str:
    """Of config.toml."""
    return f"[mcp.{name}]\ncommand = {json.dumps([*PROGRAM, *manners])}\n{more}\n"


async def yes(call: WantedCall) -> bool:
    del call
    return True


async def called(workspace: Workspace, name: str, arguments: str = "{}") -> str:
    box = await workspace.toolshed.toolbox([name], yes)
    assert box
    return (await box.call(ToolCall("1", name, arguments))).text


async def test_nothing_is_started_before_a_tool_is_wanted() -> None:
    configure(table("files", "good"))
    async with Workspace() as workspace:
        assert [one.state for one in workspace.servers.told()] == ["not started"]
        told = workspace.toolshed.told()[-1]
        assert (told.name, told.whose, told.missing) == ("files", "MCP server files", "")
        assert workspace.toolshed.usual() == ()
        assert workspace.servers.told()[0].is_wanted is False


async def test_a_server_stands_for_all_of_its_tools_and_they_are_told_with_whose_they_are() -> None:
    configure(table("files", "good", more='tools = ["echo", "fail"]'))
    async with Workspace() as workspace:
        assert await workspace.toolshed.meant(["time", "files"]) == ("time", "files__echo", "files__fail")
        (echo, _) = [tool for tool in workspace.toolshed.told() if tool.whose]
        assert (echo.name, echo.may, echo.is_unasked) == ("files__echo", "says: Says it again.", False)
        assert workspace.servers.told()[0].state == "2 tools"
        assert await called(workspace, "files__echo", '{"text":"hi"}') == "hi"


def refusing(asked: list[WantedCall]) -> MayRun:
    """A user who says no to every call; what was asked is noted."""

    async def no(call: WantedCall) -> bool:
        asked.append(call)
        return False

    return no


async def test_the_question_before_a_call_says_whose_tool_it_is() -> None:
    configure(table("files", "good"))
    asked: list[WantedCall] = []
    async with Workspace() as workspace:
        box = await workspace.toolshed.toolbox(["files__echo"], refusing(asked))
        assert box
        assert "did not allow" in (await box.call(ToolCall("1", "files__echo", "{}"))).text
    assert asked[0].may.startswith("is echo of the MCP server files (")
    assert asked[0].may.endswith("; it says: “Says it again.”")


async def test_what_a_program_is_started_with_is_told_nowhere() -> None:
    configure(f"[mcp.files]\ncommand = {json.dumps([*PROGRAM, 'good', '--token', 'sentinel'])}\n")
    asked: list[WantedCall] = []
    async with Workspace() as workspace:
        box = await workspace.toolshed.toolbox(["files__echo"], refusing(asked))
        assert box
        await box.call(ToolCall("1", "files__echo", "{}"))
        assert workspace.servers.told()[0].where == f"{sys.executable} … (6 arguments)"
    assert f"({sys.executable} … (6 arguments))" in asked[0].may


async def test_what_the_server_says_of_itself_never_lets_a_tool_run_unasked() -> None:
    configure(f'{table("files", "good")}[tools]\nunasked = ["time"]\n')
    async with Workspace() as workspace:
        await workspace.toolshed.meant(["files"])
        assert workspace.toolshed.asks(["files__echo"])  # which says that it only reads
        assert not workspace.toolshed.asks(["time"])


async def test_it_gets_a_small_environment_with_what_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPINFRA_API_KEY", "sentinel-key-4c2e")
    monkeypatch.setenv("MY_TOKEN", "sentinel-token-8d1f")
    monkeypatch.setenv("MY_PLACE", "attic")
    configure(table("files", "good", more='env = { NOTES_TOKEN = "$MY_TOKEN", PLACE = "$MY_PLACE", PLAIN = "word" }'))
    async with Workspace() as workspace:
        environ = json.loads(await called(workspace, "files__environment"))
    assert (environ["PLACE"], environ["PLAIN"]) == ("attic", "word")
    assert environ["NOTES_TOKEN"] == MASK  # it has it, but the model is not told
    assert environ["PATH"] == os.environ["PATH"]
    assert "DEEPINFRA_API_KEY" not in environ


async def test_a_variable_that_is_not_set_is_told_when_it_is_wanted() -> None:
    configure(
        table("files", "good", more='env = { TOKEN = "$NO_SUCH" }')
        + '[mcp.far]\nurl = "https://a.example"\nkey_env = "NOT_SET"\n'
    )
    async with Workspace() as workspace:
        with pytest.raises(ToolFailed, match=r"files can't be used: mcp\.files\.env\.TOKEN names \$NO_SUCH"):
            await workspace.servers.open("files")
        with pytest.raises(ToolFailed, match=r"mcp\.far\.key_env names NOT_SET"):
            await workspace.servers.open("far")
        assert workspace.servers.told()[0].is_broken


async def test_a_tool_or_a_server_that_is_not_there_is_told() -> None:
    configure(f"{table('files', 'good')}[mcp.odd]\ncomand = []\n")
    async with Workspace() as workspace:
        with pytest.raises(UsageError, match=r"did you mean files__echo\?"):
            await workspace.toolshed.meant(["files__eco"])
        with pytest.raises(UsageError, match="there is no MCP server flies"):
            await workspace.servers.open("flies")
        with pytest.raises(UsageError, match=r"odd can't be used: .*did you mean command"):
            await workspace.toolshed.meant(["odd__a"])


async def test_what_is_known_to_be_gone_is_not_still_there() -> None:
    configure(table("files", "good"))
    async with Workspace() as workspace:
        names = ("time", "files", "files__echo", "files__gone", "lost__echo", "gone")
        assert workspace.toolshed.still_there(names) == names[:4]
        await workspace.servers.open("files")
        assert workspace.toolshed.still_there(names) == names[:3]


async def test_a_built_in_tool_comes_before_a_server_of_its_name() -> None:
    configure(table("time", "good"))
    async with Workspace() as workspace:
        assert await workspace.toolshed.meant(["time"]) == ("time",)
        assert await workspace.toolshed.meant(["time__echo"]) == ("time__echo",)


async def test_a_call_may_take_as_long_as_its_server_is_given() -> None:
    configure(table("files", "good", more="limit_s = 0.2"))
    async with Workspace() as workspace:
        assert "longer than 0.2 s" in await called(workspace, "files__wait")


async def test_a_server_that_the_settings_name_otherwise_by_now_ends() -> None:
    configure(table("files", "good"))
    async with Workspace() as workspace:
        before = await workspace.servers.open("files")
        workspace.reload()
        assert workspace.servers.listing("files") is before
        configure(table("files", "clash"))
        workspace.reload()
        assert workspace.servers.listing("files") is None
        assert (await workspace.servers.open("files")).tools[1].name == "files__read_file"


async def test_a_server_that_is_replaced_has_ended_before_the_other_begins(tmp_path: Path) -> None:
    pid = str(tmp_path / "pid")
    configure(table("files", "first", pid))
    async with Workspace() as workspace:
        await workspace.servers.open("files")
        configure(table("files", "alone", pid))
        workspace.reload()
        assert (await workspace.servers.open("files")).tools


async def test_a_server_at_an_address_is_reached_anew_when_other_certificates_are_trusted(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    trustme.CA().cert_pem.write_to_path(str(bundle))
    with serving() as server:
        far = f'[mcp.far]\nurl = "{server.address.url}"\n{table("files", "good")}'
        configure(far)
        async with Workspace() as workspace:
            await workspace.servers.open("far")
            await workspace.servers.open("files")
            configure(f'ca_bundle = "{bundle}"\n{far}')
            workspace.reload()
            assert [one.is_wanted for one in workspace.servers.told()] == [False, True]
            assert (await workspace.servers.open("far")).tools


@pytest.mark.parametrize("by_now", ["", table("files", "clash")])
async def test_a_call_of_a_server_that_is_gone_or_another_by_now_is_answered_in_words(by_now: str) -> None:
    configure(table("files", "good"))
    async with Workspace() as workspace:
        box = await workspace.toolshed.toolbox(["files__echo"], yes)
        assert box
        configure(by_now)
        workspace.reload()
        told = (await box.call(ToolCall("1", "files__echo", "{}"))).text
    assert told == "the server files is another one by now, or none: it was changed in config.toml"


async def test_a_tool_that_goes_while_another_server_is_connected_is_told() -> None:
    more = table("more", "good")
    configure(table("files", "good") + more)
    async with Workspace() as workspace:
        await workspace.servers.open("files")
        gathering = asyncio.ensure_future(workspace.toolshed.toolbox(["files__echo", "more"], yes))
        await asyncio.sleep(0)  # it has begun, and waits for the other
        configure(more)
        workspace.reload()
        with pytest.raises(UsageError, match="files__echo is gone"):
            await gathering


async def test_nothing_is_left_when_the_run_is_over_and_its_error_comes_out_as_it_is() -> None:
    configure(table("files", "good"))
    pids: list[int] = []

    async def run() -> None:
        async with Workspace() as workspace:
            pids.append(int(json.loads(await called(workspace, "files__environment"))["ITS_PROCESS"]))
            assert is_running(pids[0])
            raise UsageError("no more")

    with pytest.raises(UsageError, match="no more"):
        await run()
    assert not is_running(pids[0])


async def test_without_the_package_it_is_said_how_it_is_had(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(table("files", "good"))
    monkeypatch.delitem(sys.modules, "deepchat.tools.mcp", raising=False)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    async with Workspace() as workspace:
        with pytest.raises(ToolFailed, match="needs the package mcp") as caught:
            await workspace.servers.open("files")
        assert workspace.servers.told()[0].state.endswith("pip install 'deepchat[mcp]'")
    assert caught.value.hint == "Install it: pip install 'deepchat[mcp]'"


@pytest.mark.parametrize("lacks", ["a name", "a module"])
async def test_another_version_of_the_package_is_told_and_costs_nothing_else(
    monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    configure(table("files", "good"))
    monkeypatch.delitem(sys.modules, "deepchat.tools.mcp", raising=False)
    if lacks == "a name":
        monkeypatch.delattr("mcp.shared.dispatcher.CallOptions")
    else:
        monkeypatch.setitem(sys.modules, "mcp.shared.jsonrpc_dispatcher", None)
    async with Workspace() as workspace:
        with pytest.raises(ToolFailed, match="this version of mcp is not understood"):
            await workspace.servers.open("files")
        assert workspace.servers.told()[0].is_broken
