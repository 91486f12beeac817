"""Every state that the app can be seen in, by its name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from benchmarks.gallery.hanging import STREAMING, WHOM, Hanging
from benchmarks.gallery.words import (
    ANSWER,
    LISTS,
    MODEL,
    NOON,
    QUESTION,
    THOUGHT,
    answer,
    candidates,
    coming,
    hits,
    page,
    question,
    summaries,
)
from deepchat.conversation.events import CarriedOn, ReasoningDelta, Retrying, TextDelta
from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.session.accounts import Used
from deepchat.store.ledger import Spent, UsageRow
from deepchat.tui.commands.table import COMMANDS
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

State = Callable[[Hanging], Awaitable[None]]
_TODAY: Final = date(2026, 11, 21)
_NOTES: Final = (("read", "Reads a note."), ("search", "Finds notes that have these words."))


async def _empty(here: Hanging) -> None:
    here.chat.show(replace(page(), by_model=()), "new conversation", *WHOM)
    await here.pilot.pause()


async def _whole(here: Hanging) -> None:
    await here.show(question(), answer())
    here.chat.show_figures(replace(STREAMING, tokens=410, is_estimate=False, cost=Cost(412_000, "provider")))


async def _lists(here: Hanging) -> None:
    await here.show(question("What do I need for a week at sea, and which lights will I see?"), answer(LISTS))


async def _many(here: Hanging) -> None:
    await here.show(question(), answer(), others=400)


async def _branches(here: Hanging) -> None:
    again = replace(answer(reasoning=THOUGHT), place=2, of=3)
    await here.show(replace(question(), place=1, of=2), again)
    here.chat.transcript.focus()


async def _unfolded(here: Hanging) -> None:
    await here.show(question(), answer(reasoning=THOUGHT))
    here.chat.transcript.fold_all()


async def _scrolled(here: Hanging) -> None:
    await here.hear(TextDelta(ANSWER * 3))
    here.chat.transcript.go_to(0)


async def _waiting(here: Hanging) -> None:
    await here.hear(after_s=3, figures=None)


async def _thinking(here: Hanging) -> None:
    await here.hear(ReasoningDelta(THOUGHT), after_s=6)


async def _streaming(here: Hanging) -> None:
    await here.hear(TextDelta(ANSWER[:330]))
    here.chat.composer.queued = ("And what is 'static?",)


async def _continued(here: Hanging) -> None:
    await here.hear(TextDelta(ANSWER[:120]), CarriedOn(2, 8, "cut at 16,384 tokens"), TextDelta(ANSWER[120:]))
    here.chat.show_figures(replace(STREAMING, legs=2))


async def _retrying(here: Hanging) -> None:
    await here.hear(Retrying(2, 5, 9.0, "the server is busy (429)"), after_s=4, figures=None)


async def _offline(here: Hanging) -> None:
    why = "can't reach api.deepinfra.com: the name is not known"
    await here.show(question(), answer("", state="failed", legs=0, error=why))


async def _no_key(here: Hanging) -> None:
    await here.show()
    here.tell("there is no API key for deepinfra — run `deepchat auth set deepinfra`")
    here.chat.composer.put_text("Explain lifetimes as if I knew C++.")
    await here.pilot.pause()


async def _budget(here: Hanging) -> None:
    why = "today has cost $2.00 of $2.00"
    await here.show(question(), answer(ANSWER[:400], state="incomplete", error=why))
    here.tell(f"{why} — /budget day 5.00 allows more")
    await here.pilot.pause()


async def _stopped(here: Hanging) -> None:
    await here.show(question(), answer(ANSWER[:300], state="stopped"))


async def _recovered(here: Hanging) -> None:
    await here.show(question(), answer(ANSWER[:300], state="interrupted", legs=2))


async def _hidden(here: Hanging) -> None:
    await here.show(question("What does this say?"), answer("Nothing\u200b to see\u202e here\u202c."))


async def _read_only(here: Hanging) -> None:
    await here.show(question(), answer(), read_only=True)


async def _finding(here: Hanging) -> None:
    await here.show(question(), answer())
    here.chat.find()
    await here.press("lives")


async def _welcome(here: Hanging) -> None:
    await here.open(Welcome())


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
    for at, heard in enumerate((TextDelta(ANSWER), TextDelta(ANSWER[:330]), ReasoningDelta(THOUGHT))):
        screen.hear(at, [heard], replace(STREAMING, tokens=410 - 150 * at, seconds=6.6 - at), 1000)
        screen.hear(at, [], replace(STREAMING, tokens=410 - 150 * at, seconds=6.6 - at), 1004)
    screen.end(0, answer(), "")
    screen.tell_cost(Cost(1_070_000, "live", estimated=True))
    await here.pilot.pause()


async def _search(here: Hanging) -> None:
    await here.show(question(), answer())
    screen = Search(now=lambda: NOON)
    await here.open(screen)
    await here.press("lifetime")
    screen.put_hits("lifetime", hits("lifetime"))
    await here.pilot.pause()


async def _conversations(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Conversations(summaries(40), "c1", ["c3"], now=lambda: NOON))


async def _confirm(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.open(Confirm("Open this link?", "https://example.org/water", yes="open it", clock=lambda: 0))


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


STATES: Final[Mapping[str, State]] = {
    "empty": _empty,
    "whole": _whole,
    "lists": _lists,
    "many": _many,
    "branches": _branches,
    "unfolded": _unfolded,
    "waiting": _waiting,
    "thinking": _thinking,
    "streaming": _streaming,
    "scrolled": _scrolled,
    "continued": _continued,
    "retrying": _retrying,
    "offline": _offline,
    "no-key": _no_key,
    "budget": _budget,
    "stopped": _stopped,
    "recovered": _recovered,
    "hidden": _hidden,
    "read-only": _read_only,
    "finding": _finding,
    "welcome": _welcome,
    "picker": _picker,
    "rivals": _rivals,
    "compare": _compare,
    "search": _search,
    "conversations": _conversations,
    "confirm": _confirm,
    "help": _help,
    "themes": _themes,
    "settings": _settings,
    "tools": _tools,
    "servers": _servers,
    "keys": _keys,
    "usage": _usage,
}
