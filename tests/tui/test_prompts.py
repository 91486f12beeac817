"""The user's own prompts as commands: completed, listed, filled, and sent by a key alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.config.paths import find_paths
from deepchat.tui.screens.help import Help
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")


@pytest.fixture
def folder() -> Path:
    folder = find_paths(os.environ).prompts_dir
    folder.mkdir(parents=True)
    return folder


async def test_a_prompt_is_written_with_its_words_and_sent_by_the_user(folder: Path) -> None:
    (folder / "translate.md").write_text("# Into another language\nInto {{language}}: {{text}}")
    async with seated() as seat:
        await seat.say("/translate French good day")
        await seat.until(lambda: seat.app.chat.composer.text == "Into French: good day")
        assert seat.path == []
        await seat.press("enter")
        await seat.until(lambda: len(seat.path) == 2)
        assert seat.path[0].message.text == "Into French: good day"


async def test_what_is_left_open_is_selected_so_that_typing_fills_it(folder: Path) -> None:
    (folder / "translate.md").write_text("# Into another language\nSay\nthis in {{language}}: {{text}}")
    async with seated() as seat:
        await seat.say("/translate")
        await seat.until(lambda: seat.app.chat.composer.text == "Say\nthis in {{language}}: {{text}}")
        await seat.write("Greek")
        assert seat.app.chat.composer.text == "Say\nthis in Greek: {{text}}"
        await seat.is_told("language, text")


async def test_a_prompt_is_completed_and_told_by_the_help_and_the_palette(folder: Path) -> None:
    (folder / "zoo.md").write_text("# About [animals]\x1b[31m\nWhat eats a {{animal}}?")
    async with seated() as seat:
        await seat.write("/zo")
        await seat.sees("About [animals]")
        assert "\x1b" not in seat.screen
        await seat.press("escape")
        seat.app.chat.composer.put_text("")
        await seat.press("f1")
        await seat.until(lambda: isinstance(seat.app.screen, Help))
        await seat.press("end")
        await seat.sees("/zoo ANIMAL")
        await seat.press("escape")
        await seat.press("ctrl+p")
        await seat.write("zoo")
        await seat.sees("About [animals]")
        await seat.press("enter")
        await seat.until(lambda: seat.app.chat.composer.text == "What eats a {{animal}}?")


async def test_a_file_that_changes_while_the_app_runs_is_seen(folder: Path) -> None:
    async with seated() as seat:
        await seat.say("/haiku")
        await seat.is_told("no command /haiku")
        (folder / "haiku.md").write_text("A haiku, please.")
        await seat.say("/haiku")
        await seat.until(lambda: seat.app.chat.composer.text == "A haiku, please.")
        (folder / "haiku.md").write_text("Two of them, please.")
        await seat.say("/haiku")
        await seat.until(lambda: seat.app.chat.composer.text == "Two of them, please.")
        (folder / "haiku.md").write_bytes(b"\xff")
        await seat.say("/haiku")
        await seat.is_told("not UTF-8")
        assert seat.app.chat.composer.text == "/haiku"


async def test_a_prompt_takes_no_commands_place_and_that_is_told(folder: Path) -> None:
    (folder / "usage.md").write_text("Mine.")
    (folder / "slash.md").write_text("/quit")
    async with seated() as seat:
        await seat.is_told("/usage is a command of DeepChat's own")
        await seat.say("/slash")
        await seat.until(lambda: seat.app.chat.composer.text == " /quit")
        await seat.say("/prompt")
        await seat.is_told("prompts: /slash")


async def test_what_stood_in_the_line_is_not_lost_to_a_prompt(folder: Path) -> None:
    (folder / "haiku.md").write_text("A haiku, please.")
    async with seated() as seat:
        seat.app.chat.composer.put_text("Half a thought")
        seat.app.action_obey("prompt", "haiku")
        await seat.until(lambda: seat.app.chat.composer.text == "A haiku, please.")
        await seat.is_told("comes with ↑")
        assert "Half a thought" in seat.app.chat.composer.history
