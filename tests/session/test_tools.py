"""What tools were called for, and what they gave back, is part of the conversation, on disk before anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

import pytest

from deepchat.conversation.events import ToolCalled, ToolReturned
from deepchat.conversation.message import Message, user
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.conversation.permission import WantedCall
from deepchat.engine.mending import INTERRUPTED, at_last_result, closed
from deepchat.engine.turn import Turn
from deepchat.errors import AnswerCut
from deepchat.session.answering import Answering
from deepchat.session.chat import Chat, Put
from deepchat.store import turns
from deepchat.tools.builtin import plain_tools
from deepchat.tools.tool import Arguments, Tool, Toolbox
from tests.session.conftest import Story
from tests.session.holding import Home, heard

CALL, OTHER = ToolCall("1", "clock", "{}"), ToolCall("2", "clock", "{}")
SUN, CUT = ToolResult("1", "sun"), ToolResult("1", INTERRUPTED)


async def yes(_: WantedCall) -> bool:
    return True


def putting(home: Home, *tools: Tool) -> Put:
    async def put(messages: Sequence[Message], so_far: str) -> Turn:
        turn = await home.put(messages, so_far)
        turn.toolbox = Toolbox(tools or plain_tools(), yes)
        return turn

    return put


def hanging() -> Tool:
    async def hang(_: Arguments) -> str:
        await asyncio.Event().wait()
        return ""

    return Tool("calculator", "Reckons.", "reckons", {"type": "object"}, hang)


async def until_called(answering: Answering) -> None:
    """Listen until a tool is about to run, and be stopped while it does."""
    async with aclosing(answering.events()) as events:
        async for event in events:
            if isinstance(event, ToolCalled):
                break


def kinds(chat: Chat) -> list[type[Part]]:
    return [type(part) for part in chat.tree.leaf.message.parts]


def test_an_answer_that_called_a_tool_is_kept_whole_and_gone_on_from(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/reckons"
        chat = home.chat()
        await heard(await chat.send(user("How many?"), putting(home)))
        assert kinds(chat) == [ToolCall, ToolResult, Text]
        kept = await home.kept(chat)
        assert kept.tree.path == chat.tree.path
        assert (
            [leg.finish for leg in kept.tree.leaf.answer.legs] == ["tool_calls", "stop"] if kept.tree.leaf.answer else 0
        )
        await heard(await chat.send(user("And now?"), putting(home)))
        await heard(await chat.send(user("Without tools?"), home.put))
        assert chat.tree.leaf.state == "whole"

    held(story)


def test_call_and_result_are_on_disk_before_they_are_told(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/tool-after-text"
        chat = home.chat()
        answering = await chat.send(user("How many?"), putting(home))
        async with aclosing(answering.events()) as events:
            async for event in events:
                if isinstance(event, ToolCalled):
                    assert (await home.kept(chat)).tree.leaf.message.parts[1:] == (event.call,)
                if isinstance(event, ToolReturned):
                    assert (await home.kept(chat)).tree.leaf.message.parts[2:] == (event.result,)
                    assert (await home.kept(chat)).tree.leaf.state == "streaming"
        assert (await home.kept(chat)).tree.path == chat.tree.path

    held(story)


@pytest.mark.parametrize("model", ["sim/reckons", "sim/tool-after-text"])
def test_stopped_in_the_middle_of_a_call_it_goes_on_after_it(held: Callable[[Story], None], model: str) -> None:
    async def story(home: Home) -> None:
        home.model = model
        chat = home.chat()
        await until_called(await chat.send(user("How many?"), putting(home, hanging())))
        leaf = chat.tree.leaf
        assert leaf.state == "stopped"
        assert isinstance(last := leaf.message.parts[-1], ToolResult)
        assert last.text == INTERRUPTED
        await heard(await chat.more(putting(home)))
        assert chat.tree.leaf.id == leaf.id
        assert chat.tree.leaf.state == "whole"
        assert chat.tree.leaf.message.parts[: len(leaf.message.parts)] == leaf.message.parts
        home.model = "sim/plain"
        await heard(await chat.send(user("And?"), home.put))
        assert (await home.kept(chat)).tree.path == chat.tree.path

    held(story)


@pytest.mark.parametrize("model", ["sim/reckons", "sim/tool-after-text"])
def test_what_a_crash_left_in_the_middle_of_a_call_goes_on(held: Callable[[Story], None], model: str) -> None:
    async def story(home: Home) -> None:
        home.model = model
        chat = home.chat()
        answering = await chat.send(user("How many?"), putting(home, hanging()))
        events = answering.events()
        while not isinstance(await anext(events), ToolCalled):
            pass
        await home.database.write(lambda c: turns.recover(c, turns.unfinished(c)[0][1], 0))
        crashed = await home.kept(chat)
        await events.aclose()
        chat.close()
        assert crashed.tree.leaf.state == "interrupted"
        assert ToolCall in [type(part) for part in crashed.tree.leaf.message.parts]
        again = Chat(crashed, home.database, home.folder / "locks")
        await heard(await again.more(putting(home)))
        assert again.tree.leaf.state == "whole"
        home.model = "sim/plain"
        await heard(await again.send(user("And?"), home.put))
        again.close()

    held(story)


def test_a_model_that_never_stops_calling_can_be_gone_on_with(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/tool-again-and-again"
        chat = home.chat()
        with pytest.raises(AnswerCut):
            await heard(await chat.send(user("How many?"), putting(home)))
        home.model = "sim/plain"
        await heard(await chat.more(putting(home)))
        assert chat.tree.leaf.state == "whole"
        assert kinds(chat)[-1] is Text

    held(story)


def test_the_last_leg_after_a_tool_can_be_asked_for_again_alone(held: Callable[[Story], None]) -> None:
    async def story(home: Home) -> None:
        home.model = "sim/reckons"
        chat = home.chat()
        await heard(await chat.send(user("How many?"), putting(home)))
        await chat.drop_leg()
        assert kinds(chat)[:2] == [ToolCall, ToolResult]
        assert not chat.tree.leaf.message.text
        await heard(await chat.more(putting(home)))
        assert chat.tree.leaf.message.text.startswith("The tool said: 42")

    held(story)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((Text("a"),), (Text("a"),)),
        ((CALL,), (CALL, CUT)),
        ((CALL, SUN), (CALL, SUN)),
        ((Text("a"), CALL, OTHER, SUN), (Text("a"), CALL, OTHER, SUN, ToolResult("2", INTERRUPTED))),
        ((CALL, Text("b")), (CALL, CUT, Text("b"))),
        ((CALL, Text("")), (CALL, Text(""), CUT)),
        ((CALL, SUN, OTHER, Text("b")), (CALL, SUN, OTHER, ToolResult("2", INTERRUPTED), Text("b"))),
        ((CALL, OTHER, ToolResult("2", "rain")), (CALL, OTHER, ToolResult("2", "rain"), CUT)),
    ],
)
def test_every_call_gets_a_result_where_it_stands(parts: tuple[Part, ...], whole: tuple[Part, ...]) -> None:
    assert closed(parts) == whole
    assert closed(whole) == whole


def test_an_answer_is_gone_on_with_from_its_last_result() -> None:
    assert at_last_result((Text("a"), CALL, SUN, Text("b"), OTHER)) == ((Text("a"), CALL, SUN), "b")
    assert at_last_result((Text("a"), CALL)) == ((), "a")
