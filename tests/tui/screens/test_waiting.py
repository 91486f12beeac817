"""What is told below an answer that is awaited."""

from __future__ import annotations

from deepchat.conversation.events import Asked, Noticed, TextDelta, ToolCalled
from deepchat.conversation.parts import ToolCall
from deepchat.tui.screens.waiting import Waiting


def test_what_is_over_when_a_request_leaves_is_told_until_then() -> None:
    waiting = Waiting()
    for event in (Noticed("connecting …", is_passing=True), Noticed("something odd")):
        waiting.take(event, 1.0)
    assert waiting.told(1.0)[:2] == ["something odd", "connecting …"]
    waiting.take(Asked("test", "any"), 2.0)
    waiting.take(TextDelta("Well, "), 3.0)
    assert waiting.told(3.0) == ["something odd"]


def test_a_tool_that_waits_for_a_yes_does_not_run_and_its_time_begins_with_the_yes() -> None:
    waiting = Waiting()
    waiting.take(ToolCalled(ToolCall("call", "calculator", "{}")), 1.0)
    assert [line[2:] for line in waiting.told(9.0, "calculator")] == ["calculator waits for your yes"]
    assert [line[2:] for line in waiting.told(11.0)] == ["calculator 2 s · esc stops"]
