"""All tools that there are in this run: what each may do, and the box of those that are turned on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepchat.config.fields import did_you_mean
from deepchat.errors import UsageError

if TYPE_CHECKING:  # what is not needed in a run is not loaded in it
    from deepchat.config.paths import Paths
    from deepchat.config.settings import Settings
    from deepchat.conversation.permission import MayRun
    from deepchat.tools.tool import Tool, Toolbox


@dataclass(frozen=True, slots=True)
class ToolTold:
    """A tool as people are told of it."""

    name: str
    may: str
    """What it may do."""
    whose: str = ""
    """The server that has it; empty when it is built in."""
    is_unasked: bool = False
    """It runs without a question."""
    missing: str = ""
    """What has to be done before it can be turned on."""


class Toolshed:
    """Knows the tools that are built in."""

    def __init__(self, settings: Settings, paths: Paths) -> None:
        self._settings = settings.tools
        self._paths = paths

    def told(self) -> tuple[ToolTold, ...]:
        """All of them, those too that can't be turned on yet."""
        unasked = self._settings.unasked
        told = [
            ToolTold(tool.name, tool.may, is_unasked=tool.only_reads and tool.name in unasked)
            for tool in self._tools().values()
        ]
        if self._settings.folder is None:
            missing = "name the folder first: deepchat config set tools.folder FOLDER"
            told.append(ToolTold("read_file", "reads texts in one folder", missing=missing))
            told.append(ToolTold("list_folder", "lists names in one folder", missing=missing))
        return tuple(told)

    def usual(self) -> tuple[str, ...]:
        """Those that new conversations begin with, as far as they can be turned on."""
        tools = self._tools()
        return tuple(name for name in self._settings.on if name in tools)

    def check(self, names: Collection[str]) -> None:
        """Raises UsageError for a name that can't be turned on."""
        tools = self._tools()
        for name in names:
            if name not in tools:
                told = next((one for one in self.told() if one.name == name), None)
                hint = told.missing if told else f"there are: {', '.join(one.name for one in self.told())}"
                what = "can't be used yet" if told else f"is no tool{did_you_mean(name, tools)}"
                raise UsageError(f"{name} {what}", hint)

    def toolbox(self, names: Collection[str], may_run: MayRun) -> Toolbox | None:
        """Those that are turned on, None when that is none; raises UsageError for one that can't be."""
        from deepchat.tools.tool import Toolbox

        self.check(names)
        tools = self._tools()
        found = [tools[name] for name in names]
        return Toolbox(found, may_run, self._settings.unasked, self._settings.limit_s) if found else None

    def asks(self, names: Collection[str]) -> bool:
        """Whether one of these wants a yes of the user's before it runs."""
        quiet = {one.name for one in self.told() if one.is_unasked}
        return not quiet.issuperset(names)

    def _tools(self) -> dict[str, Tool]:
        from deepchat.tools.builtin import file_tools, plain_tools
        from deepchat.tools.files import Jail

        found = list(plain_tools())
        if folder := self._settings.folder:
            paths = self._paths
            jail = Jail(folder, (paths.config, paths.data, paths.state, paths.cache, paths.log))
            found += file_tools(jail, str(folder))
        return {tool.name: tool for tool in found}
