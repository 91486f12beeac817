"""What llm keeps once and refers to often: attached files, and fragments of prompts."""

from __future__ import annotations

from collections.abc import Sequence

from deepchat.conversation.importers import fields
from deepchat.conversation.importers.tables import Row, Tables, grouped
from deepchat.conversation.parts import Part, Text


class Shelf:
    """Files and fragments by their names, and which of them each response of the older tables used."""

    def __init__(self, tables: Tables) -> None:
        self._files = {fields.key(row.get("id")): row for row in tables.get("attachments", ())}
        self._fragments = {
            fields.key(row.get("id")): fields.text(row.get("content")) for row in tables.get("fragments", ())
        }
        self._attached = grouped(_ordered(tables.get("prompt_attachments", ())), "response_id")
        self._prompts = grouped(_ordered(tables.get("prompt_fragments", ())), "response_id")
        self._systems = grouped(_ordered(tables.get("system_fragments", ())), "response_id")

    def fragment(self, key: object) -> str:
        return self._fragments.get(fields.key(key), "")

    def file(self, key: object) -> Part | None:
        """The picture of this name, or a note where it stood; None when nothing of that name was ever kept."""
        row = self._files.get(fields.key(key))
        if row is None:
            return None
        content = row.get("content")
        name = fields.title(row.get("path")).rpartition("/")[2] or fields.title(row.get("url"))
        picture = fields.picture(content if isinstance(content, bytes) else None, name)
        return picture or Text(f"\n\n[{name or fields.title(row.get('type'))}: a file that is not in the database]")

    def files_of(self, response: str) -> list[Part]:
        parts = (self.file(row.get("attachment_id")) for row in self._attached.get(response, ()))
        return [part for part in parts if part]

    def prompt_of(self, response: str, words: str) -> str:
        """A prompt as it was sent: its fragments, then what was typed."""
        fragments = [self.fragment(row.get("fragment_id")) for row in self._prompts.get(response, ())]
        return "\n".join(filter(None, [*fragments, words]))

    def system_of(self, response: str, words: str) -> str:
        """The instructions as they were sent."""
        fragments = [self.fragment(row.get("fragment_id")) for row in self._systems.get(response, ())]
        return "\n\n".join(filter(None, [*fragments, words]))


def _ordered(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: fields.number(row.get("order")) or 0)
