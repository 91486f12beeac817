import inspect
import re

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.css.stylesheet import Stylesheet, StylesheetParseError
from textual.strip import Strip
from textual.theme import Theme

from deepchat.tui.thrift import CACHES, ThriftyApp, ThriftyStylesheet, make_strips_thrifty

make_strips_thrifty()
MANY = 100
"""More sources than Textual remembers."""


def test_a_strip_has_all_that_textuals_has() -> None:
    source = inspect.getsource(inspect.getmodule(Strip) or Strip)
    made = re.findall(r"self\.(_\w+): FIFOCache\[.*?\] = FIFOCache\((\d+)\)", source, re.DOTALL)
    assert {name: int(most) for name, most in made} == CACHES
    kept = {"_segments", "_cell_length", "_render_cache", "_link_ids", "_cell_count"}
    assert kept | CACHES.keys() == set(Strip.__slots__)


def test_a_strip_remembers_what_was_made_of_it_and_no_more_of_it_than_before() -> None:
    strip = Strip([Segment("one two", Style(bold=True))])
    assert not vars_of(strip)
    assert strip.crop(0, 3) is strip.crop(0, 3)
    assert vars_of(strip) == {"_crop_cache"}
    assert strip.divide([3, 7]) is strip.divide([3, 7])
    assert strip.apply_style(Style(dim=True)) is strip.apply_style(Style(dim=True))
    for column in range(1, 7):
        strip.divide([column, 7])
    assert len(strip._divide_cache) == CACHES["_divide_cache"]  # pyright: ignore[reportPrivateUsage]  # it is what is tested


def test_a_strip_has_nothing_else() -> None:
    assert not hasattr(Strip([]), "_other_cache")


def vars_of(strip: Strip) -> set[str]:
    """The caches that it has by now."""
    return {name for name in CACHES if _is_set(strip, name)}


def _is_set(strip: Strip, name: str) -> bool:
    try:
        object.__getattribute__(strip, name)
    except AttributeError:
        return False
    return True


def many_sources(sheet: Stylesheet) -> None:
    for number in range(MANY):
        sheet.add_source(f"#n{number} {{ color: $ink; }}", read_from=("", f"{number}"))


def test_a_stylesheet_is_parsed_again_for_other_colours_alone() -> None:
    sheet = ThriftyStylesheet(variables={"ink": "red"})
    many_sources(sheet)
    before = list(sheet.rules)
    sheet.set_variables({"ink": "red"})
    sheet.reparse()
    sheet.add_source("#more { color: $ink; }", read_from=("", "more"))
    assert len(before) == MANY
    assert all(one is other for one, other in zip(sheet.rules, before, strict=False))
    sheet.set_variables({"ink": "blue"})
    sheet.reparse()
    plain = Stylesheet(variables={"ink": "blue"})
    many_sources(plain)
    plain.add_source("#more { color: $ink; }", read_from=("", "more"))
    assert sheet.css == plain.css != "\n\n".join(rule.css for rule in before)


def test_of_a_source_that_is_wrong_nothing_is_taken() -> None:
    sheet = ThriftyStylesheet(variables={"ink": "red"})
    many_sources(sheet)
    before = sheet.css
    sheet.add_source("#wrong { color: $ink; width: no-width; }", read_from=("", "wrong"))
    for _ in range(2):
        with pytest.raises(StylesheetParseError):
            sheet.reparse()
    del sheet.source["", "wrong"]
    sheet.reparse()
    assert sheet.css == before


def test_the_colours_of_a_theme_are_worked_out_once_and_anew_when_it_changes() -> None:
    app = ThriftyApp()
    assert app.get_css_variables() == {}  # of Textual's own, which is worn by nobody
    for name, primary in (("mine", "#112233"), ("textual-dark", "#445566")):  # a name that Textual has too
        app.register_theme(Theme(name, primary=primary))
        app.theme = name
        assert app.get_css_variables()["primary"] == primary
        assert app.get_css_variables() is app.get_css_variables()
    app.register_theme(Theme("textual-dark", primary="#778899"))
    assert app.get_css_variables()["primary"] == "#778899"
