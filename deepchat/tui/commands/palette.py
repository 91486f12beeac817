"""The commands as Textual's palette lists them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from deepchat.tui.commands.table import COMMANDS

if TYPE_CHECKING:
    from deepchat.tui.commands.command import Command


class TableCommands(Provider):
    """Every row of the table."""

    async def discover(self) -> Hits:
        """All of them, as long as nothing is typed."""
        for command in COMMANDS:
            yield DiscoveryHit(_shown(command), self._obey(command), command.name, command.about)

    async def search(self, query: str) -> Hits:
        """Those that fit."""
        matcher = self.matcher(query)
        for command in COMMANDS:
            score = matcher.match(f"{command.name} {command.about}")
            if score > 0:
                yield Hit(score, _shown(command), self._obey(command), command.name, command.about)

    def _obey(self, command: Command) -> partial[object]:
        return partial(self.app.run_action, f"obey('{command.name}')")


def _shown(command: Command) -> Content:
    key = command.key.partition(",")[0]
    return Content.assemble((f"/{command.name}", "bold"), f"  {key}" if key else "")
