"""One field of a row from outside: its value, or nothing when it can't be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast, get_args

from deepchat.catalog.model import Flag, Prices

FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)
LONGEST_ID: Final = 256
LONGEST_DESCRIPTION: Final = 300
"""In characters."""
MOST_MODELS: Final = 10_000
"""Of one provider; the rest of a longer list is not looked at."""

_MOST_TOKENS: Final = 1_000_000_000
_NOTHING: Final[Mapping[str, object]] = {}


def table(value: object) -> Mapping[str, object]:
    """A JSON or TOML table; an empty one for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else _NOTHING


def items(value: object) -> list[object]:
    """A list, as long as we are willing to read; an empty one for anything else."""
    return cast("list[object]", value)[:MOST_MODELS] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string; empty for anything else."""
    return value if isinstance(value, str) else ""


def model_id(value: object) -> str:
    """A name that a model can have; empty for what is too long, or could not be shown or typed."""
    name = text(value)
    return name if len(name) <= LONGEST_ID and name.isprintable() and name == name.strip() else ""


def line(value: object) -> str:
    """A description as one line, not too long; empty for anything else."""
    return " ".join(text(value)[: 4 * LONGEST_DESCRIPTION].split())[:LONGEST_DESCRIPTION].rstrip()


def count(value: object) -> int | None:
    """A whole number of tokens, or of percent, above 0; None for anything else."""
    match value:
        case bool():
            return None
        case int() if 0 < value <= _MOST_TOKENS:
            return value
        case float() if 0 < value <= _MOST_TOKENS and value.is_integer():
            return int(value)
        case _:
            return None


def first_count(*values: object) -> int | None:
    """The first of the values that is such a number."""
    return next((number for value in values if (number := count(value)) is not None), None)


def flags_of(words: Iterable[object], prices: Prices) -> frozenset[Flag]:
    """The words that are flags; a price for cached tokens says by itself that there is a cache."""
    said = ["" if prices.cache_read is None else "cache", *words]
    return frozenset(flag for flag in FLAGS if flag in said)
