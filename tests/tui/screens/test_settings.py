"""Every setting is shown with its origin, and what is changed there goes into the file or is explained."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from textual.widgets import Input, OptionList, Static

from deepchat.config.explain import Row
from deepchat.tui.screens.setting_editor import SettingEditor
from deepchat.tui.screens.settings import Settings
from deepchat.tui.widgets.table_list import TableList
from deepchat.workspace import user_settings
from tests.tui.stage import lines, opened


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "home" / "config" / "config.toml"


def is_there(path: Path) -> bool:
    return path.exists()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)


def rows(screen: Settings) -> list[str]:
    return lines(cast("TableList[Row]", screen.query_one("TableList")))


def row(screen: Settings, key: str) -> list[str]:
    return next(line.split() for line in rows(screen) if line.split()[:1] == [key])


def foot(screen: Settings) -> str:
    return str(screen.query_one(".foot", Static).render())


def value_of(key: str) -> tuple[str, str]:
    found, _ = user_settings.every_setting()
    return next((one.value, one.origin) for one in found if one.key == key)


async def test_every_setting_is_there_with_its_value_and_where_that_came_from() -> None:
    user_settings.change("temperature", "0.7")
    screen = Settings()
    async with opened(screen) as seen:
        assert row(screen, "temperature")[1:3] == ["0.7", "config.toml"]
        assert row(screen, "top_p")[1] == "–"
        assert row(screen, "retries")[1:3] == ["2", "How"]
        await seen.press(*"base_url")
        assert "deepinfra.base_url" in "".join(rows(screen))


async def test_the_setting_under_the_cursor_is_explained() -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"idle_s")
        assert foot(screen).splitlines() == [
            "timeouts.idle_s · Seconds of silence in the middle of an answer",
            "usually 120 · nobody changed it",
        ]


async def test_a_value_that_is_typed_goes_into_the_file(config: Path) -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"top_p", "enter", *"0.5", "enter")
        assert value_of("top_p") == ("0.5", "config.toml")
        assert f"written to {config}" in foot(screen)
        assert row(screen, "top_p")[1] == "0.5"
        assert screen.focused is screen.query_one(Input)


async def test_what_was_wrong_is_told_in_place_and_nothing_is_changed(config: Path) -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"top_p", "enter", *"7", "enter")
        fault = screen.query_one(".fault", Static)
        assert str(fault.render()) == "top_p must be a number above 0 up to 1"
        assert not is_there(config)
        await seen.press("backspace", *"1")
        assert not fault.display
        await seen.press("enter")
        assert value_of("top_p") == ("1", "config.toml")


@pytest.mark.parametrize(
    ("key", "choices"),
    [("trim", ["stop", "oldest"]), ("keyring", ["true", "false"]), ("service_tier", ["default", "priority", "flex"])],
)
async def test_where_there_are_few_values_one_is_chosen(key: str, choices: list[str]) -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*key, "enter")
        offered = screen.query_one(OptionList)
        assert [str(option.prompt) for option in offered.options] == choices
        await seen.press("down", "enter")
        name = "context.trim" if key == "trim" else key
        assert value_of(name) == (choices[1], "config.toml")


async def test_a_choice_begins_at_the_value_that_counts() -> None:
    user_settings.change("reasoning_effort", "high")
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"effort", "enter")
        offered = screen.query_one(OptionList)
        assert str(offered.options[offered.highlighted or 0].prompt) == "high"


async def test_a_value_that_was_only_looked_at_is_not_written(config: Path) -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"retries", "enter", "enter")
        assert not is_there(config)
        assert not screen.query_one(SettingEditor).display


async def test_esc_gives_up_the_change_and_then_leaves() -> None:
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"retries", "enter", "7", "escape")
        assert seen.given_back == []
        assert value_of("retries") == ("2", "default")
        await seen.press("escape")
        assert await seen.answer() is None


async def test_a_provider_is_changed_like_everything_else() -> None:
    user_settings.change("providers.work.base_url", "https://llm.example.com/v1")
    user_settings.change("providers.work.key_command", '["pass", "show"]')
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"work.key_c", "enter")
        editor = screen.query_one(SettingEditor)
        assert editor.query_one(Input).value == ""
        await seen.press("escape", *(["backspace"] * 5), *"base", "enter", "end", *"/x", "enter")
        assert value_of("providers.work.base_url") == ("https://llm.example.com/v1/x", "config.toml")


async def test_a_value_of_several_lines_is_left_to_the_file() -> None:
    user_settings.change("system", "one\ntwo")
    screen = Settings()
    async with opened(screen) as seen:
        await seen.press(*"system prompt", "enter")
        assert not screen.query_one(SettingEditor).display
        assert "more than one line" in foot(screen)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("retries = 99\n", "{config}, line 1: retries"),
        ("retries = 99\n[/b]\n", "2 faults in config.toml · line "),
    ],
    ids=["one", "two"],
)
async def test_what_is_wrong_in_the_file_is_told(lines: str, told: str, config: Path) -> None:
    write(config, lines)
    screen = Settings()
    async with opened(screen, 200):
        assert told.format(config=config) in foot(screen)


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (40, 12), (20, 10)])
async def test_a_value_can_be_typed_at_every_size(width: int, height: int) -> None:
    screen = Settings()
    async with opened(screen, width, height) as seen:
        await seen.press(*"top_p", "enter")
        line = screen.query_one(SettingEditor).query_one(Input)
        assert line.has_focus
        assert screen.region.contains_region(line.region)
