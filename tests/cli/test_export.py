"""`deepchat export`, from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import on_terminal, run
from tests.cli.saved import keep, talk


@pytest.fixture(autouse=True)
def _kept() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    keep(talk("Oslo", "Where?", "**There.**"), talk("Rust", "What?", "That. ☂"))


def test_markdown_goes_to_stdout_unless_said_otherwise() -> None:
    said = run("export", "oslo")
    assert (said.status, said.err) == (0, "")
    assert "# Oslo" in said.out
    assert "**There.**" in said.out


def test_the_name_of_a_file_says_what_it_shall_be(tmp_path: Path) -> None:
    for name, sign in (
        ("a.html", "<!doctype html>"),
        ("a.json", '"format": "deepchat-conversation"'),
        ("a.md", "# Rust"),
    ):
        file = tmp_path / name
        said = run("export", "rust", "-o", str(file))
        assert (said.status, said.out, said.err) == (0, "", f"1 conversation saved in {file}\n")
        assert sign.lower() in file.read_text().lower()


def test_no_file_is_written_over_unless_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("mine")
    said = run("export", "rust", "-o", str(file))
    assert (said.status, file.read_text()) == (2, "mine")
    assert "--force" in said.err
    assert run("export", "rust", "-o", str(file), "--force").status == 0
    assert "# Rust" in file.read_text()
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["mine.md"]


def test_json_comes_back_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "all.json"
    assert run("export", "--all", "-o", str(file)).err == f"2 conversations saved in {file}\n"
    before = {one["id"]: run("show", one["id"], "--json").object for one in run("list", "--json").object}

    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path / "other"))
    assert run("import", str(file)).status == 0

    assert [one["title"] for one in run("list", "--json").object] == ["Rust", "Oslo"]
    assert {one["id"]: run("show", one["id"], "--json").object for one in run("list", "--json").object} == before
    assert json.loads(run("export", "--all").out) == json.loads(file.read_text())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name one conversation, or --all"),
        (["rust", "--all"], "name one conversation, or --all"),
        (["--all", "--format", "html"], "--all is for JSON"),
        (["rust", "--json", "--format", "html"], "two things"),
        (["rust", "-o", "/nowhere/at/all.md"], "is not there"),
    ],
)
def test_what_makes_no_sense_is_a_wrong_use(arguments: list[str], told: str) -> None:
    said = run("export", *arguments)
    assert (said.status, said.out if "--json" not in arguments else "") == (2, "")
    assert told in said.err


def test_a_terminal_is_not_painted() -> None:
    keep(talk("Paint", "\x1b[31mred"))
    assert "\x1b" not in on_terminal("export", "paint").out
