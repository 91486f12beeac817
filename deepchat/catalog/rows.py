"""One model as a row of a models.toml or of a kept listing, there and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deepchat.catalog.fields import FLAGS, count, flags_of, items, line, model_id, table, text
from deepchat.catalog.model import Model, Prices, PriceSource
from deepchat.catalog.prices import is_priced, usd_to_nano
from deepchat.conversation.usage import dollars

_PRICES: Final = ("input", "output", "cache_read")
_COUNTS: Final = ("context", "max_output", "priority_percent", "flex_percent")
_TEXTS: Final = ("flags", "replaced_by", "description", "source", "date")
_FIELDS: Final = (*_COUNTS, *_PRICES, *_TEXTS)
_NO_FIELD: Final = f"is unknown: a model has {', '.join(_FIELDS)}"
_NO_PRICE: Final = "is no price in USD per million tokens"
_NO_COUNT: Final = "is no whole number above 0"
_NO_FLAG: Final = f"may name {', '.join(FLAGS)} only"
_USUAL: Final = Prices()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something in the rows that can't be used."""

    names: tuple[str, ...]
    """Where: provider, model, field."""
    message: str


def read_rows(values: Mapping[str, object], source: PriceSource) -> tuple[list[Model], list[Wrong]]:
    """The models of all providers' tables, each without the fields that can't be used, and what those were."""
    models: list[Model] = []
    wrong: list[Wrong] = []
    for provider, section in values.items():
        rows = table(section)
        if not rows:
            wrong.append(Wrong((provider,), "is not a table of models"))
        head = {key: rows[key] for key in ("source", "date") if key in rows and not isinstance(rows[key], dict)}
        for name, row in rows.items():
            if name in head:
                continue
            if not model_id(name) or not table(row):
                wrong.append(Wrong((provider, name), "is not a model"))
                continue
            models.append(_read_row(name, provider, {**head, **table(row)}, source, wrong))
    return models, wrong


def _read_row(name: str, provider: str, row: Mapping[str, object], source: PriceSource, wrong: list[Wrong]) -> Model:
    nano = {key: usd_to_nano(row[key]) for key in _PRICES if key in row}
    counts = {key: count(row[key]) for key in _COUNTS if key in row}
    flags = row.get("flags", "")
    words = flags.split() if isinstance(flags, str) else items(flags)
    prices = Prices(
        nano.get("input"),
        nano.get("output"),
        nano.get("cache_read"),
        counts.get("priority_percent") or _USUAL.priority_percent,
        counts.get("flex_percent") or _USUAL.flex_percent,
    )

    faults = {key: _NO_FIELD for key in row if key not in _FIELDS}
    faults |= {key: _NO_PRICE for key, price in nano.items() if price is None}
    faults |= {key: _NO_COUNT for key, number in counts.items() if number is None}
    if any(word not in FLAGS for word in words):
        faults["flags"] = _NO_FLAG
    wrong.extend(Wrong((provider, name, key), f"{key} {fault}") for key, fault in faults.items())
    return Model(
        id=name,
        provider=provider,
        context=counts.get("context"),
        max_output=counts.get("max_output"),
        prices=prices,
        flags=flags_of(words, prices),
        price_source=source if is_priced(prices) else "unknown",
        price_date=_date(row.get("date")) if is_priced(prices) else "",
        replaced_by=model_id(row.get("replaced_by")),
        description=line(row.get("description")),
    )


def write_row(model: Model) -> dict[str, object]:
    """The row that is read as this model again, but for the source and the date of its prices."""
    prices = model.prices
    row: dict[str, object] = {
        "context": model.context,
        "max_output": model.max_output,
        "input": _usd(prices.input),
        "output": _usd(prices.output),
        "cache_read": _usd(prices.cache_read),
        "priority_percent": prices.priority_percent,
        "flex_percent": prices.flex_percent,
        "flags": " ".join(sorted(model.flags)),
        "replaced_by": model.replaced_by,
        "description": model.description,
    }
    return {key: value for key, value in row.items() if value not in (None, "")}


def _usd(nano: int | None) -> str | None:
    return None if nano is None else dollars(nano)


def _date(value: object) -> str:
    """A date written as a TOML date or as a string."""
    return value.isoformat()[:10] if isinstance(value, dt.date) else text(value)
