"""Tools in a chat of plain lines: which are on, and who is asked before one runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.allowing import can_ask, need_somebody, tell_connecting
from deepchat.workspace.choices import tools_chosen

if TYPE_CHECKING:
    from deepchat.cli.allowing import Permission
    from deepchat.session.chat import Chat
    from deepchat.workspace import Toolbox, Workspace


async def switch(workspace: Workspace, chat: Chat, words: str) -> None:
    """Turn those that are named on or off for this conversation; without a name, tell all of them."""
    toolshed = workspace.toolshed
    chosen = chat.conversation.chosen
    there = tools_chosen(workspace, chat)
    are_on = toolshed.spelled_out(there)
    named = toolshed.spelled_out(words.replace(",", " ").split())
    if not named:
        for one in toolshed.told():
            state = one.missing or ("on" if one.name in are_on else "off")
            whose = f", of {one.whose}" if one.whose else ""
            print(voice.safe_line(f"{one.name}: {one.may}{whose}; {state}"))
        voice.notice("/tools NAME turns one on or off; before a tool runs you are asked, unless tools.unasked names it")
        return
    wanted = [*(one for one in are_on if one not in named), *(one for one in named if one not in are_on)]
    tell_connecting(workspace, wanted)
    meant = await toolshed.meant(wanted)
    if toolshed.asks(meant):
        need_somebody()
    withheld = [name for name in chosen.tools if name not in (*there, *meant)]
    await chat.choose(replace(chosen, tools=(*meant, *withheld)))
    voice.notice(f"tools that are on here: {', '.join(meant) or 'none'}")


async def connect(workspace: Workspace, name: str) -> None:
    """Connect the MCP server of this name and tell its tools; without a name, tell all servers."""
    servers = workspace.servers
    if name:
        if name in servers.names:
            voice.notice(f"connecting to the MCP server {name} …")
        await servers.open(name)
    for one in servers.told():
        if name in ("", one.name):
            print(voice.safe_line(f"{one.name}: {one.where}; {one.state}"))
            for tool, about in one.tools if name else ():
                print(voice.safe_line(f"{tool}: {about}" if about else tool))
            for refused in one.refused if name else ():
                print(voice.safe_line(f"refused: {refused}"))
    names = "/mcp NAME connects one and tells its tools; /tools turns them on"
    voice.notice(names if servers.told() else "no MCP server is named: tables [mcp.NAME] in config.toml do that")


async def begin(workspace: Workspace, chat: Chat) -> None:
    """Turn on those that new conversations begin with, where somebody can be asked."""
    usual = workspace.toolshed.usual()
    if usual and (can_ask() or not workspace.toolshed.asks(usual)):
        await chat.choose(replace(chat.conversation.chosen, tools=usual))


async def toolbox(workspace: Workspace, chat: Chat, permission: Permission) -> Toolbox | None:
    """Those that are on in it; raises UsageError where one wants a yes and nobody can be asked."""
    names = tools_chosen(workspace, chat)
    if names and workspace.toolshed.asks(names):
        need_somebody()
    tell_connecting(workspace, names)
    return await workspace.toolshed.toolbox(names, permission.may_run)
