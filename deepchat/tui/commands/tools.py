"""Commands about what models may call."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deepchat.errors import DeepChatError
from deepchat.tui.choosing import choose
from deepchat.tui.ongoing import Ongoing
from deepchat.tui.screens.servers import Servers
from deepchat.tui.screens.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.tui.stage import Stage

_MOST_NAMES: Final = 6


async def tools(stage: Stage, words: str) -> None:
    """Turn tools on and off for this conversation: those that are named, or in a list of all."""
    held, toolshed = stage.front, stage.desk.workspace.toolshed
    are_on = toolshed.still_there(toolshed.spelled_out(held.chosen.tools))
    if named := toolshed.spelled_out(words.replace(",", " ").split()):
        chosen = [name for name in are_on if name not in named]
        chosen += [name for name in named if name not in are_on]
    else:
        chosen = list(await stage.app.push_screen_wait(Tools(toolshed.told(), are_on)))
    try:
        with ExitStack() as told:
            for server in toolshed.unheard(chosen):
                told.enter_context(Ongoing(stage.app, f"connecting to the MCP server {server} …"))
            meant = await stage.desk.bridge.call(lambda: toolshed.meant(chosen))
    except DeepChatError:
        stage.notice("nothing is turned on or off", "warning")
        raise
    await choose(held, replace(held.chosen, tools=meant))
    await stage.look()
    stage.notice(f"tools that are on here: {_few(held.chosen.tools) or 'none'}")


def names(stage: Stage) -> Sequence[str]:
    """Of those that can be turned on."""
    return [tool.name for tool in stage.desk.workspace.toolshed.told() if not tool.missing]


async def mcp(stage: Stage, words: str) -> None:
    """Connect the server that is named, or show all of them."""
    known, bridge = stage.desk.workspace.servers, stage.desk.bridge

    async def switch(name: str) -> None:
        if next((one.is_wanted for one in known.told() if one.name == name), False):
            await bridge.call(lambda: known.close(name))
        else:
            await bridge.call(lambda: known.open(name))

    if name := words.strip():
        listing = await bridge.call(lambda: known.open(name))
        told = _few([tool.name for tool in listing.tools]) or "no tools"
        stage.notice(f"{name} has {told}; /tools turns them on")
    else:
        await stage.app.push_screen_wait(Servers(known.told, switch, str(stage.desk.workspace.paths.config_file)))


def servers(stage: Stage) -> Sequence[str]:
    """Their names."""
    return stage.desk.workspace.servers.names


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
