"""Keys of the user's own, in the app: pressed, told and explained."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.tui.commands.keys_in_force import rows_in_force
from deepchat.tui.commands.table import COMMANDS
from deepchat.tui.screens.help import Help
from deepchat.tui.screens.keys import Keys
from deepchat.tui.screens.models import Picker
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


def configure(text: str) -> Path:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


async def comes(seat: Seat, screen: type[object], key: str) -> None:
    await seat.press(key)
    await seat.until(lambda: isinstance(seat.app.screen, screen))
    await seat.press("escape")
    await seat.until(lambda: seat.app.screen is seat.app.chat)


async def test_keys_of_the_users_own_do_it_and_the_old_ones_no_longer() -> None:
    configure('[keys]\nmodel = "f5,ctrl+t"\nreasoning = "f8"\nhelp = "ctrl+o"\n')
    async with seated() as seat:
        await comes(seat, Picker, "f5")
        await comes(seat, Picker, "ctrl+t")
        await comes(seat, Help, "ctrl+o")
        await seat.press("f1")
        assert seat.app.screen is seat.app.chat


async def test_a_command_without_a_key_gets_one_and_the_palette_another() -> None:
    configure('[keys]\nbudget = "f9"\ncommands = "f12"\n')
    async with seated() as seat:
        await seat.press("f9")
        await seat.is_told("budget")
        await seat.press("f12")
        await seat.until(lambda: seat.app.screen is not seat.app.chat)


async def test_the_footer_the_help_and_the_palette_tell_the_keys_in_force() -> None:
    configure('[keys]\nmodel = "f5"\n')
    async with seated(height=60) as seat:
        await seat.sees("f5 model")
        await seat.press("f1")
        await seat.sees("who answers next")
        line = next(line for line in seat.screen.splitlines() if "who answers next" in line)
        assert "f5" in line
        await seat.press("escape", "ctrl+p")
        await seat.write("model")
        await seat.sees("/model  f5")


async def test_what_can_not_be_used_is_told_with_its_line() -> None:
    configure('[keys]\nmodel = "ctrl+k"\nhelp = "tab"\nmodl = "f5"\n')
    async with seated() as seat:
        await seat.is_told("3 faults in config.toml", "line 2: keys.model can't have ctrl+k")
        await comes(seat, Picker, "ctrl+o")


def test_no_default_key_clashes_with_another_or_is_refused() -> None:
    keyed = [row for row in COMMANDS if row.key]
    text = "".join(f'{row.name} = "{row.key}"\n' for row in keyed)
    rows, complaints = rows_in_force(configure(f"[keys]\n{text}"))

    assert complaints == ()
    assert rows == COMMANDS


async def test_keys_of_the_line_to_write_in_are_told_too() -> None:
    async with seated() as seat:
        await seat.to_messages()
        seat.app.action_obey("keys")
        await seat.until(lambda: isinstance(seat.app.screen, Keys))
        await seat.press("shift+enter", "ctrl+g", "ctrl+o")
        for key, about in (("shift+enter", "Break the line"), ("ctrl+g", "Open in $EDITOR"), ("ctrl+o", "who answers")):
            assert any(key in line and about in line for line in seat.screen.splitlines())


@pytest.mark.parametrize(("key", "same"), [("alt+b", "ctrl+left"), ("alt+F", "ctrl+right")])
def test_a_key_that_terminals_send_as_another_one_is_refused(key: str, same: str) -> None:
    rows, complaints = rows_in_force(configure(f'[keys]\nbudget = "{key}"\n'))

    (complaint,) = complaints
    assert f"can't have {key.lower()}: terminals send the same for {same}" in str(complaint)
    assert rows == COMMANDS
