"""No quirk and no fault of the wire is forgotten."""

from __future__ import annotations

import tomllib
from pathlib import Path

from deepchat.simulator.scenes import SCENES
from tests.wire.test_faults import FAULTS

HERE = Path(__file__).parent
QUIRKS, FAULT_ROWS = 50, 118
ROWS = tomllib.loads((HERE / "rows.toml").read_text())
PLAYED = {row for name in FAULTS for row in SCENES[name].covers}


def test_every_row_is_played_or_tested_or_has_its_place_elsewhere() -> None:
    wanted = {f"Q{number}" for number in range(1, QUIRKS + 1)} | {f"W{number}" for number in range(1, FAULT_ROWS + 1)}
    assert PLAYED | set(ROWS["tests"]) | set(ROWS["elsewhere"]) == wanted


def test_no_row_has_two_places() -> None:
    assert PLAYED.isdisjoint(ROWS["elsewhere"])
    assert set(ROWS["tests"]).isdisjoint(ROWS["elsewhere"])


def test_every_test_that_is_named_exists() -> None:
    for place in ROWS["tests"].values():
        name, _, test = place.partition("::")
        assert f"def {test}(" in (HERE / name).read_text(), place
