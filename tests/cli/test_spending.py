"""`deepchat usage`, as the ledger has it, from the outside."""

from __future__ import annotations

import csv
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest

from deepchat.conversation.message import assistant
from deepchat.conversation.usage import NO_USAGE, UNKNOWN_COST, Cost
from deepchat.simulator import SimulatorThread
from tests.cli.running import at, configure, on_terminal, run
from tests.cli.saved import DAY_MS, NOON_MS, add, answer_of, data_folder, id_of, keep, talk


@pytest.fixture(autouse=True)
def _time_zone(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def spent() -> None:
    keep(
        talk("Old", "a", "b", at_ms=NOON_MS - 2 * DAY_MS, model="acme/small", cost=Cost(1_000_000_000, "provider")),
        talk("New", "a", "b", "c", "d", cost=Cost(250_000_000, "provider")),
    )


def rows(*arguments: str) -> list[tuple[str, str | None]]:
    return [(row["key"], row["usd"]) for row in run("usage", "--json", *arguments).object["rows"]]


@pytest.mark.usefixtures("spent")
def test_json_has_what_scripts_rely_on() -> None:
    said = run("usage", "--json")
    assert (said.status, said.err) == (0, "")
    told = said.object
    counts = {"prompt_tokens": 60, "cached_tokens": 15, "completion_tokens": 30, "reasoning_tokens": 6, "legs": 3}
    sure = {"estimated": False, "unknown": 0, "tokens_estimated": False}
    assert told["total"] == counts | {"usd": "1.50", "source": "provider"} | sure
    assert [row["key"] for row in told["rows"]] == ["2026-11-21", "2026-11-19"]
    assert told["rows"][1]["usd"] == "1.00"
    assert told["rows"][1]["prompt_tokens"] == 20


@pytest.mark.usefixtures("spent")
def test_rows_are_about_what_was_asked_for() -> None:
    assert rows("--by", "model") == [("acme/lamp-1", "0.50"), ("acme/small", "1.00")]
    assert rows("--by", "provider") == [("acme", "1.50")]
    told = run("usage", "--by", "conversation", "--json").object["rows"]
    assert [(row["title"], row["usd"]) for row in told] == [("New", "0.50"), ("Old", "1.00")]


@pytest.mark.usefixtures("spent")
def test_a_conversation_is_named_by_its_title_and_its_id(sim: SimulatorThread) -> None:
    run("embed", "-m", "BAAI/bge-m3", "a fox", env=at(sim))
    ids = {one["title"]: one["id"] for one in run("list", "--json").object}
    run("delete", "old", "--now", "--yes")
    head, *lines, total = run("usage", "--by", "conversation").out.splitlines()
    assert head.split()[:3] == ["conversation", "id", "USD"]
    assert {tuple(line[: line.index("$")].split()) for line in lines} == {
        ("outside", "conversations"),
        ("New", ids["New"]),
        (ids["Old"],),
    }
    assert total.split()[0] == "total"


@pytest.mark.usefixtures("spent")
def test_days_bound_what_counts() -> None:
    assert rows("--since", "2026-11-20") == [("2026-11-21", "0.50")]
    assert rows("--until", "2026-11-19") == [("2026-11-19", "1.00")]
    assert rows("--since", "2026-11-19", "--until", "2026-11-18") == []
    nothing = run("usage", "--until", "2020-01-01")
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "nothing was asked in this time\n")
    assert run("usage", "--until", "2020-01-01", "--json").object["total"]["usd"] == "0.00"


def test_what_nobody_knows_is_told_and_never_counted_as_nothing() -> None:
    keep(
        talk("Dark", "a", "b", model="acme/dark", cost=UNKNOWN_COST),
        talk("Guess", "a", "b", cost=Cost(1_000, "shipped", estimated=True)),
    )
    assert rows("--by", "model") == [("acme/dark", None), ("acme/lamp-1", "0.000001")]
    said = run("usage")
    assert "~$0.000001" in said.out.splitlines()[-1]
    assert said.err == "+ 1 request of unknown cost\n"
    total = run("usage", "--json").object["total"]
    assert (total["usd"], total["unknown"], total["estimated"]) == ("0.000001", 1, True)
    assert "?" in run("usage", "--by", "model").out


def test_tokens_that_no_server_has_counted_are_told_as_an_estimate_whether_their_price_is_known_or_not() -> None:
    keep(
        talk("Dark", "a", "b", model="acme/dark", cost=Cost(None, "unknown", estimated=True)),
        talk("Guess", "a", "b", model="acme/guess", cost=Cost(1_000, "shipped", estimated=True)),
        talk("Sure", "a", "b", model="acme/sure"),
        talk("Unpriced", "a", "b", model="acme/unpriced", cost=UNKNOWN_COST),
    )
    assert {line.split()[0]: line.split()[-4:] for line in run("usage", "--by", "model").out.splitlines()[1:]} == {
        "acme/dark": ["~20", "5", "~10", "2"],
        "acme/guess": ["~20", "5", "~10", "2"],
        "acme/sure": ["20", "5", "10", "2"],
        "acme/unpriced": ["20", "5", "10", "2"],
        "total": ["~80", "20", "~40", "8"],
    }
    told = run("usage", "--by", "model", "--json").object
    assert {row["key"] for row in told["rows"] if row["tokens_estimated"]} == {"acme/dark", "acme/guess"}
    assert told["total"]["tokens_estimated"]
    table = csv.DictReader(run("usage", "--by", "model", "--csv").out.splitlines())
    assert {row["key"] for row in table if row["tokens_estimated"] == "true"} == {"acme/dark", "acme/guess"}


def test_that_there_were_no_tokens_is_no_estimate() -> None:
    asked = talk("Nothing", "a")
    answer = answer_of("Nothing", 1, "", NOON_MS, "acme/guess", Cost(None, "unknown", estimated=True))
    legs = tuple(replace(leg, usage=NO_USAGE) for leg in answer.legs)
    add(asked.tree, id_of("Nothing", "1"), assistant(""), replace(answer, legs=legs))
    keep(asked)
    assert run("usage", "--by", "model", "--json").object["total"]["tokens_estimated"]
    assert run("usage", "--by", "model").out.splitlines()[-1].split()[-4:] == ["0", "0", "0", "0"]


@pytest.mark.usefixtures("spent")
def test_a_terminal_gets_bars_and_a_pipe_none() -> None:
    lines = on_terminal("usage", columns=100).out.splitlines()
    assert [line.count("█") for line in lines] == [0, 12, 24, 0]
    assert lines[3].split()[:3] == ["total", "$1.50", "3"]
    assert max(map(len, lines)) <= 100
    assert "█" not in run("usage").out
    usual = on_terminal("usage", columns=80).out.splitlines()
    assert [line.count("█") for line in usual] == [0, 5, 10, 0]
    assert max(map(len, usual)) <= 80
    narrow = on_terminal("usage", columns=30).out.splitlines()
    assert max(map(len, narrow)) <= 30


@pytest.mark.usefixtures("spent")
def test_a_spreadsheet_gets_no_formulas() -> None:
    keep(talk("=HYPERLINK(1)", "a", "b", at_ms=NOON_MS + 1, cost=Cost(1, "provider")))
    table = list(csv.DictReader(run("usage", "--csv", "--by", "conversation").out.splitlines()))
    assert [(row["title"], row["usd"]) for row in table] == [
        ("'=HYPERLINK(1)", "0.000000001"),
        ("New", "0.50"),
        ("Old", "1.00"),
    ]
    assert table[1]["prompt_tokens"] == "40"
    assert {row["estimated"] for row in table} == {"false"}


def test_budgets_are_told_with_what_was_spent_of_them() -> None:
    configure("[budget]\nday = 2.00\nmonth = 20\n")
    keep(talk("Now", "a", "b", at_ms=time.time_ns() // 1_000_000, cost=Cost(310_000_000, "provider")))
    said = run("usage")
    assert said.err.splitlines() == ["today $0.31 of $2.00", "this month $0.31 of $20.00"]
    assert run("usage", "--json").object["budgets"]["day"] == {"usd": "0.31", "limit": "2.00"}


def test_what_was_asked_is_counted_although_its_words_are_not_kept(sim: SimulatorThread) -> None:
    asked = run("ask", "-m", "sim/plain", "--no-save", "--json", "hi", env=at(sim)).object
    assert run("list", "--json").object == []
    assert run("usage", "--json").object["total"]["usd"] == asked["cost"]["usd"]


@pytest.mark.parametrize(
    "arguments", [["--csv", "--json"], ["--provider", "x", "--by", "day"], ["--provider", "--csv"], ["--by", "moon"]]
)
def test_what_makes_no_sense_is_a_wrong_use(arguments: list[str]) -> None:
    assert run("usage", *arguments).status == 2


def test_a_store_that_can_only_be_read_still_holds_the_budget(sim: SimulatorThread) -> None:
    ask = ("ask", "--no-save", "-m", "sim/plain", "Why?")
    configure('[env."sim/plain"]\ninput = "0.10"\noutput = "0.40"\n', "models.toml")
    run("ask", "-m", "sim/plain", "Why?", env=at(sim))
    configure("[budget]\nday = 1.0\n")
    with closing(sqlite3.connect(data_folder() / "deepchat.db")) as c:
        c.execute("PRAGMA user_version = 99")
    told = run(*ask, env=at(sim))
    assert told.status == 0
    assert "what this costs is not kept" in told.err
    configure("[budget]\nday = 0.000001\n")
    requests = len(sim.heard)
    assert run(*ask, env=at(sim)).status == 4
    assert len(sim.heard) == requests


def test_what_has_no_price_is_not_asked_within_a_budget_that_can_only_be_read(sim: SimulatorThread) -> None:
    run("ask", "-m", "sim/plain", "Why?", env=at(sim))
    configure("[budget]\nday = 1.0\n")
    with closing(sqlite3.connect(data_folder() / "deepchat.db")) as c:
        c.execute("PRAGMA user_version = 99")
    requests = len(sim.heard)
    for verb in (("ask", "--no-save"), ("ask", "-c", "--no-save"), ("complete",)):
        told = run(*verb, "-m", "sim/unpriced", "Why?", env=at(sim))
        assert (told.status, len(sim.heard)) == (4, requests)
        assert "the price of sim/unpriced is not known" in told.err


def test_nothing_asked_is_nothing_spent() -> None:
    total = run("usage", "--json").object["total"]
    assert (total["usd"], total["source"], total["unknown"], total["legs"]) == ("0.00", "provider", 0, 0)


def test_what_a_terminal_is_told_of_the_cost_is_known_although_nobody_asked_for_prices(sim: SimulatorThread) -> None:
    before, asked = listings(sim), ("ask", "-m", "sim/slow", "--max-legs", "1", "--max-tokens", "30", "Hello?")
    assert run(*asked, env=at(sim)).status == 5
    assert listings(sim) == before, "a pipe reads no cost"
    for _ in range(2):
        assert on_terminal(*asked, env=at(sim)).status == 5
    assert listings(sim) == before + 1
    assert run("models", "sim/slow", "--json", env=at(sim)).object[0]["price_source"] == "live"


def listings(sim: SimulatorThread) -> int:
    """So many times the models were asked for."""
    return sum(one.path.endswith("/models") for one in sim.heard)
