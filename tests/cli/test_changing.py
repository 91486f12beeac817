"""`deepchat tag`, `rename` and `pin`, from the outside."""

from __future__ import annotations

import pytest

from tests.cli.running import run
from tests.cli.saved import keep, talk


@pytest.fixture(autouse=True)
def _kept() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    keep(talk("Trip to Oslo", "a"), talk("Rust", "b"))


def test_tags_are_put_on_and_taken_off() -> None:
    said = run("tag", "oslo", "travel", " next   year ", "--json")
    assert (said.status, said.object["tags"]) == (0, ["next year", "travel"])
    assert said.err == "«Trip to Oslo» has next year, travel\n"
    assert [one["title"] for one in run("list", "--tag", "travel", "--json").object] == ["Trip to Oslo"]

    assert run("tag", "oslo", "--remove", "travel", "never-there").err == "«Trip to Oslo» has next year\n"
    assert run("list", "--tag", "travel", "--json").object == []
    assert run("tag", "oslo").err == "«Trip to Oslo» has next year\n"
    assert run("tag", "rust").err == "«Rust» has no tags\n"


def test_a_title_is_given_and_found() -> None:
    said = run("rename", "rust", "Borrowing\nand", "lifetimes", "--json")
    assert (said.status, said.object["title"]) == (0, "Borrowing and lifetimes")
    assert run("show", "borrowing", "--json").object["id"] == said.object["id"]


def test_a_pin_is_a_star_until_it_is_taken_off() -> None:
    assert run("pin", "rust", "--json").object["pinned"] is True
    assert "★ Rust" in run("list").out
    assert run("pin", "rust", "--remove").err == "«Rust» is not pinned now\n"
    assert "★" not in run("list").out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["tag", "nothing", "a"], 1),
        (["tag", "oslo", " "], 2),
        (["tag"], 2),
        (["rename", "oslo", "\n"], 2),
        (["rename", "oslo"], 2),
        (["pin", "t"], 2),
    ],
)
def test_what_makes_no_sense_changes_nothing(arguments: list[str], status: int) -> None:
    before = run("list", "--json").object
    assert run(*arguments).status == status
    assert run("list", "--json").object == before
