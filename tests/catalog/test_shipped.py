"""The rows that come with the program are whole, dated and plausible."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from deepchat.catalog.catalog import shipped_models
from deepchat.catalog.fields import table, text
from deepchat.catalog.model import Model
from deepchat.catalog.rows import read_rows

TOML: dict[str, object] = tomllib.loads(
    files("deepchat.catalog").joinpath("models.toml").read_text("utf-8"), parse_float=str
)
SHIPPED = {(model.provider, model.id): model for model in shipped_models()}


def shipped(provider: str, name: str) -> Model:
    return SHIPPED[provider, name]


def test_nothing_in_the_file_is_complained_of() -> None:
    models, wrong = read_rows(TOML, "shipped")
    assert wrong == []
    assert len(models) == len(SHIPPED)


def test_all_known_models_of_deepinfra_and_of_lava_are_there() -> None:
    assert sorted(TOML) == ["deepinfra", "lava"]
    assert sum(provider == "deepinfra" for provider, _ in SHIPPED) == 137
    assert sum(provider == "lava" for provider, _ in SHIPPED) == 47


def test_each_row_says_who_said_it_and_when() -> None:
    for provider, name in SHIPPED:
        head = table(TOML[provider])
        row = {**head, **table(head[name])}
        assert text(row["source"]), (provider, name)
        assert date(2026, 1, 1) <= date.fromisoformat(text(row["date"])) <= date(2026, 11, 21), (provider, name)
        assert shipped(provider, name).price_date == row["date"]


def test_each_row_has_prices_above_zero_that_fit_together() -> None:
    for model in SHIPPED.values():
        prices = model.prices
        assert prices.input is not None
        assert prices.output is not None
        assert prices.input > 0
        assert prices.output > 0
        assert prices.cache_read is None or 0 < prices.cache_read <= prices.input
        assert model.price_source == "shipped"
        assert ("cache" in model.flags) == (prices.cache_read is not None)


def test_no_answer_is_longer_than_the_context() -> None:
    for model in SHIPPED.values():
        assert model.max_output is None or (model.context is not None and model.max_output < model.context)


@pytest.mark.parametrize(
    ("provider", "name", "prices"),
    [
        ("deepinfra", "deepseek-ai/DeepSeek-V4.1-Flash", (140_000_000, 420_000_000, 4_200_000)),
        ("deepinfra", "deepseek-ai/DeepSeek-V3", (320_000_000, 890_000_000, None)),
        ("lava", "deepseek-ai/DeepSeek-V3", (380_000_000, 890_000_000, None)),
        ("lava", "meta-llama/Llama-3.2-3B-Instruct", (3_000_000, 6_000_000, None)),
        ("deepinfra", "MiniMaxAI/MiniMax-M2.5", (150_000_000, 1_150_000_000, 30_000_000)),
    ],
)
def test_prices_are_the_sources_to_the_last_digit(provider: str, name: str, prices: tuple[int | None, ...]) -> None:
    found = shipped(provider, name).prices
    assert (found.input, found.output, found.cache_read) == prices
