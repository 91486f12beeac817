"""A turn calls the tools that the model wants, tells it what they gave back, and answers from that."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import cast

import pytest

from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.conversation.permission import WantedCall
from deepchat.conversation.usage import Cost
from deepchat.engine.continuation import Rules
from deepchat.engine.rounds import MOST_CALLS, break_after
from deepchat.errors import AnswerCut, AnswerIncomplete, BudgetReached, ContextTooLong
from deepchat.simulator import SimulatorThread
from deepchat.simulator.scene import Manners, Scene, Speak
from deepchat.simulator.scenes.tool_calls import SCENES
from deepchat.simulator.speech_scenes import LETTER
from deepchat.tools.builtin import plain_tools
from deepchat.tools.tool import Arguments, Tool, Toolbox
from tests.engine.asking import PRICED, take

RULES = Rules(automatic=True, legs=8, rounds=3)
THOUGHT_S = 0.4
REPLAYED = [one.name for one in SCENES if one.name not in ("tool-cut-always", "tool-again-and-again")]


class User:
    def __init__(self, says: bool = True) -> None:
        self.says = says
        self.asked: list[WantedCall] = []

    async def may_run(self, wanted: WantedCall) -> bool:
        self.asked.append(wanted)
        return self.says


def box(user: User) -> Toolbox:
    return Toolbox(plain_tools(), user.may_run)


def calls(parts: tuple[Part, ...]) -> list[ToolCall]:
    return [part for part in parts if isinstance(part, ToolCall)]


def results(parts: tuple[Part, ...]) -> list[str]:
    return [part.text for part in parts if isinstance(part, ToolResult)]


def body(simulator: SimulatorThread, number: int) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(simulator.heard[number].body))


def test_a_call_is_made_and_the_answer_comes_from_its_result(simulator: SimulatorThread) -> None:
    user = User()
    turn, error = take(simulator, "sim/reckons", toolbox=box(user), rules=RULES)
    assert error is None
    assert [(one.tool, one.arguments) for one in user.asked] == [("calculator", '{"expression":"6*7"}')]
    assert [type(part) for part in turn.draft.parts] == [ToolCall, ToolResult, Text]
    assert results(turn.draft.parts) == ["42"]
    assert turn.draft.text.startswith("The tool said: 42")
    assert turn.draft.finish == "stop"


def test_nobody_talks_while_the_user_thinks(simulator: SimulatorThread) -> None:
    class Slow(User):
        async def may_run(self, wanted: WantedCall) -> bool:
            await asyncio.sleep(THOUGHT_S)
            return await super().may_run(wanted)

    turn, _ = take(simulator, "sim/reckons", toolbox=box(Slow()), rules=RULES)
    assert 0 < turn.talked_s <= turn.seconds - THOUGHT_S


def test_every_leg_of_it_is_paid_for(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/reckons", toolbox=box(User()), rules=RULES)
    assert [leg.state for leg in turn.legs] == ["whole", "whole"]
    assert turn.cost == Cost(simulator.bill_nano, "provider")


def test_nothing_is_offered_without_a_toolbox_and_a_call_all_the_same_is_told(simulator: SimulatorThread) -> None:
    _, error = take(simulator, "sim/tool-call", rules=RULES)
    assert "tools" not in body(simulator, -1)
    assert isinstance(error, AnswerIncomplete)
    assert "calculator" in error.message


def test_a_call_that_the_user_refuses_is_told_to_the_model(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/reckons", toolbox=box(User(says=False)), rules=RULES)
    assert error is None
    assert "did not allow" in turn.draft.text


@pytest.mark.parametrize("name", REPLAYED)
def test_whatever_a_model_calls_and_however_it_comes_every_call_has_its_result(
    simulator: SimulatorThread, name: str
) -> None:
    turn, error = take(simulator, f"sim/{name}", toolbox=box(User()), rules=RULES)
    assert error is None
    assert "fox" in turn.draft.text
    made = calls(turn.draft.parts)
    answered = [part.call_id for part in turn.draft.parts if isinstance(part, ToolResult)]
    assert [call.id for call in made] == answered
    assert len(set(answered)) == len(answered)


def test_of_a_hundred_calls_at_once_only_so_many_are_made(simulator: SimulatorThread) -> None:
    user = User()
    turn, _ = take(simulator, "sim/tool-hundred", toolbox=box(user), rules=RULES)
    assert len(user.asked) == MOST_CALLS
    assert len(results(turn.draft.parts)) == 100


def test_a_model_that_calls_again_and_again_is_stopped(simulator: SimulatorThread) -> None:
    user = User()
    turn, error = take(simulator, "sim/tool-again-and-again", toolbox=box(user), rules=RULES)
    assert isinstance(error, AnswerCut)
    assert len(user.asked) == RULES.rounds
    assert len(turn.legs) == RULES.rounds + 1
    ids = [call.id for call in calls(turn.draft.parts)]
    assert len(set(ids)) == len(ids) == RULES.rounds + 1
    assert "not called" in results(turn.draft.parts)[-1]


def test_words_before_a_call_and_after_it_are_divided(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/tool-after-text", toolbox=box(User()), rules=RULES)
    first, _, _, last = turn.draft.parts
    assert isinstance(first, Text)
    assert isinstance(last, Text)
    assert first.text.endswith("\n\n")
    assert turn.draft.text == first.text + last.text


def test_a_call_that_is_cut_every_time_is_asked_for_only_once_more(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/tool-cut-always", toolbox=box(User()), rules=RULES)
    assert isinstance(error, AnswerIncomplete)
    assert "cut off" in error.message
    assert len(turn.legs) == 2


@pytest.mark.parametrize("rules", [Rules(automatic=False), Rules(legs=1)])
def test_a_call_that_is_cut_is_not_asked_for_again_when_nothing_is_to_be_carried_on(
    simulator: SimulatorThread, rules: Rules
) -> None:
    turn, error = take(simulator, "sim/tool-cut", toolbox=box(User()), rules=rules)
    assert isinstance(error, AnswerIncomplete)
    assert len(turn.legs) == 1


def test_an_answer_from_a_tool_is_carried_on_like_any_other() -> None:
    manners = Manners(text=LETTER, cut_every=40, tool_name="calculator", tool_arguments='{"expression":"6*7"}')
    scene = Scene("cut", "calls, and is cut after that", ((Speak(manners),),))
    with SimulatorThread(scenes={"cut": scene}) as simulator:
        turn, error = take(simulator, "sim/cut", toolbox=box(User()), rules=replace(RULES, legs=50))
    assert error is None
    assert turn.draft.text == LETTER
    assert results(turn.draft.parts) == ["42"]
    assert len(turn.legs) > 3


def test_the_budget_is_asked_before_each_leg(simulator: SimulatorThread) -> None:
    async def long(_: Arguments) -> str:
        return "x" * 30_000

    tool = Tool("calculator", "Reckons.", "reckons", {"type": "object"}, long)
    toolbox = Toolbox([tool], User().may_run)
    turn, error = take(simulator, "sim/reckons", toolbox=toolbox, rules=RULES, most_nano=500_000)
    assert isinstance(error, BudgetReached)
    assert len(results(turn.draft.parts)) == 1
    assert simulator.bill_nano <= 500_000


def test_a_result_that_does_not_fit_the_window_is_not_sent(simulator: SimulatorThread) -> None:
    async def long(_: Arguments) -> str:
        return "x" * 30_000

    toolbox = Toolbox([Tool("calculator", "Reckons.", "reckons", {"type": "object"}, long)], User().may_run)
    small = replace(PRICED, context=2_000)
    turn, error = take(simulator, "sim/reckons", toolbox=toolbox, rules=RULES, price=small)
    assert isinstance(error, ContextTooLong)
    assert len(turn.legs) == 1


def test_the_tools_are_counted_in_what_a_leg_may_cost(simulator: SimulatorThread) -> None:
    bare, _ = take(simulator, "sim/usage-none", stop_after=1)
    offered, _ = take(simulator, "sim/usage-none", stop_after=1, toolbox=box(User()))
    assert offered.usage.prompt_tokens > bare.usage.prompt_tokens + 50
    function = {"name": "time", "description": plain_tools()[0].about, "parameters": dict(plain_tools()[0].parameters)}
    assert cast("list[object]", body(simulator, -1)["tools"])[0] == {"type": "function", "function": function}


@pytest.mark.parametrize(("words", "gap"), [("", ""), (" \n", ""), ("a", "\n\n"), ("a\n", "\n"), ("a\n\n\n", "")])
def test_what_divides_words_from_words_is_one_blank_line(words: str, gap: str) -> None:
    assert break_after(words) == gap
