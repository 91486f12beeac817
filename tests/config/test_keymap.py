"""Keys of the user's own: what is taken, and what is told of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config.files import read_toml
from deepchat.config.keymap import read_keymap, spell_key
from tests.config.homes import home_in

KNOWN = {"new": "ctrl+n", "model": "ctrl+o", "left": "ctrl+b,f2", "more": "m", "budget": ""}
ANYWHERE = {"new", "model", "left", "budget"}
WRONG = [
    ('modl = "f5"', "keys.modl is no command (did you mean model?)"),
    ("model = 5", "keys.model must be a key"),
    ('model = " "', "keys.model must be a key"),
    ('model = ["f5"]', "keys.model must be a key"),
    ('model = "f25"', "keys.model 'f25' is no key"),
    ('model = "ctrl+"', "keys.model '' is no key"),
    ('model = "hyperspace"', "keys.model 'hyperspace' is no key"),
    ('model = "strg+o"', "keys.model 'strg+o' is no key"),
    ('model = "ctrl+ctrl+o"', "keys.model 'ctrl+ctrl+o' is no key"),
    ('model = "pageip"', "keys.model 'pageip' is no key (did you mean pageup?)"),
    ('model = "ctrl+ö"', "keys.model '\\xf6' is no key"),
    ('model = "x"', "keys.model can't have x, which is for writing"),
    ('model = "?"', "keys.model can't have question_mark, which is for writing"),
    ('model = "shift+x"', "keys.model can't have X, which is for writing"),
    ('model = "f5,space"', "keys.model can't have space, which is for writing"),
    ('model = "ctrl+k"', "keys.model can't have ctrl+k, which is for writing"),
    ('model = "ctrl+m"', "keys.model can't have enter, which is for writing"),
    ('model = "^C"', "keys.model can't have ctrl+c: it stops"),
    ('more = "ctrl+c"', "keys.more can't have ctrl+c: it stops"),
    ('model = "ctrl+n"', "keys.model can't have ctrl+n, which new has"),
    ('more = "f2"', "keys.more can't have f2, which left has"),
]
SPELLED = [
    ("Ctrl+O", "ctrl+o"),
    ("^o", "ctrl+o"),
    ("CONTROL+Alt+x", "alt+ctrl+x"),
    ("esc", "escape"),
    ("F5", "f5"),
    ("G", "G"),
    ("shift+g", "G"),
    ("?", "question_mark"),
    ("/", "slash"),
    ("+", "plus"),
    ("ctrl+-", "ctrl+minus"),
    ("ctrl+i", "tab"),
    ("ctrl+[", "escape"),
    ("shift+tab", "shift+tab"),
]


def read(folder: Path, text: str) -> tuple[dict[str, str], list[str]]:
    home = home_in(folder)
    home.config(text)
    writing, fixed = {"ctrl+k", "enter"}, {"ctrl+c": "it stops"}
    keys, complaints = read_keymap(read_toml(home.paths.config_file), KNOWN, ANYWHERE, writing=writing, fixed=fixed)
    return dict(keys), [f"{one.line}: {one.message}" for one in complaints]


@pytest.mark.parametrize(("line", "told"), WRONG)
def test_a_line_that_can_not_be_used_is_named_and_the_default_stays(tmp_path: Path, line: str, told: str) -> None:
    keys, complaints = read(tmp_path, f"[keys]\n{line}\n")

    assert keys == KNOWN
    assert [one for one in complaints if one.startswith(f"2: {told}") and one.endswith("its default stays")]
    assert len(complaints) == 1


def test_a_command_gets_the_keys_that_the_user_wants(tmp_path: Path) -> None:
    keys, complaints = read(tmp_path, '[keys]\nmodel = "F5, ^t"\nmore = "x"\nbudget = "alt+b"\n')

    assert keys == {**KNOWN, "model": "f5,ctrl+t", "more": "x", "budget": "alt+b"}
    assert complaints == []


def test_two_commands_may_change_places(tmp_path: Path) -> None:
    keys, complaints = read(tmp_path, '[keys]\nmodel = "ctrl+n"\nnew = "ctrl+o"\n')

    assert (keys["model"], keys["new"], complaints) == ("ctrl+n", "ctrl+o", [])


def test_of_two_that_want_one_key_the_first_has_it(tmp_path: Path) -> None:
    keys, complaints = read(tmp_path, '[keys]\nmodel = "f5"\nnew = "f5"\n')

    assert keys == {**KNOWN, "model": "f5"}
    assert complaints[0].startswith("3: keys.new can't have f5, which model has")


def test_who_loses_a_clash_takes_its_own_key_back(tmp_path: Path) -> None:
    keys, complaints = read(tmp_path, '[keys]\nmodel = "ctrl+n"\nnew = "f2"\n')

    assert keys == KNOWN
    assert len(complaints) == 2


def test_a_line_that_is_no_toml_costs_only_itself(tmp_path: Path) -> None:
    assert read(tmp_path, '[keys]\nmodel = f5\nnew = "f6"\n')[0] == {**KNOWN, "new": "f6"}


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    keys, complaints = read(tmp_path, "keys = 5\n")

    assert keys == KNOWN
    assert complaints == ["1: keys must be a table, [keys]; it is not used"]


def test_without_the_table_all_is_as_ever(tmp_path: Path) -> None:
    assert read(tmp_path, "retries = 3\n") == (KNOWN, [])


def test_settings_leave_the_table_alone(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    home.config('[keys]\nmodel = "f5"\nprovider = "f6"\nno-such = 5\n')

    assert home.load().complaints == ()
    assert home.load().chosen_provider().name == "deepinfra"


@pytest.mark.parametrize(("written", "key"), SPELLED)
def test_a_key_may_be_written_as_people_write_it(written: str, key: str) -> None:
    assert spell_key(written) == key


@given(st.text())
def test_any_text_is_a_key_or_none(text: str) -> None:
    try:
        key = spell_key(text)
    except ValueError:
        return
    assert spell_key(key) == key
