"""What is loaded before anything is seen, and what must wait."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from deepchat.tui.commands.command import Command
from deepchat.tui.commands.table import COMMANDS

LATER = (
    "httpx", "keyring", "PIL", "mcp", "pydantic", "plotext", "markdown_it", "pygments", "sqlite3", "jsonschema",
    "deepchat.engine", "deepchat.store", "deepchat.wire", "deepchat.tui.typeset.typesetter",
    "deepchat.tui.screens.models",
)  # fmt: skip


def test_the_first_frame_waits_for_nothing_that_it_does_not_show() -> None:
    code = "import sys, deepchat.cli.app, deepchat.tui.run, deepchat.tui.app; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(LATER) & set(loaded)


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
