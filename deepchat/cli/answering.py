"""One run of a verb that streams an answer: words to stdout as they come, and at the end how it went."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from deepchat.cli import voice
from deepchat.cli.opening import opened, tell_notices
from deepchat.cli.progress import Progress
from deepchat.cli.report import answer_json, summary
from deepchat.conversation.events import TextDelta
from deepchat.errors import AnswerIncomplete, DeepChatError, WireError

if TYPE_CHECKING:
    from deepchat.workspace import Turn, Workspace

STOPPED: Final = 130
Put: TypeAlias = Callable[["Workspace"], Awaitable["Turn"]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a verb wants to be answered, and how it is shown."""

    overrides: Mapping[str, object]
    """Settings from the command line."""
    read: Callable[[], Put]
    """Reads the question, which may wait for standard input, and gives what puts it."""
    preset: str = ""
    as_json: bool = False
    """One object at the end, instead of words as they come."""
    reasoning: bool = False
    """Show the thinking on stderr."""
    check: Callable[[str], object] = str
    """Raises one of our errors when the whole answer is not what was asked for."""


def answer(wanted: Wanted) -> int:
    """Ask and show; the exit status says how it ended, and with JSON the object says it too."""
    answering = _Answering(wanted)
    try:
        put = wanted.read()  # outside the loop, where Ctrl-C ends a wait for standard input
        asyncio.run(answering.listen(put))
    except DeepChatError as error:
        return answering.failed(error)
    except KeyboardInterrupt:
        return answering.stopped()
    return answering.done()


class _Answering:
    """As much of an answer as there is."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._turn: Turn | None = None
        self._answer = voice.Words(sys.stdout)
        self._progress = Progress(reasoning=wanted.reasoning)

    async def listen(self, put: Put) -> None:
        """The whole of it; raises one of our errors, and what was heard until then stays."""
        wanted = self._wanted
        async with opened(wanted.overrides, wanted.preset) as workspace:
            turn = self._turn = await put(workspace)
            tell_notices(workspace)
            with self._progress.telling():
                async with aclosing(turn.events()) as events:
                    async for event in events:
                        self._progress.take(event)
                        if isinstance(event, TextDelta) and not wanted.as_json:
                            self._answer.say(event.text)
        _check_whole(turn)
        wanted.check(turn.draft.text)

    def done(self) -> int:
        self._tell(None)
        return 0

    def failed(self, error: DeepChatError) -> int:
        """An error after words were shown means that the answer is incomplete, whatever the error's own status."""
        broke_off = self._turn is not None and not self._turn.draft.is_empty
        self._tell(error)
        return AnswerIncomplete.exit_status if broke_off and isinstance(error, WireError) else error.exit_status

    def stopped(self) -> int:
        """Ctrl-C: what came was shown, and what it cost is said."""
        heard = self._turn is not None and not self._turn.draft.is_empty
        self._tell(_Stopped("stopped", "what came so far was printed" if heard else "nothing had come yet"))
        return STOPPED

    def _tell(self, error: DeepChatError | None) -> None:
        turn = self._turn
        if self._wanted.as_json:
            voice.data(answer_json(turn, error))
        else:
            self._answer.end()
        if error is not None and not (self._wanted.as_json and isinstance(error, _Stopped)):
            voice.error(error)
        if turn is not None and turn.draft.provider and (voice.is_watched() or isinstance(error, _Stopped)):
            voice.notice(summary(turn))


class _Stopped(DeepChatError):
    kind = "stopped"
    exit_status = STOPPED


def _check_whole(turn: Turn) -> None:
    """An answer that ended, but not at its end, is said to be incomplete."""
    draft = turn.draft
    if draft.finish == "length" and not draft.text:
        raise AnswerIncomplete(
            "all tokens went into thinking, and none were left for the answer",
            "ask with a lower --reasoning-effort, or a higher --max-tokens",
        )
    if draft.finish == "length":
        raise AnswerIncomplete("the answer was cut off at its longest", "ask for more: --max-tokens")
    if draft.finish == "content_filter":
        raise AnswerIncomplete("the provider's filter stopped the answer", "ask in other words")
    if draft.tool_calls:
        names = ", ".join(call.name for call in draft.tool_calls)
        raise AnswerIncomplete(f"the model wanted to call {names}, which was not offered", "ask without tools")
    if not draft.text.strip():
        raise AnswerIncomplete("the answer has no words", "ask again, or choose another model")
