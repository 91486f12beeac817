"""Commands that open a screen, and the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.errors import UsageError
from deepchat.tui.commands import prompts
from deepchat.tui.commands.keys_in_force import writing_keys
from deepchat.tui.commands.words import is_file, path_of
from deepchat.tui.screens.help import Help
from deepchat.tui.screens.keys import Keys
from deepchat.tui.screens.settings import Settings
from deepchat.tui.screens.theme import Themes
from deepchat.tui.screens.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.tui.stage import Stage


async def attach(stage: Stage, words: str) -> None:
    """Send a file with the next question."""
    path = path_of(words)
    if not is_file(path):
        raise UsageError(f"{words.strip() or 'nothing'} is no file", "/attach FILE, or drop it into the terminal")
    stage.chat.composer.attach(path)
    stage.chat.composer.focus()


async def usage(stage: Stage, _: str) -> None:
    """What was spent."""
    await stage.app.push_screen_wait(Usage(await stage.desk.market.used("day"), await stage.desk.market.used("model")))


async def theme(stage: Stage, words: str) -> None:
    """Other colours."""
    worn = stage.wardrobe.palette.name
    name = words.strip() or await stage.app.push_screen_wait(Themes(stage.wardrobe.names, worn)) or worn
    stage.wear(stage.wardrobe.find(name))
    stage.desk.remember(replace(stage.desk.picked, theme=name))


def themes(stage: Stage) -> Sequence[str]:
    """Their names."""
    return stage.wardrobe.names


async def settings(stage: Stage, _: str) -> None:
    """All settings, to look at and to change."""
    await stage.app.push_screen_wait(Settings())
    await stage.desk.reload()
    await stage.refresh()


async def keys(stage: Stage, _: str) -> None:
    """What the terminal really sends."""
    in_force = {key: active.binding.description for key, active in stage.chat.active_bindings.items()}
    await stage.app.push_screen_wait(Keys({**writing_keys(), **in_force}))


async def palette(stage: Stage, _: str) -> None:
    """All commands, by typing."""
    stage.app.action_command_palette()


async def help_(stage: Stage, _: str) -> None:
    """All keys and commands."""
    await stage.app.push_screen_wait(Help((*stage.rows, *prompts.rows(stage))))


async def quit_(stage: Stage, _: str) -> None:
    """End it."""
    stage.app.exit(0)
