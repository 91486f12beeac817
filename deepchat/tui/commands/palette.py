"""The commands as Textual's palette lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from deepchat.tui.commands import prompts
from deepchat.tui.commands.table import COMMANDS

if TYPE_CHECKING:
    from deepchat.tui.commands.command import Command
    from deepchat.tui.listener import Listener


class TableCommands(Provider):
    """Every row of the table, and the user's prompts."""

    async def discover(self) -> Hits:
        """All of them, as long as nothing is typed."""
        keys = self._keys()
        for command, obey in self._rows():
            yield DiscoveryHit(_shown(command, keys), obey, command.name, Content(command.about).markup)

    async def search(self, query: str) -> Hits:
        """Those that fit."""
        matcher, keys = self.matcher(query), self._keys()
        for command, obey in self._rows():
            score = matcher.match(f"{command.name} {command.about}")
            if score > 0:
                yield Hit(score, _shown(command, keys), obey, command.name, Content(command.about).markup)

    def _keys(self) -> Mapping[str, str]:
        """The first key of every command, the user's own where there is one."""
        active = reversed(self.screen.active_bindings.items())
        return {one.binding.id or one.binding.action: key for key, one in active}

    def _rows(self) -> Iterator[tuple[Command, partial[None]]]:
        """All of them, and what each does."""
        app = cast("Listener", self.app)
        for command in COMMANDS:
            yield command, partial(app.action_obey, command.name)
        for command in prompts.rows(app.stage) if app.stage else ():
            yield command, partial(app.action_obey, "prompt", command.name)


def _shown(command: Command, keys: Mapping[str, str]) -> Content:
    key = keys.get(command.name) or keys.get(f"obey('{command.name}')", "")
    return Content.assemble((f"/{command.name}", "bold"), f"  {key}" if key else "")
