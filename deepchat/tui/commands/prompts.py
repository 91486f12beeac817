"""The user's own questions as commands: each is put into the line to write in, and sent by nobody but the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.errors import UsageError
from deepchat.safe_text import one_line
from deepchat.tui import writing
from deepchat.tui.commands.command import Command
from deepchat.tui.commands.table import BY_NAME, find_command, parted
from deepchat.tui.widgets.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.config.files import Complaint
    from deepchat.config.prompts import Prompt
    from deepchat.tui.stage import Stage


async def prompt(stage: Stage, words: str) -> None:
    """Put one of them into the line to write in, filled with the words after its name."""
    known, complaints = _load(stage)
    name, _, given = words.partition(" ")
    if not name:
        folder = stage.desk.workspace.paths.prompts_dir
        told = ", ".join(f"/{one.name}" for one in known)
        stage.notice(f"prompts: {told}" if told else f"there are no prompts yet; they are files in {folder}: NAME.md")
        for complaint in complaints:
            stage.notice(str(complaint), "warning")
        return
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise _missing(name, complaints)
    text = found.filled(given.strip())
    composer = stage.chat.composer
    # A slash at its beginning would make a command of it.
    shown = f" {text}" if text.startswith("/") else text
    if writing.put_over(composer, stage.front, shown, mentions(found.text)):  # the user's own file, not what fills it
        stage.notice("what stood there comes with ↑")
    left = [variable for variable in found.variables if f"{{{{{variable}}}}}" in text]
    if left:
        composer.select(f"{{{{{left[0]}}}}}")
        stage.notice(f"to fill in before you send it: {', '.join(left)}")


def is_meant(stage: Stage, text: str) -> bool:
    """Whether it is a command; several lines that begin with a path, say, are words."""
    name = parted(text)[0]
    return text.startswith("/") and ("\n" not in text.strip() or name in BY_NAME or name in names(stage))


def meant(stage: Stage, line: str) -> tuple[Command, str]:
    """What a line that begins with a slash means, a command or a prompt, and the words for it; raises UsageError."""
    known, complaints = _load(stage)
    name = parted(line)[0]
    try:
        command, words = find_command(line, [one.name for one in known])
    except UsageError as error:
        raise (_missing(name, complaints) if any(one.path.stem == name for one in complaints) else error) from None
    has_another = line.removeprefix(f"/{name}").lstrip(" ").startswith("\n/")
    if "\n" in line.strip() and (has_another or not command.has_lines):
        raise UsageError(f"/{name} does not go with the lines below it", "send it by itself")
    return command, words


def rows(stage: Stage) -> list[Command]:
    """They, as rows of the table."""
    return [
        Command(
            one.name,
            one_line(one.about),
            "prompts.prompt",
            argument=" ".join(variable.upper() for variable in one.variables),
            group="your prompts",
        )
        for one in _load(stage)[0]
    ]


def names(stage: Stage) -> Sequence[str]:
    """Their names."""
    return [one.name for one in _load(stage)[0]]


def complaints(stage: Stage) -> Sequence[Complaint]:
    """What could not be used of their files."""
    return _load(stage)[1]


def _load(stage: Stage) -> tuple[list[Prompt], tuple[Complaint, ...]]:
    """As they are now: they may be edited while the app runs."""
    from deepchat.config.prompts import load_prompts

    return load_prompts(stage.desk.workspace.paths, BY_NAME)


def _missing(name: str, complaints: Sequence[Complaint]) -> UsageError:
    why = next((one.message for one in complaints if one.path.stem == name), "")
    return UsageError(f"there is no prompt {name}{f': {why}' if why else ''}", "/prompt tells which there are")
