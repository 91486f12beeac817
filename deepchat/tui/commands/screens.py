"""Commands that open a screen, and the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.errors import UsageError
from deepchat.tui.screens.help import Help
from deepchat.tui.screens.keys import Keys
from deepchat.tui.screens.settings import Settings
from deepchat.tui.screens.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.tui.stage import Stage


async def attach(stage: Stage, words: str) -> None:
    """Send a file with the next question."""
    path = Path(words.strip()).expanduser()
    if not words.strip() or not path.is_file():
        raise UsageError(f"{words.strip() or 'nothing'} is no file", "/attach FILE, or drop it into the terminal")
    stage.chat.composer.attach(path)
    stage.chat.composer.focus()


async def usage(stage: Stage, _: str) -> None:
    """What was spent."""
    await stage.app.push_screen_wait(Usage(await stage.desk.used("day"), await stage.desk.used("model")))


async def theme(stage: Stage, words: str) -> None:
    """Other colours."""
    stage.wear(words.strip())


def themes(stage: Stage) -> Sequence[str]:
    """Their names."""
    return stage.themes()


async def settings(stage: Stage, _: str) -> None:
    """All settings, to look at and to change."""
    await stage.app.push_screen_wait(Settings())
    await stage.desk.reload()
    await stage.refresh()


async def keys(stage: Stage, _: str) -> None:
    """What the terminal really sends."""
    await stage.app.push_screen_wait(Keys())


async def palette(stage: Stage, _: str) -> None:
    """All commands, by typing."""
    stage.app.action_command_palette()


async def help_(stage: Stage, _: str) -> None:
    """All keys and commands."""
    from deepchat.tui.commands.table import COMMANDS

    await stage.app.push_screen_wait(Help(COMMANDS))


async def quit_(stage: Stage, _: str) -> None:
    """End it."""
    stage.app.exit(0)
