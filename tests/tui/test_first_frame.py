"""What is loaded before anything is seen, and what must wait."""

from __future__ import annotations

import inspect
import os
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.ground import REPOSITORY
from benchmarks.parts.first_frame import cpu_s_on_terminal
from deepchat.tui.commands.command import Command
from deepchat.tui.commands.table import COMMANDS

LATER = (
    "httpx", "keyring", "PIL", "mcp", "pydantic", "plotext", "markdown_it", "pygments", "sqlite3", "jsonschema",
    "argparse", "json", "deepchat.cli.app",
    "deepchat.config.broken_toml", "deepchat.config.servers", "deepchat.config.toml_lines",
    "deepchat.catalog", "deepchat.conversation.events", "deepchat.conversation.tree", "deepchat.conversation.usage",
    "deepchat.engine", "deepchat.session", "deepchat.store", "deepchat.tools", "deepchat.wire",
    "deepchat.workspace.places", "deepchat.workspace.shelf", "deepchat.workspace.toolshed",
    "deepchat.tui.desk", "deepchat.tui.page", "deepchat.tui.stage", "deepchat.tui.typeset.typesetter",
    "deepchat.tui.screens.models", "deepchat.tui.widgets.completion", "deepchat.tui.widgets.conversation_list",
    "deepchat.tui.widgets.find_bar", "deepchat.tui.widgets.meters", "deepchat.tui.widgets.sheet",
    "deepchat.tui.widgets.shelf",
)  # fmt: skip


LOADED = """
import sys
from pathlib import Path
from benchmarks.until_painted import deepchat, watch
watch(lambda: Path("loaded").write_text("\\n".join(sys.modules)))
deepchat()
"""


@pytest.mark.usefixtures("sim")
def test_the_first_frame_waits_for_nothing_that_it_does_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cpu_s_on_terminal(["-c", LOADED], {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(REPOSITORY)})
    loaded = Path("loaded").read_text().split()
    assert "deepchat.tui.screens.chat" in loaded
    assert [name for name in LATER if name in loaded] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_names_functions_that_are_there(command: Command) -> None:
    for place, taken in ((command.function, 2), (command.words, 1)):
        if place:
            module, _, name = place.partition(".")
            function = getattr(import_module(f"deepchat.tui.commands.{module}"), name)
            assert len(inspect.signature(function).parameters) == taken
            assert function.__doc__


def test_no_two_commands_share_a_name_or_a_key() -> None:
    names = [command.name for command in COMMANDS]
    keys = [key for command in COMMANDS for key in command.key.split(",") if key]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
