"""One run of a verb that streams an answer: words to stdout as they come, and at the end how it went."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from deepchat.cli import stopping, voice
from deepchat.cli.opening import opened, tell_notices
from deepchat.cli.progress import Progress
from deepchat.cli.report import answer_json, summary
from deepchat.conversation.events import TextDelta
from deepchat.errors import AnswerCut, AnswerIncomplete, BudgetReached, DeepChatError, Stopped, WireError

if TYPE_CHECKING:
    from deepchat.workspace import Answering, Workspace

_ENDED_EARLY: Final = (AnswerCut, BudgetReached, Stopped, WireError)
_GO_ON: Final = "to go on with it: deepchat ask -c"

Put: TypeAlias = Callable[["Workspace"], Awaitable["Answering"]]


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
    beside: Callable[[], Mapping[str, object]] = dict[str, object]
    """What more the object tells at the end."""
    check: Callable[[str], Awaitable[None]] | None = None
    """Raises one of our errors when the whole answer is not what was asked for."""


def answer(wanted: Wanted) -> int:
    """Ask and show; the exit status says how it ended, and with JSON the object says it too."""
    hearing = _Hearing(wanted)
    try:
        put = wanted.read()  # outside the loop, where Ctrl-C ends a wait for standard input
        asyncio.run(hearing.listen(put))
    except DeepChatError as error:
        return hearing.failed(error)
    except KeyboardInterrupt:
        return hearing.stopped()
    except BrokenPipeError:
        hearing.left_alone()
        raise
    return hearing.done()


class _Hearing:
    """As much of an answer as there is."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._asked: Answering | None = None
        self._said = 0
        """Of the answer, how much was shown."""
        self._answer = voice.Words(sys.stdout)
        self._progress = Progress(reasoning=wanted.reasoning)

    async def listen(self, put: Put) -> None:
        """The whole of it; raises one of our errors, and what was heard until then stays."""
        wanted = self._wanted
        async with opened(wanted.overrides, wanted.preset) as workspace:
            asked = self._asked = await put(workspace)
            tell_notices(workspace)
            with self._progress.telling():
                if voice.is_watched():  # who reads what it cost wants to know that of the next one too
                    from deepchat.workspace.first_listing import Learning

                    async with Learning(workspace, asked.turn.asking.providers[0].place.name):
                        await self._hear(asked)
                else:
                    await self._hear(asked)
        if wanted.check:
            await wanted.check(asked.turn.draft.text)

    async def _hear(self, asked: Answering) -> None:
        async with aclosing(asked.events()) as events:
            async for event in events:
                self._progress.take(event)
                if isinstance(event, TextDelta):
                    self._say(event.text)

    def done(self) -> int:
        self._tell(None)
        return 0

    def failed(self, error: DeepChatError) -> int:
        """An error after words were shown means that the answer is incomplete, whatever the error's own status."""
        broke_off = self._heard_something
        self._tell(error)
        return AnswerIncomplete.exit_status if broke_off and isinstance(error, WireError) else error.exit_status

    def stopped(self) -> int:
        """Ctrl-C or a signal: what came was shown, and what it cost is said."""
        what = "what came so far was printed" if self._heard_something else "nothing had come yet"
        self._tell(Stopped("stopped", what))
        return stopping.status()

    def left_alone(self) -> None:
        """Whoever read it (`| head -1`) had enough, so no more was asked for: what came is kept, and not as whole."""
        if self._asked and self._asked.kept_in and self._asked.node.state == "stopped":
            voice.notice(f"nobody reads on, so the answer was stopped there; {_GO_ON}")
        self._tell_of_loss(None)

    @property
    def _heard_something(self) -> bool:
        return self._asked is not None and not self._asked.turn.draft.is_empty

    def _say(self, words: str) -> None:
        self._said += len(words)
        if not self._wanted.as_json:
            self._answer.say(words)

    def _tell(self, error: DeepChatError | None) -> None:
        asked = self._asked
        if asked:
            # What was held back when it was stopped, to see whether it only repeated what was there.
            self._say(asked.turn.draft.text[self._said :])
        if self._wanted.as_json:
            voice.data({**answer_json(asked, error), **self._wanted.beside()})
        else:
            self._answer.end()
        self._progress.tell_later()
        if error is not None and not (self._wanted.as_json and isinstance(error, Stopped)):
            voice.error(error)
        self._tell_of_loss(error)
        if asked and asked.kept_in and self._heard_something and isinstance(error, _ENDED_EARLY):
            voice.notice(_GO_ON)
        if asked and asked.turn.draft.provider and (voice.is_watched() or isinstance(error, Stopped)):
            voice.notice(summary(asked.turn))

    def _tell_of_loss(self, error: DeepChatError | None) -> None:
        """What is on no disk, unless that was the error."""
        lost = self._asked.unsaved if self._asked else None
        if lost and lost is not error:
            voice.notice(f"what came is not kept: {lost.message}")
