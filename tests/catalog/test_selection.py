"""The catalogue is filtered, sorted and shown as promised."""

from __future__ import annotations

import json

import pytest

from deepchat.catalog.model import Flag, Model, Prices
from deepchat.catalog.selection import COLUMNS, Sort, as_json, select, table_row

DEAR = Model("acme/Dear", "work", context=1000, prices=Prices(10, 20), flags=frozenset({"vision", "tools"}))
CHEAP = Model("acme/cheap", "work", context=500, prices=Prices(10, 5), flags=frozenset({"tools"}))
HALF = Model("zen/half", "work", context=2000, prices=Prices(1, None))
BARE = Model("acme/bare", "work")
FREE = Model("acme/free", "home", prices=Prices(0, 0))
ALL = (HALF, DEAR, BARE, FREE, CHEAP)


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("price", ["acme/free", "acme/cheap", "acme/Dear", "acme/bare", "zen/half"]),
        ("context", ["zen/half", "acme/Dear", "acme/cheap", "acme/bare", "acme/free"]),
        ("name", ["acme/bare", "acme/cheap", "acme/Dear", "acme/free", "zen/half"]),
    ],
)
def test_the_best_comes_first_and_the_unknown_last(sort: Sort, ids: list[str]) -> None:
    assert [model.id for model in select(ALL, sort=sort)] == ids
    assert [model.id for model in select(reversed(ALL), sort=sort)] == ids


@pytest.mark.parametrize(
    ("words", "flags", "ids"),
    [
        ("", (), ["acme/bare", "acme/cheap", "acme/Dear", "acme/free", "zen/half"]),
        ("DEAR", (), ["acme/Dear"]),
        ("  e  ACME ", (), ["acme/bare", "acme/cheap", "acme/Dear", "acme/free"]),
        ("acme zen", (), []),
        ("", ("tools",), ["acme/cheap", "acme/Dear"]),
        ("", ("tools", "vision"), ["acme/Dear"]),
        ("cheap", ("vision",), []),
    ],
)
def test_all_words_and_all_flags_must_fit(words: str, flags: tuple[Flag, ...], ids: list[str]) -> None:
    assert [model.id for model in select(ALL, words, flags)] == ids


def test_json_has_prices_as_decimal_strings_of_dollars_for_a_million_tokens() -> None:
    model = Model(
        "acme/m",
        "work",
        context=8192,
        max_output=4096,
        prices=Prices(380_000_000, 10_000_000_000, 4_200_000),
        flags=frozenset({"vision", "json"}),
        price_source="shipped",
        price_date="2026-11-21",
    )
    assert json.loads(json.dumps(as_json(model))) == {
        "id": "acme/m",
        "provider": "work",
        "context": 8192,
        "max_output": 4096,
        "input": "0.38",
        "output": "10.00",
        "cache_read": "0.0042",
        "flags": ["json", "vision"],
        "price_source": "shipped",
        "price_date": "2026-11-21",
    }
    assert table_row(model) == (
        *("acme/m", "work", "8,192", "0.38", "10.00", "0.0042", "json vision", "shipped 2026-11-21"),
    )


def test_what_is_not_known_is_null_in_json_and_a_question_mark_in_the_table() -> None:
    shown = as_json(BARE)
    assert [name for name, value in shown.items() if value is None] == [
        *("context", "max_output", "input", "output", "cache_read", "price_date"),
    ]
    assert (shown["flags"], shown["price_source"]) == ([], "unknown")
    assert table_row(BARE) == ("acme/bare", "work", "?", "?", "?", "?", "", "unknown")
    assert len(table_row(BARE)) == len(COLUMNS)


def test_nothing_is_not_unknown() -> None:
    assert (as_json(FREE)["input"], table_row(FREE)[3]) == ("0.00", "0.00")
