"""Messages to look at in a transcript, and a transcript to look at them in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from textual.geometry import Offset
from textual.selection import Selection

from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, assistant, user
from deepchat.conversation.tree import Node, State
from deepchat.conversation.usage import Cost, Usage
from deepchat.tui.entries import Entry
from deepchat.tui.typeset.lines import STYLES
from deepchat.tui.widgets.ink import Ink
from deepchat.tui.widgets.transcript import Transcript
from tests.tui.stage import Seen, on_stage
from tests.tui.summaries import NOW

INK: Final = Ink(
    {name: f"color({16 + at})" for at, name in enumerate((*STYLES, "meta", "thought", "thought.rule"))}
    | {"selection": "reverse", "found": "bold underline", "cursor": "bold"}
)
"""Every style looks different."""


def question(text: str, name: str = "") -> Entry:
    return Entry(Node(name or f"q {text}", None, user(text), NOW))


def answer(
    text: str, name: str = "", *, reasoning: str = "", state: State = "whole", legs: int = 1, error: str = ""
) -> Entry:
    message = replace(assistant(text), reasoning=reasoning)
    return Entry(Node(name or f"a {text[:40]}", None, message, NOW, state, _answer(legs, error)))


def _answer(legs: int, error: str) -> Answer:
    model = "deepseek-ai/DeepSeek-V3"
    cost, usage = Cost(350_000, "provider"), Usage(100, 50)
    leg = Leg("leg", "deepinfra", model, NOW, "whole", usage=usage, cost=cost)
    return Answer("deepinfra", model, model, legs=(leg,) * legs, error=error)


def coming(text: str = "") -> Entry:
    return Entry(Node("coming", None, assistant(text), NOW, "streaming"))


def numbered(number: int, lines: int = 5) -> list[Entry]:
    """So many answers, each line of which says where it stands."""
    return [answer("\n\n".join(f"message {at} line {line}" for line in range(lines)), f"m{at}") for at in range(number)]


class Told:
    """The transcript, and what is done to it and seen of it."""

    def __init__(self, seen: Seen, transcript: Transcript) -> None:
        self.seen = seen
        self.it = transcript

    @property
    def shown(self) -> list[str]:
        """What stands in its rows."""
        return [self.it.render_line(row).text.rstrip() for row in range(self.it.size.height)]

    def add(self, piece: str, *, thinks: bool = False) -> None:
        """More of the answer that streams."""
        live = self.it.live
        assert live is not None
        settled = live.settled
        (live.think if thinks else live.say)(piece)
        self.it.grown(settled)

    async def say(self, *pieces: str, thinks: bool = False) -> None:
        for piece in pieces:
            self.add(piece, thinks=thinks)
        await self.seen.pilot.pause()

    async def scroll(self, row: int) -> None:
        self.it.scroll_to(y=row, animate=False, force=True)
        await self.seen.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        await self.seen.pilot.resize_terminal(width, height)
        await self.seen.settle()

    def row_of(self, words: str) -> int:
        return next(row for row, line in enumerate(self.shown) if words in line)

    def copied(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text from one column and row of what is shown to another."""
        first, last = self.spot(*start), self.spot(*end)
        text = self.it.get_selection(Selection.from_offsets(first, last))
        assert text is not None
        return text[0]

    def spot(self, column: int, row: int) -> Offset:
        """As Textual finds it under the mouse: by what the strips say."""
        strip = self.it.render_line(row)
        at = 0
        for segment in strip:
            if at + segment.cell_length > column and segment.style:
                x, y = segment.style.meta["offset"]
                return Offset(x + column - at, y)
            at += segment.cell_length
        raise AssertionError("there is no place there")


@asynccontextmanager
async def told(
    entries: Sequence[Entry], width: int = 60, height: int = 20, *, is_live: bool = False
) -> AsyncGenerator[Told]:
    """A transcript with these messages."""
    transcript = Transcript(INK)
    async with on_stage(transcript, width, height) as seen:
        transcript.screen.set_focus(None)
        transcript.put(entries, is_live=is_live)
        await seen.settle()
        yield Told(seen, transcript)


def message_of(entry: Entry) -> Message:
    return entry.node.message
