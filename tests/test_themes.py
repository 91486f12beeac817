"""Every theme that is shipped can be read, in both senses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

THEMES = sorted((Path(__file__).parents[1] / "themes").glob("*.toml"))
GROUNDS: Final = ("background", "surface", "panel")
INKS: Final = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA), for text of any size."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def colours_of(path: Path) -> dict[str, str]:
    theme = tomllib.loads(path.read_text())
    return {key: str(value) for key, value in theme.items() if key not in ("name", "dark")}


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54)])
def test_contrast_is_measured_as_the_guideline_does(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_there_is_a_theme_for_dark_rooms_and_one_for_bright_ones() -> None:
    assert {tomllib.loads(path.read_text())["dark"] for path in THEMES} == {True, False}


@pytest.mark.parametrize("path", THEMES, ids=name_of)
def test_a_theme_is_named_like_its_file_and_is_as_dark_as_it_says(path: Path) -> None:
    theme = tomllib.loads(path.read_text())
    assert theme["name"] == path.stem
    assert theme["dark"] is (luminance(theme["background"]) < luminance(theme["foreground"]))


@pytest.mark.parametrize("path", THEMES, ids=name_of)
def test_a_theme_has_every_colour_written_in_full(path: Path) -> None:
    colours = colours_of(path)
    assert set(colours) == {*GROUNDS, *INKS}
    assert not [colour for colour in colours.values() if not re.fullmatch(r"#[0-9a-f]{6}", colour)]


@pytest.mark.parametrize("path", THEMES, ids=name_of)
def test_every_ink_can_be_read_on_every_ground(path: Path) -> None:
    colours = colours_of(path)
    faint = [
        f"{ink} on {ground}: {ratio:.2f}"
        for ink in INKS
        for ground in GROUNDS
        if (ratio := contrast(colours[ink], colours[ground])) < LEAST_CONTRAST
    ]
    assert not faint
