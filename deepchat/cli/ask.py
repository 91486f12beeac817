"""One answer to stdout, streamed, and kept in a conversation. Standard input is appended to the question."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from deepchat.cli import options as shared
from deepchat.cli.answering import Put, Wanted, answer
from deepchat.cli.question import find_words, read_attachment, read_schema, read_words
from deepchat.cli.report import effort_json
from deepchat.conversation.message import Message, user
from deepchat.conversation.parameters import JsonObject, JsonSchema, Parameters
from deepchat.errors import SchemaMismatch, UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Answering, Summing, Toolbox, Workspace

_EXAMPLE: Final = 'deepchat ask "What is a lighthouse?"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", help="the question; without it, standard input is asked")
    shared.add_place(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", help="how the model shall behave")
    parser.add_argument("--preset", metavar="NAME", default="", help="model, system prompt and parameters of a preset")
    parser.add_argument("-a", "--attach", metavar="FILE", action="append", default=[], help="a text or picture; repeat")
    parser.add_argument("--schema", metavar="FILE", help="ask for JSON that fits this JSON Schema, and check it")
    parser.add_argument("--json-object", action="store_true", help="ask for any JSON object")
    parser.add_argument("--reasoning", action="store_true", help="show the model's thinking on stderr")
    shared.add_tools(parser)
    shared.add_answer(parser)
    shared.add_keeping(parser)
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
            beside=asked.beside,
        )
    )


class _Asked:
    """The question, and the form that its answer must have."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._form: object = JsonObject() if options.json_object else None
        """The one that the conversation has, unless another is asked for."""
        self._summary: Summing | None = None

    def read(self) -> Put:
        options = self._options
        if options.schema and options.json_object:
            raise UsageError("--schema and --json-object ask for two things", "give one of them")
        in_old = options.go_on or options.resume is not None
        if options.resume == "":
            raise UsageError("-r names no conversation", "give an id, or words of a title; see deepchat list")
        if options.fork and not in_old:
            raise UsageError("--fork copies a conversation, but none was named", "add -c, or -r WORDS")
        if options.compact and not in_old:
            raise UsageError("--compact sums up a conversation, but none was named", "add -c, or -r WORDS")
        attached = [read_attachment(name) for name in options.attach]
        if options.schema:
            self._form = JsonSchema("answer", read_schema(options.schema))
        words = find_words(options.question) if in_old and not attached else read_words(options.question, _EXAMPLE)
        if options.compact and not words and not attached:
            raise UsageError("--compact goes before a question, but there is none", _EXAMPLE)
        question = user(words, *attached) if words or attached else None
        return lambda workspace: self._put(workspace, question)

    async def _put(self, workspace: Workspace, question: Message | None) -> Answering:
        from deepchat.workspace import choices, talks

        options, keeps = self._options, not self._options.no_save
        if options.go_on or options.resume:
            chat = await talks.old_chat(workspace, options.resume or "", as_copy=options.fork, keeps_words=keeps)
            choices.stay_with_model(workspace, chat)
        else:
            chat = await talks.new_chat(workspace, keeps_words=keeps)
        toolbox = await _toolbox(workspace, dict.fromkeys(options.tool), yes=options.yes_tools)
        parameters = self._parameters(workspace, choices.parameters_chosen(workspace, chat))
        wish = talks.Wish(parameters, options.max_cost, options.max_legs, toolbox=toolbox)
        put = talks.put_for(workspace, chat, wish)
        if options.compact:
            self._summary = await chat.sum_up(talks.put_for(workspace, chat, talks.for_summary(wish)))
            workspace.notices.append(await talks.summed_up(chat, self._summary))
        return await (chat.send(question, put) if question else chat.more(put))

    def _parameters(self, workspace: Workspace, chosen: Mapping[str, object]) -> Parameters:
        """As the conversation has them, and over that the command line."""
        from deepchat.workspace.wishes import checked_schema

        said = shared.parameters_of(self._options)
        given = {**chosen, **{name: value for name, value in said.items() if value not in (None, ())}}
        if isinstance(self._form, JsonSchema):
            checked_schema(self._form.schema)
        if self._form is None:
            self._form = chosen.get("response_format")
        given["response_format"] = self._form
        return workspace.parameters(given)

    def beside(self) -> dict[str, object]:
        """What the object tells beside the answer: what summing up took before it, even if nothing came of it."""
        return {"compaction": effort_json(self._summary.turn)} if self._summary else {}

    async def check(self, text: str) -> None:
        """Raises SchemaMismatch."""
        if isinstance(self._form, JsonSchema):
            from deepchat.workspace import check_answer_in_time

            await check_answer_in_time(text, self._form.schema)
        elif isinstance(self._form, JsonObject) and not _is_object(text):
            raise SchemaMismatch("the answer is no JSON object", "ask again, or choose another model")


async def _toolbox(workspace: Workspace, names: Collection[str], *, yes: bool) -> Toolbox | None:
    """The tools that were named; raises UsageError, also where one wants a yes and nobody can be asked.

    ToolFailed when their server can't be had.
    """
    if not names:
        return None
    from deepchat.cli.allowing import Permission, need_somebody, tell_connecting

    if not yes and workspace.toolshed.asks(names):
        need_somebody()
    tell_connecting(workspace, names)
    return await workspace.toolshed.toolbox(names, Permission(given=yes).may_run)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
