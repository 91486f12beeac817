"""Every theme that is shipped can be read, in both senses; and what a user writes is checked before it is shown."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input, OptionList, Static

from deepchat.errors import ConfigError
from deepchat.tui import themes
from deepchat.tui.themes import (
    Palette,
    Syntax,
    as_textual,
    available,
    changed,
    load_theme,
    luminance,
    read_theme,
    stamps,
)

NOWHERE: Final = Path("/nonexistent")
SHIPPED: Final = [load_theme(path) for path in available(NOWHERE).values()]
PAINTED: Final = [palette for palette in SHIPPED if not palette.own]
GROUNDS: Final = ("background", "surface", "panel", "code_background")
INKS: Final = ("text", "muted", "accent", "user", "assistant", "link", "success", "warning", "error")
ON_SELECTION: Final = ("text", "muted", "accent", "assistant", "selected_text")
LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA), for text of any size; more than is asked of the border of a focus (3)."""
HIGH_CONTRAST: Final = 7.0
"""Criterion 1.4.6 (AAA)."""
LEAST: Final = 'background = "#000000"\ntext = "#ffffff"\naccent = "#00ff00"\n'


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def name_of(palette: Palette) -> str:
    return palette.name


def faint(palette: Palette) -> list[str]:
    """Every colour that stands too little off what it is written on."""
    least = HIGH_CONTRAST if "high-contrast" in palette.name else LEAST_CONTRAST
    pairs = [(getattr(palette, ink), getattr(palette, ground), ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(getattr(palette, ink), palette.selection, ink, "selection") for ink in ON_SELECTION]
    pairs += [
        (getattr(palette.syntax, field.name), ground, field.name, ground)
        for field in fields(Syntax)
        for ground in (palette.code_background, palette.background)
    ]
    return [f"{ink} on {on}: {ratio:.2f}" for one, other, ink, on in pairs if (ratio := contrast(one, other)) < least]


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54)])
def test_contrast_is_measured_as_the_guideline_does(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_there_are_themes_for_dark_rooms_and_bright_ones_and_for_weak_eyes() -> None:
    names = {palette.name: palette.dark for palette in SHIPPED}
    assert len(names) >= 8
    assert names[themes.DARK]
    assert not names[themes.LIGHT]
    assert names["high-contrast"]
    assert not names["high-contrast-light"]
    assert [palette.name for palette in SHIPPED if palette.own] == ["ansi"]


@pytest.mark.parametrize("palette", PAINTED, ids=name_of)
def test_every_ink_can_be_read_on_every_ground(palette: Palette) -> None:
    assert not faint(palette)


@pytest.mark.parametrize("palette", PAINTED, ids=name_of)
def test_a_theme_is_as_dark_as_it_says_and_its_grounds_can_be_told_apart(palette: Palette) -> None:
    assert palette.dark is (luminance(palette.background) < luminance(palette.text))
    assert palette.assistant == palette.text
    assert palette.user != palette.text
    assert len({palette.background, palette.code_background, palette.panel, palette.selection}) == 4
    assert contrast(palette.selection, palette.background) > 1.2
    assert contrast(palette.border, palette.background) > 1.4


class Shown(App[None]):
    CSS = """
    Screen { background: $background; color: $foreground; }
    Static { color: $user; background: $code-background; border: solid $line; }
    Static.muted { color: $muted; background: $selection; }
    Static.link { color: $link; }
    Static.assistant { color: $assistant; }
    """

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.register_theme(as_textual(palette))
        self.theme = palette.name

    def compose(self) -> ComposeResult:
        yield Static("words")
        yield Input()
        yield OptionList("one", "two")


@pytest.mark.parametrize("palette", SHIPPED, ids=name_of)
async def test_a_theme_colours_an_app(palette: Palette) -> None:
    app = Shown(palette)
    async with app.run_test():
        colour = app.query_one(Static).styles.color
        if palette.own:
            assert colour.ansi is not None
        else:
            assert colour.hex.lower() == palette.user
            assert app.screen.styles.background.hex.lower() == palette.background


def test_what_is_left_out_follows_from_what_is_there() -> None:
    palette = read_theme(LEAST, "mine")
    assert palette.dark
    assert palette.syntax.comment == palette.muted == palette.text == "#ffffff"
    assert palette.user == palette.syntax.keyword == "#00ff00"
    assert palette.code_background == "#000000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text = [", "mine.toml, line 1: it has no value"),
        ('text = "#ffffff"', "mine.toml: background is missing; mine.toml: accent is missing"),
        (f'{LEAST}link = "blue-ish"', "mine.toml, line 4: link must be a colour such as #7aa8f5"),
        (f"{LEAST}link = 7", "mine.toml, line 4: link must be a colour"),
        (f'{LEAST}link = "#abc"', "mine.toml, line 4: link must be a colour"),
        (f'{LEAST}lnk = "#aabbcc"', "mine.toml, line 4: lnk is no colour of a theme (did you mean link?)"),
        (f'{LEAST}[syntax]\nkeywrd = "#aabbcc"', "line 5: syntax.keywrd is no colour of a theme (did you mean syntax."),
        (f"{LEAST}syntax = 3", "mine.toml, line 4: syntax is no colour of a theme"),
        (f"{LEAST}dark = 1", "mine.toml, line 4: dark must be true or false"),
        (f'{LEAST}link = "bright_blue"', "either all colours are #rrggbb, or all are names of the terminal's own"),
        (f'{LEAST}"a\\u001b[2J" = 1', "mine.toml, line 4: a␛[2J is no colour of a theme"),
        (f"{LEAST}a = 1\nb = 1\nc = 1\nd = 1\n", "; and 1 more"),
    ],
)
def test_a_theme_with_a_fault_is_not_used_and_the_fault_is_named(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_theme(text, "mine")
    assert said in caught.value.message
    assert "the theme in use stays" in caught.value.hint


def test_a_file_that_is_none_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(ConfigError, match="can't be read"):
        load_theme(tmp_path / "mine.toml")


def test_the_users_own_themes_come_beside_the_shipped_and_before_their_namesakes(tmp_path: Path) -> None:
    for name in ("mine.toml", f"{themes.DARK}.toml", "no theme.toml", ".hidden.toml", "mine.txt"):
        (tmp_path / name).write_text(LEAST)
    found = available(tmp_path)
    assert found["mine"] == tmp_path / "mine.toml"
    assert found[themes.DARK].parent == tmp_path
    assert set(found) == {*available(NOWHERE), "mine"}


def test_a_theme_that_was_written_again_is_seen_to_have_changed(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(LEAST)
    before = stamps([one, other])
    assert not changed([one, other], before)
    other.write_text(LEAST)
    os.utime(one, ns=(0, before[one] - 1))  # as when an older file is put in its place
    assert changed([one, other], before) == [one, other]
