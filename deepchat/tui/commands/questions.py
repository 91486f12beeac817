"""A question as it stands in the line to write in: its words, what goes along, and the files that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.errors import UsageError
from deepchat.tui.commands.offers import files_named
from deepchat.tui.widgets.mentions import mentions

if TYPE_CHECKING:
    from deepchat.conversation.message import Message
    from deepchat.conversation.parts import Part
    from deepchat.conversation.tree import Node
    from deepchat.tui.stage import Stage


def question_of(text: str, files: Iterable[Path], stage: Stage) -> Message:
    """It as a message; what is to be known of a file is told. Raises UsageError, which tells of all unfit files."""
    from deepchat.conversation.message import user
    from deepchat.workspace.attaching import attached

    parts: list[Part] = []
    faults: list[UsageError] = []
    for path in dict.fromkeys(files):
        try:
            part, notice = attached(path)
        except UsageError as fault:
            faults.append(fault)
            continue
        parts.append(part)
        if notice:
            stage.notice(notice)
    if faults:
        raise UsageError("; ".join(fault.message for fault in faults), faults[0].hint)
    return user(text, *parts)


def lay_ready(stage: Stage, files: Iterable[Path]) -> None:
    """Let these wait for a question, as `/attach` does; of one that is no file is told."""
    from deepchat.tui.commands import screens

    for file in files:
        stage.do(screens.attach(stage, str(file)))


def along_with(
    stage: Stage, text: str, files: Collection[Path], typed: Collection[str], edited: Node | None = None
) -> tuple[Path, ...]:
    """These files, and those that it names and that were meant; a name that may be somebody else's is told instead.

    What an edited question named before goes along with it, or not, as it did.
    """
    from deepchat.tui.page import written_in

    before = mentions(written_in(edited.message)) if edited else ()
    names = [name for name in mentions(text) if name not in before]
    others = [path for path in files_named(name for name in names if name not in typed) if path not in files]
    if others:
        told = ", ".join(path.name for path in others)
        stage.notice(f"{told}: named in what was not typed here, so it does not go along · /attach takes it", "warning")
    return (*files, *files_named(name for name in names if name in typed))
