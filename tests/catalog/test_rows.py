"""Rows are read field by field, and what can't be used is named."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.catalog.model import Model, Prices
from deepchat.catalog.rows import read_rows
from tests.catalog.hostile import JSON, entries

FIELDS = "context max_output input output cache_read priority_percent flex_percent flags description date more"


def read(toml: str) -> tuple[list[Model], list[str]]:
    models, wrong = read_rows(tomllib.loads(toml), "user")
    return models, [f"{'.'.join(each.names)}: {each.message}" for each in wrong]


def test_a_row_says_what_a_model_costs_and_can() -> None:
    models, wrong = read(
        """
        [work]
        source = "the contract"
        date = 2026-11-21
        "acme/m" = { context = 8192, max_output = 99, input = 0.38, output = "0.89", cache_read = 0.2, flags = "tools" }
        "acme/n" = { input = 1, output = 2, priority_percent = 200, flex_percent = 50, date = "2026-01-01" }
        [work."acme/o"]
        flags = ["vision", "json"]
        description = "Has no price."
        replaced_by = "acme/m"
        """
    )
    assert wrong == []
    assert models == [
        Model(
            "acme/m",
            "work",
            context=8192,
            max_output=99,
            prices=Prices(380_000_000, 890_000_000, 200_000_000),
            flags=frozenset({"tools", "cache"}),
            price_source="user",
            price_date="2026-11-21",
        ),
        Model(
            "acme/n",
            "work",
            prices=Prices(10**9, 2 * 10**9, priority_percent=200, flex_percent=50),
            price_source="user",
            price_date="2026-01-01",
        ),
        Model(
            "acme/o",
            "work",
            flags=frozenset({"vision", "json"}),
            replaced_by="acme/m",
            description="Has no price.",
        ),
    ]


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ("input = -1", "work.m.input: input is no price"),
        ('output = "cheap"', "work.m.output: output is no price"),
        ("cache_read = nan", "work.m.cache_read: cache_read is no price"),
        ("context = 0", "work.m.context: context is no whole number"),
        ("max_output = true", "work.m.max_output: max_output is no whole number"),
        ('flags = "clever"', "work.m.flags: flags may name vision, tools"),
        ("flags = [1]", "work.m.flags: flags may name vision, tools"),
        ("contxt = 5", "work.m.contxt: contxt is unknown: a model has context"),
    ],
)
def test_a_field_that_can_not_be_used_is_named_and_the_others_are_used(field: str, complaint: str) -> None:
    [model], [wrong] = read(f"[work.m]\npriority_percent = 170\n{field}")
    assert wrong.startswith(complaint)
    assert model == Model("m", "work", prices=Prices(priority_percent=170))


def test_what_is_no_table_or_no_model_is_named() -> None:
    models, wrong = read('provider = "work"\n[empty]\n[work]\n"" = { input = 1 }\nm = 5\nn = { context = 5 }')
    assert [model.id for model in models] == ["n"]
    assert wrong == [
        "provider: is not a table of models",
        "empty: is not a table of models",
        "work.: is not a model",
        "work.m: is not a model",
    ]


def test_a_model_may_be_called_like_a_field() -> None:
    models, wrong = read("[work]\nsource = { input = 1 }\ndate = { input = 2 }")
    assert ([model.id for model in models], wrong) == (["source", "date"], [])


@given(JSON, st.lists(JSON | entries(FIELDS), max_size=3))
def test_no_table_can_raise(section: object, rows: list[object]) -> None:
    values = {"odd": section, "work": {f"m{number}": row for number, row in enumerate(rows)}}
    models, _ = read_rows(values, "user")
    assert all(model.id and model.context != 0 for model in models)


def test_a_date_is_kept_only_with_a_price() -> None:
    models, _ = read_rows({"work": {"date": date(2026, 1, 1), "m": {"context": 5}}}, "user")
    assert models == [Model("m", "work", context=5)]
