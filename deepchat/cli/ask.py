"""One answer to stdout, streamed. Standard input is appended to the question."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from deepchat.cli import options as shared
from deepchat.cli import voice
from deepchat.cli.progress import Progress
from deepchat.cli.question import read_attachment, read_schema, read_words
from deepchat.cli.report import answer_json, error_json, summary
from deepchat.conversation.events import TextDelta
from deepchat.conversation.message import Message, system, user
from deepchat.conversation.parameters import JsonObject, JsonSchema, Parameters
from deepchat.errors import AnswerIncomplete, DeepChatError, UsageError, WireError

if TYPE_CHECKING:
    from deepchat.workspace import Turn, Workspace

STOPPED: Final = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", help="the question; without it, standard input is asked")
    shared.add_place(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", help="how the model shall behave")
    parser.add_argument("--preset", metavar="NAME", default="", help="model, system prompt and parameters of a preset")
    parser.add_argument("-a", "--attach", metavar="FILE", action="append", default=[], help="a text or picture; repeat")
    parser.add_argument("--json", action="store_true", help="print one object when the answer is whole")
    parser.add_argument("--schema", metavar="FILE", help="ask for JSON that fits this JSON Schema, and check it")
    parser.add_argument("--json-object", action="store_true", help="ask for any JSON object")
    parser.add_argument("--max-cost", metavar="USD", type=shared.usd, help="stop when the answer has cost so much")
    parser.add_argument("--reasoning", action="store_true", help="show the model's thinking on stderr")
    shared.add_sampling(parser)
    shared.add_chat(parser)


def run(options: argparse.Namespace) -> int:
    """Ask; the exit status says how it ended, and with --json the object says it too."""
    asking = _Asking(options)
    try:
        asyncio.run(asking.ask())
    except DeepChatError as error:
        return asking.failed(error)
    except KeyboardInterrupt:
        return asking.stopped()
    return asking.done()


class _Asking:
    """One run of the verb: what was asked, and as much of an answer as there is."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._json: bool = options.json
        self._schema: Mapping[str, object] | None = None
        self._turn: Turn | None = None
        self._answer = voice.Answer()
        self._progress = Progress(reasoning=options.reasoning)

    async def ask(self) -> None:
        """The whole of it; raises one of our errors, and what was heard until then stays."""
        from deepchat.workspace import Workspace

        options = self._options
        overrides = {**shared.place_of(options), "system": options.system}
        async with Workspace(overrides, options.preset) as workspace:
            for complaint in workspace.complaints:
                voice.notice(f"deepchat: {complaint}")
            messages = self._messages(workspace.settings.system)
            parameters = self._parameters(workspace)
            self._turn = await workspace.ask(messages, parameters, options.max_cost)
            for line in workspace.notices:
                voice.notice(f"deepchat: {line}")
            await self._listen(self._turn)
        self._check_whole(self._turn)

    def _messages(self, system_words: str) -> list[Message]:
        words = read_words(self._options.question)
        asked = user(words, *(read_attachment(name) for name in self._options.attach))
        return [system(system_words), asked] if system_words else [asked]

    def _parameters(self, workspace: Workspace) -> Parameters:
        given = shared.parameters_of(self._options)
        if self._options.schema and self._options.json_object:
            raise UsageError("--schema and --json-object ask for two things", "give one of them")
        if self._options.schema:
            self._schema = workspace.checked_schema(read_schema(self._options.schema))
            given["response_format"] = JsonSchema("answer", self._schema)
        elif self._options.json_object:
            given["response_format"] = JsonObject()
        return workspace.parameters(given)

    async def _listen(self, turn: Turn) -> None:
        with self._progress.telling():
            async with aclosing(turn.events()) as events:
                async for event in events:
                    self._progress.take(event)
                    if isinstance(event, TextDelta) and not self._json:
                        self._answer.say(event.text)

    def _check_whole(self, turn: Turn) -> None:
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
        if self._schema is not None:
            from deepchat.workspace import check_answer

            check_answer(draft.text, self._schema)

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
        self._tell(_Stopped("stopped", "what came so far was printed"))
        return STOPPED

    def _tell(self, error: DeepChatError | None) -> None:
        turn = self._turn
        if self._json:
            voice.data(answer_json(turn, error) if turn else {"text": "", "error": error_json(error)})
        else:
            self._answer.end()
        if error is not None and not (self._json and isinstance(error, _Stopped)):
            voice.error(error)
        if turn is not None and turn.draft.provider and (voice.is_watched() or isinstance(error, _Stopped)):
            voice.notice(summary(turn))


class _Stopped(DeepChatError):
    kind = "stopped"
    exit_status = STOPPED
