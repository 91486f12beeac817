"""Commands about what models may call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.tui.choosing import choose
from deepchat.tui.screens.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.tui.stage import Stage


async def tools(stage: Stage, words: str) -> None:
    """Turn tools on and off for this conversation: those that are named, or in a list of all."""
    held, toolshed = stage.front, stage.desk.workspace.toolshed
    if named := words.replace(",", " ").split():
        chosen = [name for name in held.chosen.tools if name not in named]
        chosen += [name for name in named if name not in held.chosen.tools]
    else:
        chosen = await stage.app.push_screen_wait(Tools(toolshed.told(), held.chosen.tools))
    toolshed.check(chosen)
    await choose(held, replace(held.chosen, tools=tuple(chosen)))
    await stage.look()
    stage.notice(f"tools that are on here: {', '.join(held.chosen.tools) or 'none'}")


def names(stage: Stage) -> Sequence[str]:
    """Of those that can be turned on."""
    return [tool.name for tool in stage.desk.workspace.toolshed.told() if not tool.missing]
