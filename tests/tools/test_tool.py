"""Every call is asked for, bounded and answered in words, whatever the model wrote and whatever the tool does."""

from __future__ import annotations

import asyncio
import json

import pytest

from deepchat.conversation.parts import ToolCall, ToolResult
from deepchat.conversation.permission import WantedCall
from deepchat.errors import ToolFailed
from deepchat.secret import Secret
from deepchat.tools.tool import LONGEST_ARGUMENTS, LONGEST_RESULT, Arguments, Tool, Toolbox


class User:
    """Answers when asked, and remembers what for."""

    def __init__(self, says: bool = True) -> None:
        self.says = says
        self.asked: list[WantedCall] = []

    async def may_run(self, wanted: WantedCall) -> bool:
        self.asked.append(wanted)
        return self.says


def tool(run: str = "", name: str = "echo", *, only_reads: bool = False) -> Tool:
    async def echo(arguments: Arguments) -> str:
        if run == "hang":
            await asyncio.Event().wait()
        if run == "fail":
            raise ToolFailed("it is broken", "mend it")
        return run or json.dumps(dict(arguments))

    return Tool(name, "Says it again.", "says it again", {"type": "object"}, echo, only_reads)


async def called(box: Toolbox, arguments: str = '{"a":1}', name: str = "echo") -> str:
    result = await box.call(ToolCall("7", name, arguments))
    assert result.call_id == "7"
    return result.text


async def test_a_call_is_asked_for_with_its_exact_arguments() -> None:
    user = User()
    assert await called(Toolbox([tool()], user.may_run), '{ "a" : 1 }') == '{"a": 1}'
    assert user.asked == [WantedCall("echo", "says it again", '{ "a" : 1 }')]


async def test_a_call_that_the_user_refuses_is_not_made_and_the_model_hears_of_it() -> None:
    assert "did not allow" in await called(Toolbox([tool()], User(says=False).may_run))


@pytest.mark.parametrize(("only_reads", "asks"), [(True, 0), (False, 1)])
async def test_the_settings_let_only_those_run_unasked_that_only_read(only_reads: bool, asks: int) -> None:
    user = User()
    await called(Toolbox([tool(only_reads=only_reads)], user.may_run, ["echo"]))
    assert len(user.asked) == asks


@pytest.mark.parametrize("arguments", ["{", "[]", "3", '"x"', "{}" * 2, "[" * 100_000])
async def test_arguments_that_are_no_object_are_told_and_nobody_is_asked(arguments: str) -> None:
    user = User()
    assert "the arguments are" in await called(Toolbox([tool()], user.may_run), arguments)
    assert not user.asked


async def test_no_arguments_at_all_are_none() -> None:
    assert await called(Toolbox([tool()], User().may_run), " ") == "{}"


async def test_more_than_a_person_can_read_is_not_asked() -> None:
    user = User()
    said = await called(Toolbox([tool()], user.may_run), json.dumps({"a": "x" * LONGEST_ARGUMENTS}))
    assert "longer than" in said
    assert not user.asked


async def test_a_tool_that_nobody_offered_is_told_with_those_that_are() -> None:
    assert await called(Toolbox([tool()], User().may_run), name="rm") == "there is no tool rm: there are: echo"


async def test_a_tool_that_hangs_is_stopped() -> None:
    assert "longer than 0.01 s" in await called(Toolbox([tool("hang")], User().may_run, limit_s=0.01))


async def test_being_stopped_stops_the_tool() -> None:
    async with asyncio.timeout(60):
        task = asyncio.ensure_future(Toolbox([tool("hang")], User().may_run).call(ToolCall("1", "echo", "{}")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_tool_that_fails_is_told_in_words() -> None:
    assert await called(Toolbox([tool("fail")], User().may_run)) == "it is broken: mend it"


async def test_a_long_result_keeps_its_beginning_and_its_end() -> None:
    said = await called(Toolbox([tool("a" * LONGEST_RESULT + "the end")], User().may_run))
    assert said.endswith("the end")
    assert "7 characters are left out" in said
    assert len(said) < LONGEST_RESULT + 100


async def test_no_key_that_we_know_is_in_a_result() -> None:
    key = Secret("not-a-key-but-secret-4711")
    assert key.reveal() not in await called(Toolbox([tool(f"it is {key.reveal()}")], User().may_run))


async def test_the_model_is_told_of_exactly_those_that_are_on() -> None:
    box = Toolbox([tool(), tool(name="other")], User().may_run)
    assert [offer.name for offer in box.offers] == ["echo", "other"]
    assert isinstance(await box.call(ToolCall("1", "other", "")), ToolResult)
