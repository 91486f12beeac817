"""`deepchat models`, from the outside."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from deepchat.simulator import Scene, SimulatorThread
from deepchat.simulator.scene import Close, Send
from tests.cli.running import KEY, at, configure, on_terminal, run

KEYS = {
    *("id", "provider", "context", "max_output", "input", "output", "cache_read"),
    *("flags", "price_source", "price_date"),
}
LOCKED = Scene(
    "listing-locked",
    "a list that wants a key",
    ((Send(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno"), Close()),),
)


def test_shipped_models_are_shown_without_a_key_and_without_a_network() -> None:
    said = run("models", "deepseek", "v3.2")

    assert said.status == 0
    head, *rows = said.out.splitlines()
    assert head.split() == ["model", "context", "$", "in", "$", "out", "$", "cached", "can", "prices"]
    assert any(row.startswith("deepseek-ai/DeepSeek-V3.2 ") and "shipped 20" in row for row in rows)
    assert all("deepseek" in row.casefold() and "v3.2" in row.casefold() for row in rows)
    assert said.err.startswith(f"{len(rows)} model")
    assert "prices as of 20" in said.err


def test_json_has_the_promised_shape_and_prices_are_strings() -> None:
    said = run("models", "--json", "DeepSeek-V3.2")
    (one,) = (row for row in said.object if row["id"] == "deepseek-ai/DeepSeek-V3.2")
    assert set(one) == KEYS
    assert (one["provider"], one["input"], one["price_source"]) == ("deepinfra", "0.26", "shipped")


def test_all_shows_every_provider_and_names_it() -> None:
    head, *rows = run("models", "gemma", "--all").out.splitlines()
    assert head.split()[:2] == ["model", "provider"]
    assert {"deepinfra", "lava"} <= {row.split()[1] for row in rows}


def test_sorting_and_filters() -> None:
    models = run("models", "--json", "--sort", "price", "--reasoning", "--tools").object
    assert all({"reasoning", "tools"} <= set(model["flags"]) for model in models)
    sums = [float(model["input"]) + float(model["output"]) for model in models if model["input"]]
    assert sums == sorted(sums)

    contexts = [model["context"] for model in run("models", "--json", "--sort", "context").object if model["context"]]
    assert contexts == sorted(contexts, reverse=True)
    names = [model["id"].casefold() for model in run("models", "--json").object]
    assert names == sorted(names)


def test_refresh_asks_the_provider_without_a_key_and_keeps_what_it_says(sim: SimulatorThread) -> None:
    configure(f'[providers.deepinfra]\nbase_url = "{sim.url}/v1/openai"\n')
    asked = len(sim.heard)

    fresh = run("models", "--refresh", "sim/plain")
    kept = run("models", "sim/plain", "--json")

    assert fresh.status == 0
    assert "as deepinfra told them just now" in fresh.err
    assert kept.object[0]["price_source"] == "live"
    assert "as deepinfra told them just now" in kept.err
    assert len(sim.heard) - asked == 1
    assert not sim.heard[-1].key


def test_a_provider_of_which_nothing_is_known_is_asked_at_once(sim: SimulatorThread) -> None:
    said = run("models", "plain", env=at(sim))
    assert said.status == 0
    assert "sim/plain" in said.out


def test_when_the_refresh_fails_what_is_known_is_shown_and_it_exits_1() -> None:
    with SimulatorThread(scene="listing-page") as broken:
        configure(f'[providers.deepinfra]\nbase_url = "{broken.url}/v1/openai"\n')
        said = run("models", "--refresh", "DeepSeek-V3.2")

    assert said.status == 1
    assert "deepseek-ai/DeepSeek-V3.2" in said.out
    age, what, hint = said.err.splitlines()
    assert "prices as of 20" in age
    assert "web page" in what
    assert hint.startswith("  → ")


def test_a_provider_that_wants_a_key_for_its_list_says_so() -> None:
    with SimulatorThread(scenes={LOCKED.name: LOCKED}, scene=LOCKED.name) as locked:
        configure(f'[providers.work]\nbase_url = "{locked.url}/v1"\n')
        said = run("models", "-p", "work")
        rejected = run("models", env={"LLM_BASE_URL": f"{locked.url}/v1", "LLM_API_KEY": KEY})
    assert (said.status, said.out) == (3, "")
    assert "there is no API key for work" in said.err
    assert (rejected.status, rejected.out) == (3, "")
    assert "the key was rejected" in rejected.err


def test_a_provider_of_which_nothing_is_known_and_that_is_down_is_an_error() -> None:
    with SimulatorThread(scene="listing-page") as down:
        said = run("models", env={"LLM_BASE_URL": f"{down.url}/v1"})
    assert (said.status, said.out) == (1, "")


def test_the_users_own_prices_are_shown() -> None:
    configure('[work."our/model"]\ninput = "1.25"\noutput = "2"\ncontext = 8192\n', "models.toml")
    configure('[providers.work]\nbase_url = "https://llm.example.com/v1"\n')
    row = run("models", "-p", "work").out.splitlines()[1]
    assert row.split() == ["our/model", "8,192", "1.25", "2.00", "?", "user"]


def test_nothing_found_is_no_failure() -> None:
    said = run("models", "nonesuch")
    assert (said.status, said.out) == (0, "")
    assert said.err.startswith("no model matches")
    assert run("models", "nonesuch", "--json").object == []


@pytest.mark.parametrize("arguments", [("--all", "--refresh"), ("--all", "-p", "deepinfra"), ("--sort", "colour")])
def test_what_does_not_go_together_is_refused(arguments: tuple[str, ...]) -> None:
    assert run("models", *arguments).status == 2


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_terminal_gets_the_columns_that_it_has_room_for(columns: int) -> None:
    *lines, notice = on_terminal("models", "deepseek", columns=columns).out.splitlines()
    assert "prices as of" in notice
    assert max(map(len, lines)) <= columns
    assert lines[0].split()[0] == "model"
    assert ("prices" in lines[0]) == (columns == 200)
    assert "\x1b" not in "".join(lines)


def test_a_hostile_list_can_not_paint_the_terminal() -> None:
    home = Path(os.environ["DEEPCHAT_HOME"])
    path = home / "cache" / "models-env.json"
    path.parent.mkdir(parents=True)
    listing = {"provider": "env", "base_url": "http://127.0.0.1:9/v1", "fetched_at": "2026-11-21T00:00:00+00:00"}
    path.write_text(json.dumps({**listing, "models": {"evil\u202emodel": {}, "good/model": {}, "\x1b[2Jx": {}}}))

    said = run("models", env={"LLM_BASE_URL": "http://127.0.0.1:9/v1"})

    assert not {"\x1b", "\u202e"} & set(said.out)
