"""`deepchat config`, from the outside."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from tests.cli.running import configure, on_terminal, run


def test_path_prints_the_file_and_writes_it_once_all_commented_out() -> None:
    first = run("config", "path")
    path = Path(first.out.removesuffix("\n"))

    assert path == Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    assert "now it is, with every setting in it commented out" in first.err
    tables = tomllib.loads(path.read_text())
    assert {"timeouts", "budget"} <= set(tables)
    assert not any(tables.values())
    path.write_text("# mine\n")
    again = run("config", "path")
    assert (again.out, again.err, path.read_text()) == (first.out, "", "# mine\n")


def test_show_says_where_each_value_came_from() -> None:
    path = configure('model = "a/b"\nfunny = 1\n')
    env = {"LLM_BASE_URL": "http://127.0.0.1:9/v1"}

    said = run("config", "show", env=env)
    rows = {row["key"]: row for row in run("config", "show", "--json", env=env).object}

    assert said.status == 0
    of_model = next(line for line in said.out.splitlines() if line.startswith("model "))
    assert of_model.split()[1:3] == ["a/b", "config.toml"]
    assert (rows["model"]["value"], rows["model"]["origin"]) == ("a/b", "config.toml")
    assert (rows["provider"]["value"], rows["provider"]["origin"]) == ("env", "environment")
    assert rows["retries"]["origin"] == "default"
    assert all(row["about"] for row in rows.values())
    assert said.err.startswith(f"deepchat: {path}, line 2: funny is not a setting")
    assert run("config", env=env).out == said.out


def test_show_names_what_is_wrong_with_keys_too() -> None:
    path = configure('retries = 99\n[keys]\nmodel = "ctrl+c"\nmodl = "f5"\n')

    for arguments in (("config", "show"), ("config", "show", "--json")):
        said = run(*arguments).err.splitlines()
        assert len(said) == 3
        assert said[0].startswith(f"deepchat: {path}, line 1: retries ")
        assert said[1].startswith(f"deepchat: {path}, line 3: keys.model can't have ctrl+c: ")
        assert said[2].startswith(f"deepchat: {path}, line 4: keys.modl is no command (did you mean model?)")


def test_show_fits_a_terminal() -> None:
    lines = on_terminal("config", "show", columns=80).out.splitlines()
    assert max(map(len, lines)) <= 80


def test_set_changes_one_line_and_tells_what_comes_first() -> None:
    path = configure("# mine\nretries = 1 # few\n")

    said = run("config", "set", "retries", "3")
    assert (said.status, said.out, said.err) == (0, "", f"retries is set in {path}\n")
    assert path.read_text() == "# mine\nretries = 3 # few\n"

    said = run("config", "set", "provider", "flo2", env={"LLM_BASE_URL": "http://127.0.0.1:9/v1"})
    assert said.err.splitlines()[1] == "but env from the environment comes first, as long as that is there"


def test_set_takes_words_that_begin_with_a_dash() -> None:
    path = configure("")
    assert run("config", "set", "system", "--", "-be brief").status == 0
    assert tomllib.loads(path.read_text()) == {"system": "-be brief"}


def test_a_broken_file_is_not_written_over() -> None:
    path = configure("retries = = 1\n")
    said = run("config", "set", "retries", "3")
    assert said.status == 2
    assert "nothing was changed" in said.err
    assert path.read_text() == "retries = = 1\n"
