"""A question as it stands in the line to write in: its words, what goes along, and the files that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.conversation.message import Message, user
from deepchat.tui.commands.offers import files_named

if TYPE_CHECKING:
    from deepchat.conversation.parts import Part
    from deepchat.tui.stage import Stage


def question_of(text: str, files: Iterable[Path], stage: Stage, pasted: Collection[str] = ()) -> Message:
    """It as a message; what is to be known of a file is told. Raises UsageError.

    What only a paste names, somebody else may have written: such a file does not go along.
    """
    from deepchat.workspace.attaching import attached

    parts: list[Part] = []
    for path in dict.fromkeys((*files, *files_named(text, pasted))):
        part, notice = attached(path)
        parts.append(part)
        if notice:
            stage.notice(notice)
    return user(text, *parts)
