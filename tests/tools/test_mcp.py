"""MCP over pipes, against a real server in a process of its own: what it does well, and every way it can misbehave."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deepchat.errors import ToolFailed
from deepchat.tools import program
from deepchat.tools.foreign import LONGEST_ABOUT, MOST_TOOLS
from deepchat.tools.link import Broken, Connected, Connecting, Idle
from deepchat.tools.tool import LONGEST_RESULT, bounded
from tests.tools.linking import command, is_running, linked, place, until

NAMES = ["test__echo", "test__environment", "test__fail", "test__big", "test__die", "test__wait", "test__picture"]


async def test_a_server_is_started_when_it_is_wanted_and_tells_its_tools() -> None:
    async with linked(place(command("good"))) as link:
        assert link.state == Idle()
        listing = await link.open()
        assert [tool.name for tool in listing.tools][:7] == NAMES
        assert listing.tools[0].about == "Says it again."
        assert listing.refused == ()
        assert link.state == Connected()
        assert await link.call("echo", {"text": "hi"}) == "hi"
    assert link.state == Idle()


async def test_two_who_want_it_at_once_have_the_same_one() -> None:
    async with linked(place(command("good"))) as link:
        first, second = await asyncio.gather(link.open(), link.open())
        assert first is second


async def test_a_server_that_speaks_only_the_newest_protocol_is_understood() -> None:
    async with linked(place(command("newest"))) as link:
        assert (await link.open()).tools[0].name == "test__echo"
        assert await link.call("echo", {"text": "hi"}) == "hi"


async def test_only_what_is_allowed_is_there() -> None:
    async with linked(place(command("good"), allowed=("fail", "echo"))) as link:
        assert [tool.called for tool in (await link.open()).tools] == ["echo", "fail"]


async def test_it_gets_no_environment_but_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPINFRA_API_KEY", "sentinel-key-1f6b")
    async with linked(place(command("good", environ={"TOKEN": "for-it"}))) as link:
        told = await link.call("environment", {})
    assert "for-it" in told
    assert "sentinel" not in told


async def test_what_a_tool_says_of_its_failure_is_told() -> None:
    async with linked(place(command("good"))) as link:
        with pytest.raises(ToolFailed, match="says that it failed: it is broken"):
            await link.call("fail", {})
        assert await link.call("echo", {"text": "still there"}) == "still there"


async def test_a_result_of_a_megabyte_comes_whole_and_is_cut_for_the_model() -> None:
    async with linked(place(command("good"))) as link:
        told = await link.call("big", {})
    assert len(told) > 1_000_000
    assert bounded(told).endswith("the end")
    assert len(bounded(told)) < LONGEST_RESULT + 100


async def test_what_is_no_text_is_named_in_words() -> None:
    async with linked(place(command("good"))) as link:
        told = await link.call("picture", {})
        assert "[image, image/png, about 6 bytes, which can't be shown here]" in told
        assert "[file:///a]\nof a page" in told
        assert "[a link to file:///b: b]" in told
        assert told.count("does not know") == 2
        assert await link.call("odd", {}) == '{"a": [1]}'


async def test_a_server_is_given_nothing_that_it_asks_for() -> None:
    async with linked(place(command("good"))) as link:
        told = await link.call("nosy", {})
    assert told == "sampling/createMessage: refused, elicitation/create: refused, roots/list: refused"


async def test_one_that_dies_at_once_says_why() -> None:
    async with linked(place(command("dies"))) as link:
        with pytest.raises(ToolFailed, match="it can't find its words"):
            await link.open()
        assert isinstance(link.state, Broken)


async def test_one_that_is_not_there_is_told() -> None:
    way = command()
    async with linked(place(type(way)(("/no/such/program",), way.environ, way.folder))) as link:
        with pytest.raises(ToolFailed, match="/no/such/program can't be started: No such file"):
            await link.open()


async def test_one_that_dies_in_a_call_is_told_and_started_again_at_the_next() -> None:
    async with linked(place(command("good"))) as link:
        with pytest.raises(ToolFailed, match="ended before it answered"):
            await link.call("die", {})
        assert await link.call("echo", {"text": "again"}) == "again"


async def test_one_that_ends_while_nobody_asks_says_so() -> None:
    async with linked(place(command("good"))) as link:
        with pytest.raises(ToolFailed):
            await link.call("die", {})
        await until(lambda: link.state != Connected())
        assert link.state == Broken("it ended; it complained: it died of it")


async def test_one_that_never_answers_is_not_waited_for() -> None:
    async with linked(place(command("silent"), connect_s=0.3)) as link:
        with pytest.raises(ToolFailed, match=r"did not tell its tools within 0\.3 s"):
            await link.open()


async def test_a_greeting_where_messages_belong_is_overheard() -> None:
    async with linked(place(command("greets"))) as link:
        assert (await link.open()).tools


@pytest.mark.parametrize(("manner", "told"), [("floods", "no message"), ("endless", "a line of more than 8 MiB")])
async def test_a_flood_ends_it(manner: str, told: str) -> None:
    async with linked(place(command(manner))) as link:
        with pytest.raises(ToolFailed, match=told):
            await link.open()


async def test_a_flood_of_complaints_holds_nothing_up() -> None:
    async with linked(place(command("complains"))) as link:
        assert await link.call("echo", {"text": "hi"}) == "hi"


async def test_hostile_names_and_descriptions_are_bounded_and_bad_schemas_cost_their_tool_alone() -> None:
    async with linked(place(command("hostile"))) as link:
        listing = await link.open()
    odd, good = listing.tools
    assert odd.name.startswith("test__")
    assert all(char.isascii() and (char.isalnum() or char in "_-") for char in odd.name)
    assert "\x1b" not in odd.about
    assert "\u202e" not in odd.about
    assert len(odd.about) <= LONGEST_ABOUT
    assert (good.name, good.about) == ("test__good", "")
    assert len(listing.refused) == 5


async def test_tools_of_one_spelling_are_told_apart() -> None:
    async with linked(place(command("clash"))) as link:
        names = [tool.name for tool in (await link.open()).tools]
    assert names == ["test__read_file_1214148e", "test__read_file", "test__read_file_dd32cdf5"]


async def test_no_more_tools_are_taken_than_anybody_can_want() -> None:
    async with linked(place(command("many"))) as link:
        listing = await link.open()
    assert len(listing.tools) == MOST_TOOLS
    assert "mcp.test.tools" in listing.refused[0]


async def test_what_comes_after_the_first_thousand_is_not_looked_at() -> None:
    async with linked(place(command("myriad"))) as link:
        listing = await link.open()
    assert listing.refused[-2:] == ("and 980 more", "all after the first 1,000 that it told")


async def test_a_call_that_is_stopped_is_stopped_there_too(tmp_path: Path) -> None:
    told = tmp_path / "told"
    async with linked(place(command("good", str(told)))) as link:
        await link.open()
        call = asyncio.ensure_future(link.call("wait", {}))
        await until(told.exists)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await until(lambda: told.read_text() == "cancelled")
        assert await link.call("echo", {"text": "still there"}) == "still there"


async def test_one_that_will_not_go_is_made_to_with_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "LEAVING_S", 0.1)
    async with linked(place(command("stubborn"))) as link:
        await link.open()
        connection = link._connection  # pyright: ignore[reportPrivateUsage]  # its process ids are told nowhere else
        assert connection
        pids = [int(pid) for pid in connection.last_words.split()]
        assert all(map(is_running, pids))
    await until(lambda: not any(map(is_running, pids)))


async def test_being_cancelled_while_it_connects_leaves_nothing_behind() -> None:
    async with linked(place(command("silent"))) as link:
        opening = asyncio.ensure_future(link.open())
        await until(lambda: link.state == Connecting())
        await link.close()
        with pytest.raises(ToolFailed, match="it was stopped"):
            await opening
        assert link.state == Idle()
