"""`deepchat list`, from the outside."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from deepchat.conversation.usage import UNKNOWN_COST, Cost
from tests.cli.running import on_terminal, run
from tests.cli.saved import DAY_MS, NOON_MS, data_folder, keep, talk

_WHAT_IS_LOADED = """
import sys
from deepchat.cli.main import run
status = run(["list"])
print(status, *sorted({"httpx", "textual", "jsonschema", "deepchat.engine", "deepchat.wire"} & set(sys.modules)))
"""


def test_json_has_what_scripts_rely_on_and_the_last_used_first() -> None:
    keep(
        talk("Older", "a", "b", at_ms=NOON_MS - DAY_MS),
        talk("Newer", "Hello?", "Hi.", instructions="Be brief.", tags=["b", "a"]),
    )
    said = run("list", "--json")

    assert (said.status, said.err) == (0, "")
    newer, older = said.object
    assert newer == {
        "id": newer["id"],
        "title": "Newer",
        "created": "2026-11-21T12:00:00.000Z",
        "updated": "2026-11-21T12:00:00.000Z",
        "messages": 3,
        "models": ["acme/lamp-1"],
        "tags": ["a", "b"],
        "pinned": False,
        "cost": {"usd": "0.0000088", "source": "provider"},
    }
    assert (older["title"], older["messages"]) == ("Older", 2)


def test_what_it_cost_is_never_zero_when_nobody_knows() -> None:
    keep(
        talk("Dark", "a", "b", cost=UNKNOWN_COST), talk("Guess", "a", "b", cost=Cost(1_000, "shipped", estimated=True))
    )
    guess, dark = run("list", "--json").object
    assert dark["cost"] == {"usd": None, "source": "unknown"}
    assert guess["cost"] == {"usd": "0.000001", "source": "estimate"}
    lines = run("list").out.splitlines()
    assert "~$0.000001" in lines[1]
    assert lines[2].split()[-2] == "?"


def test_words_and_tags_choose() -> None:
    keep(talk("Trip to Oslo", "a", tags=["travel"]), talk("Oslo in winter", "a"), talk("Rust", "a", tags=["travel"]))

    def titles(*arguments: str) -> list[str]:
        return [one["title"] for one in run("list", "--json", *arguments).object]

    assert titles("oslo") == ["Oslo in winter", "Trip to Oslo"]
    assert titles("OSLO", "trip") == ["Trip to Oslo"]
    assert titles("--tag", "travel") == ["Rust", "Trip to Oslo"]
    assert titles("--tag", "travel", "oslo") == ["Trip to Oslo"]
    assert titles("--limit", "1") == ["Rust"]
    assert titles("--limit", "1", "--tag", "travel") == ["Rust"]
    assert titles("nothing") == []
    assert run("list", "nothing").err == "none is like that\n"


def test_a_home_without_conversations_says_how_to_begin() -> None:
    said = run("list")
    assert (said.status, said.out) == (0, "")
    assert "deepchat ask" in said.err
    assert run("list", "--json").object == []


def test_a_table_fits_the_terminal_and_its_titles_are_cut() -> None:
    keep(
        talk("A very long title that goes on and on and on and on and on and on and on", "a", "b"),
        talk("短い題名", "a"),
    )
    for columns in (120, 80, 60):
        lines = on_terminal("list", columns=columns).out.splitlines()
        assert max(map(len, lines)) <= columns
        assert [line[:2] for line in lines[1:]] == [one["id"][:2] for one in run("list", "--json").object]
    assert "…" in lines[2]


@pytest.mark.parametrize("letter", ["x", "語"])
def test_an_endless_title_makes_no_endless_table(letter: str) -> None:
    keep(talk(letter * 1_000_000, "a"), talk("Short", "a"))
    lines = run("list").out.splitlines()
    assert {len(line) < 300 for line in lines} == {True}
    assert "…" in lines[2]
    assert run("list", "--json").object[1]["title"] == letter * 1_000_000


def test_a_terminal_gets_the_last_ones_and_is_told_of_the_others() -> None:
    keep(*(talk(f"Talk {number}", "a") for number in range(22)))
    out = on_terminal("list").out
    assert "Talk 21" in out
    assert "Talk 2 " in out
    assert "Talk 1 " not in out
    assert "these are the last 20; --limit shows more" in out
    assert len(run("list").out.splitlines()) == 23


def test_a_title_cannot_paint_the_terminal() -> None:
    keep(talk("\x1b[31mred\x07\nand more", "a"))
    out = on_terminal("list").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "red" in out
    assert run("list", "--json").object[0]["title"] == "\x1b[31mred\x07\nand more"


def test_nothing_that_asks_a_model_is_loaded() -> None:
    said = subprocess.run([sys.executable, "-c", _WHAT_IS_LOADED], capture_output=True, text=True, check=True)
    assert said.stdout == "0\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="to the superuser everything can be written")
def test_a_store_that_can_only_be_read_is_read_and_told_of() -> None:
    keep(talk("Here", "a"))
    data_folder().joinpath("deepchat.db").chmod(0o400)
    said = run("list", "--json")
    assert [one["title"] for one in said.object] == ["Here"]
    assert "only read" in said.err


def test_where_nothing_can_be_written_that_is_said() -> None:
    said = run("list", "--json", env={"DEEPCHAT_HOME": "/proc/nowhere"})
    assert said.status == 2
    assert said.object["error"]["kind"] == "config"
    assert said.err.startswith("deepchat: the folder /proc/nowhere/data")
    assert "→ set DEEPCHAT_HOME" in said.err
