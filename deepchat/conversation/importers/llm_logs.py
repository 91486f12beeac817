"""The logs.db of the command line tool llm: threads of messages since 0.32, rows of responses before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deepchat.conversation.importers import fields, llm_threads
from deepchat.conversation.importers.growing import EMPTY, Growth
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.importers.llm_content import Shelf
from deepchat.conversation.importers.llm_threads import answer_of
from deepchat.conversation.importers.tables import Row, Tables, grouped
from deepchat.conversation.message import Message, system
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult

SOURCE: Final = "llm"
TABLES: Final = (
    *("conversations", "responses", "attachments", "prompt_attachments", "fragments", "prompt_fragments"),
    *("system_fragments", "tool_calls", "tool_results", "messages", "parts", "threads", "turns"),
)
"""Those that are read; each version of llm has some of them."""


def read(tables: Tables, unknown_ms: int = 0) -> Imported:
    """The conversations in the tables; one that both versions know is taken from the newer, which has it whole."""
    harvest = Harvest()
    shelf = Shelf(tables)
    newer = llm_threads.read(tables, shelf, unknown_ms, harvest)
    _Responses(tables, shelf, harvest).read(newer, unknown_ms)
    return harvest.imported


class _Responses:
    """The older tables: a row a response, with the prompt that led to it."""

    def __init__(self, tables: Tables, shelf: Shelf, harvest: Harvest) -> None:
        self._tables = tables
        self._shelf = shelf
        self._harvest = harvest
        self._calls = grouped(tables.get("tool_calls", ()), "response_id")
        self._results = grouped(tables.get("tool_results", ()), "response_id")

    def read(self, known: set[str], unknown_ms: int) -> None:
        named = {fields.key(row.get("id")): row for row in self._tables.get("conversations", ())}
        talks: dict[str, list[Row]] = {}
        for number, row in enumerate(self._tables.get("responses", ()), 1):
            key = fields.key(row.get("conversation_id")) or f"response {fields.key(row.get('id')) or number}"
            talks.setdefault(key, []).append(row)
        for key, rows in talks.items():
            if key not in known:
                name = fields.title(named.get(key, {}).get("name"))
                self._read_one(key, name, rows, unknown_ms)

    def _read_one(self, key: str, name: str, rows: Sequence[Row], unknown_ms: int) -> None:
        times = [moment for row in rows if (moment := fields.moment_ms(row.get("datetime_utc"))) is not None]
        growth = Growth(self._harvest, SOURCE, key, min(times, default=unknown_ms), f"conversation {key[:60]}")
        above: str | None = None
        instructions = ""
        for number, row in enumerate(rows, 1):
            own_key = fields.key(row.get("id")) or f"number {number}"
            before = self._shelf.system_of(own_key, fields.text(row.get("system")))
            if before and before != instructions:
                above = growth.say(
                    f"{own_key}/system", above, system(before), fields.moment_ms(row.get("datetime_utc"))
                )
                instructions = before
            above = self._say(growth, own_key, above, row)
        growth.end(name, max(times, default=None))

    def _say(self, growth: Growth, key: str, above: str | None, row: Row) -> str | None:
        """One response: what tools gave back before it, the prompt, the answer."""
        moment = fields.moment_ms(row.get("datetime_utc"))
        results = tuple(
            ToolResult(fields.text(result.get("tool_call_id")), fields.text(result.get("output")))
            for result in self._results.get(key, ())
        )
        if results:
            above = growth.say(f"{key}/results", above, Message("tool", results), moment)
        prompt = self._shelf.prompt_of(key, fields.text(row.get("prompt")))
        question: list[Part] = [Text(prompt)] if prompt else []
        question += self._shelf.files_of(key)
        if question:
            above = growth.say(f"{key}/prompt", above, Message("user", tuple(question)), moment)
        answer: list[Part] = [Text(words)] if (words := fields.text(row.get("response"))) else []
        answer += [
            ToolCall(
                fields.text(call.get("tool_call_id")),
                fields.text(call.get("name")),
                fields.as_arguments(fields.text(call.get("arguments"))),
            )
            for call in self._calls.get(key, ())
        ]
        reasoning = fields.text(row.get("reasoning"))
        if answer or reasoning:
            above = growth.say(key, above, Message("assistant", tuple(answer), reasoning), moment, answer_of(row))
        elif not (results or question):
            growth.miss(key, EMPTY)
        return above
