"""All conversations over the whole terminal, with what each of them is and costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.types import CSSPathType

from deepchat.conversation.conversation import Summary
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.conversation_list import ConversationList, now_ms
from deepchat.tui.widgets.key_line import KeyLine


class Conversations(Dialog[str | None]):
    """Every conversation there is; gives back the id of the one to open. What else is wanted, its list says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "to_rows", "more", id="all_conversations.rows", priority=True),
        # Before the list, for which it only empties the filter.
        Binding("escape", "leave", "close", id="all_conversations.close", priority=True),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "conversations.tcss"]
    TITLE_OF_BOX = "Conversations"

    def __init__(
        self,
        summaries: Sequence[Summary],
        open_id: str,
        streaming: Collection[str],
        *,
        words: str = "",
        now: Callable[[], int] = now_ms,
    ) -> None:
        """`words` are in the filter to begin with."""
        super().__init__()
        self._list = ConversationList(has_heads=True, words=words, now=now)
        self._list.put(summaries, open_id, streaming)

    def parts(self) -> ComposeResult:
        yield self._list
        yield KeyLine(("⏎", "open"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """To the rows goes only who is not there."""
        return self._list.line.has_focus if action == "to_rows" else super().check_action(action, parameters)

    @on(ConversationList.Chosen)
    def _open(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self.dismiss(event.id)

    def action_to_rows(self) -> None:
        """Let letters be keys for the row under the cursor."""
        self._list.table.focus()

    def put(self, summaries: Sequence[Summary], open_id: str, streaming: Collection[str]) -> None:
        """Show these instead; the cursor, the words and the order stay."""
        self._list.put(summaries, open_id, streaming)
