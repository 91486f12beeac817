"""The keys that do what a command does: those of the table, and the user's own over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.widgets import TextArea

from deepchat.config.files import Complaint, read_toml
from deepchat.config.keymap import TABLE, read_keymap
from deepchat.tui.commands.table import COMMANDS
from deepchat.tui.screens.chat import ChatScreen
from deepchat.tui.sequences import Pressed, with_alt
from deepchat.tui.widgets.editor import Editor

if TYPE_CHECKING:
    from deepchat.tui.commands.command import Command

_CTRL_C: Final = "it stops the answer, copies, and ends DeepChat"


def rows_in_force(config_file: Path) -> tuple[tuple[Command, ...], tuple[Complaint, ...]]:
    """All commands with the keys that they have now, and what could not be used of [keys] in that file."""
    file = read_toml(config_file)
    if TABLE not in file.values:
        return COMMANDS, ()
    anywhere = {row.name: row.key for row in COMMANDS if row.where == "anywhere"}
    ours = {key for keys in anywhere.values() for key in keys.split(",")}
    keymap, complaints = read_keymap(
        file,
        {row.name: row.key for row in COMMANDS},
        anywhere,
        writing=set(writing_keys()) - ours,
        fixed={**dict(_keys(ChatScreen.BINDINGS)), "ctrl+c": _CTRL_C, **dict(_lost_keys())},
    )
    return tuple(replace(row, key=keymap[row.name]) for row in COMMANDS), complaints


def writing_keys() -> dict[str, str]:
    """The keys of the line that is written in, and what they do there."""
    lines = [kind for kind in Editor.__mro__ if issubclass(kind, TextArea)]
    return {key: about for line in reversed(lines) for key, about in _keys(line.BINDINGS)}


def _lost_keys() -> Iterable[tuple[str, str]]:
    """Letters that never arrive with Alt, because terminals send the same for another key."""
    for letter in ascii_lowercase:
        for token in with_alt(letter):
            if isinstance(token, Pressed) and token.key != f"alt+{letter}":
                yield f"alt+{letter}", f"terminals send the same for {token.key}"


def _keys(bindings: Iterable[object]) -> Iterable[tuple[str, str]]:
    for binding in bindings:
        if isinstance(binding, Binding):
            yield from ((key.strip(), binding.description) for key in binding.key.split(","))
