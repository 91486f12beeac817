"""`deepchat search`, from the outside."""

from __future__ import annotations

import pytest

from tests.cli.running import on_terminal, run
from tests.cli.saved import DAY_MS, NOON_MS, keep, talk


@pytest.fixture(autouse=True)
def _kept() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    keep(
        talk("Oslo", "Where is a lighthouse?", "In the fjord.", at_ms=NOON_MS - 3 * DAY_MS, tags=["travel"]),
        talk("Rust", "What is a lifetime?", "A lighthouse for references.", model="acme/other"),
    )


def found(*arguments: str) -> list[str]:
    return [hit["title"] for hit in run("search", "--json", *arguments).object]


def test_json_has_what_scripts_rely_on() -> None:
    said = run("search", "fjord", "--json")
    assert (said.status, said.err) == (0, "")
    (hit,) = said.object
    shown = run("show", hit["conversation"], "--json").object["messages"]
    assert hit == {
        "conversation": hit["conversation"],
        "message": shown[1]["id"],
        "title": "Oslo",
        "role": "assistant",
        "snippet": "In the fjord.",
        "created": shown[1]["created"],
    }


def test_words_are_found_wherever_they_were_said_and_filters_choose() -> None:
    assert sorted(found("lighthouse")) == ["Oslo", "Rust"]
    assert found("LIGHTHOUSE", "--role", "user") == ["Oslo"]
    assert found("lighthouse", "--tag", "travel") == ["Oslo"]
    assert found("lighthouse", "--model", "other") == ["Rust"]
    assert found("lighthouse", "--since", "2026-11-20") == ["Rust"]
    assert found("lighthouse", "--until", "2026-11-18") == ["Oslo"]
    assert found("lighthouse", "--until", "2026-11-17") == []
    assert len(found("lighthouse", "--limit", "1")) == 1
    assert found("lighthouse references") == ["Rust"]


def test_what_was_found_is_bold_on_a_terminal_and_plain_elsewhere() -> None:
    assert "\x1b[1mfjord\x1b[22m" in on_terminal("search", "fjord").out
    plain = run("search", "fjord")
    assert "\x1b" not in plain.out
    assert plain.out.endswith(": In the fjord.\n")


def test_what_was_said_cannot_paint_the_terminal() -> None:
    keep(talk("Paint", "\x1b[31m scarlet \ue000 bold for ever"))
    out = on_terminal("search", "scarlet").out
    assert "\x1b[31m" not in out
    assert out.rstrip().endswith("\x1b[22m")


def test_finding_nothing_is_no_failure() -> None:
    said = run("search", "zeppelin")
    assert (said.status, said.out, said.err) == (0, "", "nothing was found\n")
    assert found("zeppelin") == []


@pytest.mark.parametrize("arguments", [["x", "--since", "soon"], ["x", "--until", "2026-13-40"], [" "], []])
def test_what_makes_no_sense_is_a_wrong_use(arguments: list[str]) -> None:
    said = run("search", *arguments)
    assert (said.status, said.out) == (2, "")


def test_what_was_deleted_is_not_found() -> None:
    run("delete", "oslo")
    assert found("lighthouse") == ["Rust"]


@pytest.mark.parametrize("words", [["word"] * 1_000, ["w" * 100_000], ["a.b/c-d" * 300]])
def test_more_than_can_be_looked_for_is_a_wrong_use(words: list[str]) -> None:
    said = run("search", *words)
    assert said.status == 2
    assert "too much to look for at once" in said.err
    assert "→ name a few of them" in said.err


def test_all_that_may_be_looked_for_is() -> None:
    assert run("search", *(f"word{number}" for number in range(50))).status == 0
    assert run("search", *(f"{letter}/語{number}" for number in range(50) for letter in "a")).status == 0
    assert run("search", "w-" * 1_000).status == 0
