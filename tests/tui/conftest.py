"""A simulator with all its scenes, and an environment that leads to it and is put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import cast

import pytest
from textual._context import active_app
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

from benchmarks.gallery.painted import LIMIT_S, REST_S, until_painted
from deepchat.catalog.cache import Listing, write_listing
from deepchat.catalog.model import Model
from deepchat.config.paths import find_paths
from deepchat.simulator import SimulatorThread
from deepchat.tui.thrift import make_strips_thrifty

make_strips_thrifty()
_parse = Stylesheet._parse_rules  # pyright: ignore[reportPrivateUsage]  # a hundred of them are parsed for each app
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(
    self: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """What one app has parsed another one with the same colours takes over; nothing writes in rules."""
    known = cast("LRUCache[tuple[object, ...], list[RuleSet]]", self._parse_cache)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]  # as above
    key = (css, read_from, is_default_rules, tie_breaker, scope)
    if key not in known:
        colours = frozenset(self._variables.items())  # pyright: ignore[reportPrivateUsage]  # as above
        if (colours, *key) in _parsed:
            known[key] = _parsed[colours, *key]
        else:
            _parsed[colours, *key] = _parse(self, css, read_from, is_default_rules, tie_breaker, scope)
    return known[key]


Stylesheet._parse_rules = _parse_once  # pyright: ignore[reportPrivateUsage]  # as above


async def _rest(min_sleep: float = REST_S, max_sleep: float = LIMIT_S) -> None:
    await until_painted(active_app.get(None), min_sleep, max_sleep)


@pytest.fixture(autouse=True)
def _pilots_wait_for_rest(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    for room in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{room}.wait_for_idle", _rest)


@pytest.fixture(scope="package")
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running


@pytest.fixture
def sim(simulator: SimulatorThread, monkeypatch: pytest.MonkeyPatch) -> SimulatorThread:
    """Where the app asks; a test may name another model in LLM_MODEL.

    One of its models is known: so they are not asked for behind the back of a test that counts requests.
    """
    address = f"{simulator.url}/v1/openai"
    monkeypatch.setenv("LLM_BASE_URL", address)
    write_listing(
        find_paths(os.environ).cache,
        Listing("env", address, "2026-11-21T12:00:00+00:00", (Model("some/other", "env"),)),
    )
    monkeypatch.setenv("LLM_API_KEY", "any-key-will-do")
    monkeypatch.setenv("LLM_MODEL", "sim/plain")
    return simulator
