"""What a tool is, and the box of those that a conversation may use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from deepchat.conversation.parts import ToolCall, ToolResult
from deepchat.conversation.permission import MayRun, WantedCall
from deepchat.errors import ToolFailed
from deepchat.secret import scrub
from deepchat.wire.request import Offer

Arguments = Mapping[str, object]
Run = Callable[[Arguments], Awaitable[str]]
"""Does it; raises ToolFailed. Being cancelled ends it."""

LIMIT_S: Final = 60.0
LONGEST_ARGUMENTS: Final = 20_000
"""Characters: more than that nobody reads before saying yes."""
LONGEST_RESULT: Final = 40_000
"""Characters, about 10,000 tokens: each later request of the conversation pays for them again."""
_END_KEPT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    """As models call it: letters, digits, `_` and `-`, at most 64."""
    about: str
    """What the model is told of it."""
    may: str
    """What it may do, in words for the user."""
    parameters: Mapping[str, object]
    """The JSON Schema of its arguments."""
    run: Run
    only_reads: bool = False
    """It changes nothing and tells nobody: the user's settings may let it run unasked."""
    limit_s: float | None = None
    """How long a call may take; None leaves it to the box."""

    @property
    def offer(self) -> Offer:
        """As a model is told of it."""
        return Offer(self.name, self.about, self.parameters)


class Toolbox:
    """The tools that are turned on; each call is asked for, bounded and answered in words, whatever happens."""

    def __init__(
        self, tools: Iterable[Tool], may_run: MayRun, unasked: Collection[str] = (), limit_s: float = LIMIT_S
    ) -> None:
        """Tools that only read need no question when they are among the `unasked`."""
        self._tools = {tool.name: tool for tool in tools}
        self._may_run = may_run
        self._unasked = unasked
        self._limit_s = limit_s

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What the model is told of them."""
        return tuple(tool.offer for tool in self._tools.values())

    async def call(self, call: ToolCall) -> ToolResult:
        """Make this call if the user allows it; what came of it, also when it failed, is told to the model."""
        try:
            told = await self._called(call)
        except ToolFailed as failure:
            told = f"{failure.message}: {failure.hint}" if failure.hint else failure.message
        whole = told.encode(errors="replace").decode()  # half characters can't be sent
        return ToolResult(call.id, bounded(scrub(whole)))

    async def _called(self, call: ToolCall) -> str:
        tool = self._tools.get(call.name)
        if tool is None:
            raise ToolFailed(f"there is no tool {call.name[:64]}", f"there are: {', '.join(self._tools) or 'none'}")
        arguments = arguments_of(call)
        is_allowed = tool.only_reads and tool.name in self._unasked
        if not is_allowed and not await self._may_run(WantedCall(tool.name, tool.may, call.arguments)):
            raise ToolFailed("the user did not allow this call", "go on without it, or ask the user what to do")
        limit_s = tool.limit_s or self._limit_s
        try:
            async with asyncio.timeout(limit_s):
                return await tool.run(arguments)
        except TimeoutError:
            raise ToolFailed(f"the tool took longer than {limit_s:g} s, and was stopped") from None


def arguments_of(call: ToolCall) -> Arguments:
    """What a call was made with; no text at all is no arguments. Raises ToolFailed."""
    if len(call.arguments) > LONGEST_ARGUMENTS:
        raise ToolFailed(f"the arguments are longer than {LONGEST_ARGUMENTS:,} characters", "call it with less")
    try:
        arguments: object = json.loads(call.arguments) if call.arguments.strip() else {}
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise ToolFailed("the arguments are no JSON object", "call it again with a JSON object")
    return cast("dict[str, object]", arguments)


def bounded(text: str) -> str:
    """The text, or of a longer one its beginning and its end, and how much is missing between them."""
    if len(text) <= LONGEST_RESULT:
        return text
    begin, end = text[: LONGEST_RESULT - _END_KEPT], text[-_END_KEPT:]
    return f"{begin}\n\n[… {len(text) - LONGEST_RESULT:,} characters are left out here …]\n\n{end}"
