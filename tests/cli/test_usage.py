"""`deepchat usage --provider`, from the outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import KEY, configure, run

ENV = {"DEEPINFRA_API_KEY": KEY}


@pytest.fixture
def own() -> Iterator[SimulatorThread]:
    """A simulator whose bill is this test's alone."""
    with SimulatorThread(scenes={}) as simulator:
        configure(f'[providers.deepinfra]\nbase_url = "{simulator.url}/v1/openai"\n')
        yield simulator


def test_json_has_the_account_in_decimal_strings(own: SimulatorThread) -> None:
    cost = run("ask", "-m", "sim/plain", "--json", "hi", env=ENV).object["cost"]["usd"]

    said = run("usage", "--provider", "--json", env=ENV)

    assert (said.status, said.err) == (0, "")
    told = said.object
    assert (told["provider"], told["funds"], told["recent"], told["limit"]) == ("deepinfra", "25.00", cost, None)
    assert (told["month"], told["month_usd"], told["requests_at_once"]) == ("2026.01", cost, 200)
    assert told["models"] == [{"id": "sim/plain", "units": 25, "usd": cost}]
    assert told["suspended"] is None
    assert own.bill_nano == 8_800


def test_the_table_says_the_same(own: SimulatorThread) -> None:
    run("ask", "-m", "sim/plain", "hi", env=ENV)
    out = run("usage", "--provider", "deepinfra", env=ENV).out
    assert [line.split()[-1] for line in out.splitlines()[1:6]] == ["25.00", "0.0000088", "none", "200", "0.0000088"]
    assert out.splitlines()[-1].split() == ["sim/plain", "25", "0.0000088"]
    assert len(own.heard) == 4


def test_a_provider_without_an_account_says_so_before_anything_is_sent(own: SimulatorThread) -> None:
    configure(f'[providers.work]\nbase_url = "{own.url}/v1"\nneeds_key = false\n')
    said = run("usage", "--provider", "work")
    assert said.status == 2
    assert "work has no account that can be read" in said.err
    assert own.heard == []
