"""The states in which a screen lies over the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from benchmarks.gallery.hanging import STREAMING, Hanging, State
from benchmarks.gallery.words import (
    ANSWER,
    CALLED,
    MODEL,
    NOON,
    QUESTION,
    SO_FAR,
    THOUGHT,
    TIDES,
    answer,
    candidates,
    coming,
    hits,
    question,
    summaries,
)
from deepchat.config.providers import BUILT_IN
from deepchat.conversation.events import ReasoningDelta, TextDelta
from deepchat.conversation.permission import WantedCall
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.session.accounts import Used
from deepchat.store.ledger import Spent, UsageRow
from deepchat.tui.commands.table import COMMANDS
from deepchat.tui.permissions import asking
from deepchat.tui.screens.compare import Compare
from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.screens.help import Help
from deepchat.tui.screens.keys import Keys
from deepchat.tui.screens.models import Picked, Picker
from deepchat.tui.screens.rivals import Rivals
from deepchat.tui.screens.search import Search
from deepchat.tui.screens.servers import Servers
from deepchat.tui.screens.settings import Settings
from deepchat.tui.screens.theme import Themes
from deepchat.tui.screens.tools import Tools
from deepchat.tui.screens.usage import Usage
from deepchat.tui.screens.welcome import Welcome
from deepchat.workspace.servers import ServerTold
from deepchat.workspace.toolshed import ToolTold

_TODAY: Final = date(2026, 11, 21)
_NOTES: Final = (("read", "Reads a note."), ("search", "Finds notes that have these words."))


async def _welcome(here: Hanging) -> None:
    await here.open(Welcome(BUILT_IN["deepinfra"]))


async def _picker(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Picker(candidates(), MODEL, "prices from 2026-11-19"))


async def _rivals(here: Hanging) -> None:
    await here.show(question(), answer())
    screen = Rivals(candidates(), Picked("deepinfra", MODEL), "prices from 2026-11-19")
    await here.open(screen)
    await here.press(("down", "down", "tab"))


async def _compare(here: Hanging) -> None:
    await here.show(question(), answer())
    models = (MODEL, "meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen3-32B")
    screen = Compare(
        QUESTION,
        [(f"{model.rpartition('/')[2]} · deepinfra", coming(model)) for model in models],
        here.chat.transcript.ink,
    )
    await here.open(screen)
    for at, heard in enumerate((TextDelta(ANSWER), TextDelta(SO_FAR), ReasoningDelta(THOUGHT))):
        screen.hear(at, [heard], replace(STREAMING, tokens=410 - 150 * at, seconds=6.6 - at), 1000)
        screen.hear(at, [], replace(STREAMING, tokens=410 - 150 * at, seconds=6.6 - at), 1004)
    screen.end(0, answer(), "")
    screen.tell_cost(Cost(1_070_000, "live", estimated=True))
    await here.rest()


async def _search(here: Hanging) -> None:
    await here.show(question(), answer())
    screen = Search(now=lambda: NOON)
    await here.open(screen)
    await here.press("lifetime")
    screen.put_hits("lifetime", hits("lifetime"))
    await here.rest()


async def _conversations(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Conversations(summaries(40), "c1", ["c3"], now=lambda: NOON))


async def _confirm(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Confirm("Open this link?", "https://example.org/water", yes="open it", clock=lambda: 0))


async def _allowing(here: Hanging) -> None:
    await here.show(question(TIDES), coming(), is_live=True)
    call = CALLED[1]
    await here.open(asking(WantedCall(call.name, "asks the server «tides»", call.arguments), TIDES))


async def _help(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Help(COMMANDS))


async def _themes(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Themes(["ansi", "deepchat-dark", "deepchat-light", "ember", "fjord"], "ember"))


async def _settings(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Settings())


async def _tools(here: Hanging) -> None:
    await here.show(question(), answer())
    own = [ToolTold("time", "reads the clock", is_unasked=True), ToolTold("calculator", "reckons")]
    theirs = [ToolTold(f"notes__{name}", f"says: {about}", "MCP server notes") for name, about in _NOTES]
    await here.open(Tools([*own, *theirs], ["time", "notes__read"]))


async def _servers(here: Hanging) -> None:
    async def nothing(_: str) -> None: ...

    await here.show(question(), answer())
    notes = tuple((f"notes__{name}", about) for name, about in _NOTES)
    told = [
        ServerTold("notes", "npx -y notes-server /home/me/notes", "2 tools", True, False, notes, ()),
        ServerTold("tickets", "https://mcp.example.com/mcp", "not started", False, False, (), ()),
        ServerTold("music", "uvx music-server", "failed: it ended before it had told its tools", False, True, (), ()),
    ]
    await here.open(Servers(lambda: told, nothing, "config.toml"))


async def _keys(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Keys())


async def _usage(here: Hanging) -> None:
    await here.show(question(), answer())
    days = [_row((_TODAY - timedelta(at)).isoformat(), 90_000_000 + at * at % 7 * 60_000_000) for at in range(30)]
    models = [_row(one.model.id, 700_000_000 // (at + 1)) for at, one in enumerate(candidates()[:6])]
    await here.open(Usage(Used(days, _row("", 6_900_000_000)), Used(models, _row("", 6_900_000_000)), _TODAY))


def _row(key: str, nano: int) -> UsageRow:
    cost = Cost(nano, "provider") if nano else UNKNOWN_COST
    return UsageRow(key, "", Spent(12, 0, cost), 112_480, 78_192, 44_410, 1_200)


DIALOGS: Final[Mapping[str, State]] = {
    "welcome": _welcome,
    "picker": _picker,
    "rivals": _rivals,
    "compare": _compare,
    "search": _search,
    "conversations": _conversations,
    "confirm": _confirm,
    "allowing": _allowing,
    "help": _help,
    "themes": _themes,
    "settings": _settings,
    "tools": _tools,
    "servers": _servers,
    "keys": _keys,
    "usage": _usage,
}
