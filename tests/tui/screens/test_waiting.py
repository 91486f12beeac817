"""What is told below an answer that is awaited."""

from __future__ import annotations

from deepchat.conversation.events import Asked, Noticed, TextDelta
from deepchat.tui.screens.waiting import Waiting


def test_what_is_over_when_a_request_leaves_is_told_until_then() -> None:
    waiting = Waiting()
    for event in (Noticed("connecting …", is_passing=True), Noticed("something odd")):
        waiting.take(event, 1.0)
    assert waiting.told(1.0)[:2] == ["something odd", "connecting …"]
    waiting.take(Asked("test", "any"), 2.0)
    waiting.take(TextDelta("Well, "), 3.0)
    assert waiting.told(3.0) == ["something odd"]
