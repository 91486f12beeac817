"""The catalogue as it is shown: filtered, sorted, as rows and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal, assert_never

from deepchat.catalog.model import Flag, Model
from deepchat.conversation.usage import dollars

Sort = Literal["price", "context", "name"]

COLUMNS: Final = ("model", "provider", "context", "$ in", "$ out", "$ cached", "can", "prices")
"""The heads of `table_row`; prices are USD per million tokens."""


def select(models: Iterable[Model], words: str = "", flags: Collection[Flag] = (), sort: Sort = "name") -> list[Model]:
    """The models whose id holds all the words and that have all the flags.

    Cheapest first, or largest context first, or by name; what isn't known comes last.
    """

    def order(model: Model) -> tuple[bool, int, str, str]:
        name = model.id.casefold()
        match sort:
            case "price":
                prices = (model.prices.input, model.prices.output)
                return None in prices, sum(price or 0 for price in prices), name, model.provider
            case "context":
                return model.context is None, -(model.context or 0), name, model.provider
            case "name":
                return False, 0, name, model.provider
            case _:
                assert_never(sort)

    return sorted((model for model in models if holds(model, words) and model.flags.issuperset(flags)), key=order)


def holds(model: Model, words: str) -> bool:
    """Whether each of the words is a part of the model's id, in whatever case."""
    name = model.id.casefold()
    return all(word in name for word in words.casefold().split())


def table_row(model: Model) -> tuple[str, ...]:
    """A model in words for a table; what isn't known is "?"."""
    prices = model.prices
    told = f"{model.price_source} {model.price_date}".strip()
    return (
        model.id,
        model.provider,
        "?" if model.context is None else f"{model.context:,}",
        *(_usd(price) or "?" for price in (prices.input, prices.output, prices.cache_read)),
        " ".join(sorted(model.flags)),
        told,
    )


def as_json(model: Model) -> dict[str, object]:
    """A model in the shape that `deepchat models --json` promises: prices as decimal strings, unknown as null."""
    return {
        "id": model.id,
        "provider": model.provider,
        "context": model.context,
        "max_output": model.max_output,
        "input": _usd(model.prices.input),
        "output": _usd(model.prices.output),
        "cache_read": _usd(model.prices.cache_read),
        "flags": sorted(model.flags),
        "price_source": model.price_source,
        "price_date": model.price_date or None,
    }


def _usd(nano_per_million: int | None) -> str | None:
    return None if nano_per_million is None else dollars(nano_per_million)
