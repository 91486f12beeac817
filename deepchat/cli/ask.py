"""One answer to stdout, streamed. Standard input is appended to the question."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from deepchat.cli import options as shared
from deepchat.cli.answering import Put, Wanted, answer
from deepchat.cli.question import read_attachment, read_schema, read_words
from deepchat.conversation.message import Message, system, user
from deepchat.conversation.parameters import JsonObject, JsonSchema
from deepchat.errors import SchemaMismatch, UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Turn, Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", help="the question; without it, standard input is asked")
    shared.add_place(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", help="how the model shall behave")
    parser.add_argument("--preset", metavar="NAME", default="", help="model, system prompt and parameters of a preset")
    parser.add_argument("-a", "--attach", metavar="FILE", action="append", default=[], help="a text or picture; repeat")
    parser.add_argument("--schema", metavar="FILE", help="ask for JSON that fits this JSON Schema, and check it")
    parser.add_argument("--json-object", action="store_true", help="ask for any JSON object")
    parser.add_argument("--reasoning", action="store_true", help="show the model's thinking on stderr")
    shared.add_answer(parser)
    shared.add_sampling(parser)
    shared.add_chat(parser)


def run(options: argparse.Namespace) -> int:
    """Ask; the exit status says how it ended."""
    asked = _Asked(options)
    return answer(
        Wanted(
            overrides={**shared.place_of(options), "system": options.system},
            read=asked.read,
            preset=options.preset,
            as_json=options.json,
            reasoning=options.reasoning,
            check=asked.check,
        )
    )


class _Asked:
    """The question, and the form that its answer must have."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._schema: Mapping[str, object] | None = None

    def read(self) -> Put:
        options = self._options
        if options.schema and options.json_object:
            raise UsageError("--schema and --json-object ask for two things", "give one of them")
        attached = [read_attachment(name) for name in options.attach]
        if options.schema:
            self._schema = read_schema(options.schema)
        words = read_words(options.question, 'deepchat ask "What is a lighthouse?"')
        question = user(words, *attached)
        return lambda workspace: self._put(workspace, question)

    async def _put(self, workspace: Workspace, question: Message) -> Turn:
        given = shared.parameters_of(self._options)
        if self._schema is not None:
            given["response_format"] = JsonSchema("answer", workspace.checked_schema(self._schema))
        elif self._options.json_object:
            given["response_format"] = JsonObject()
        instructions = workspace.settings.system
        messages = [system(instructions), question] if instructions else [question]
        return await workspace.ask(messages, workspace.parameters(given), self._options.max_cost)

    def check(self, text: str) -> None:
        """Raises SchemaMismatch."""
        if self._schema is not None:
            from deepchat.workspace import check_answer

            check_answer(text, self._schema)
        elif self._options.json_object and not _is_object(text):
            raise SchemaMismatch("the answer is no JSON object", "ask again, or choose another model")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
