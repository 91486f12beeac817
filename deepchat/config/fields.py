"""A setting is a dataclass field with its own default, reader and line of help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from deepchat.config import readers
from deepchat.config.toml_text import parse_toml

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    D = TypeVar("D", bound=DataclassInstance)

T = TypeVar("T")
Reader = Callable[[object], T]
"""Takes what stood in a file or on the command line; raises ValueError with what it must be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as data."""

    key: str
    """Its dotted name in config.toml."""
    default: object
    about: str
    """One line of help."""
    read: Reader[object]
    example: str
    """A value to show in the default file, as TOML, when the default itself can't be written."""

    def shown(self) -> str:
        """The default in a few words that hold no secret."""
        match self.default:
            case None:
                return ""
            case bool():
                return str(self.default).lower()
            case int() if self.read is readers.dollars:
                return readers.dollars_shown(self.default)
            case float():
                return f"{self.default:g}"
            case tuple():
                texts = cast("tuple[str, ...]", self.default)
                return readers.command_shown(texts) if self.read is readers.command else ", ".join(texts)
            case str() | int() | Path():
                return str(self.default)
            case _:
                return "(set)"


def setting(default: T, about: str, read: Reader[T], example: str = "") -> T:
    """A field of a dataclass that can be set."""
    return field(default_factory=lambda: default, metadata={"setting": (about, read, example)})


def settings_of(start: DataclassInstance, prefix: str = "") -> Iterator[Setting]:
    """Every setting of a dataclass with its current value as the default; a field that is a dataclass is a table."""
    for one in fields(start):
        value = cast("object", getattr(start, one.name))
        if "setting" in one.metadata:
            about, read, example = cast("tuple[str, Reader[object], str]", one.metadata["setting"])
            yield Setting(prefix + one.name, value, about, read, example)
        elif hasattr(value, "__dataclass_fields__"):
            yield from settings_of(cast("DataclassInstance", value), f"{one.name}.")


def with_values(start: D, found: Mapping[str, object]) -> D:
    """The same with these settings changed, by their dotted names."""
    changes: dict[str, object] = {}
    for key, value in found.items():
        table, dot, name = key.partition(".")
        inner = cast("DataclassInstance", changes.get(table, getattr(start, table)) if dot else start)
        changes[table] = with_values(inner, {name: value}) if dot else value
    return replace(start, **changes)


def understand(one: Setting, value: object) -> object:
    """What the setting becomes; ValueError says what it must be.

    A text counts for the TOML that it spells (0.5, true, ["a"]) where the setting can take that, else for itself.
    """
    return _understand(one, value)[0]


def spell(one: Setting, value: object) -> tuple[object, str]:
    """The same, and how TOML spells it."""
    found, is_toml = _understand(one, value)
    if isinstance(value, str):
        return found, value.strip() if is_toml else quoted(value)
    return found, ""


def _understand(one: Setting, value: object) -> tuple[object, bool]:
    """What it becomes, and whether for the TOML that it spells."""
    if isinstance(value, str):
        spelled = as_toml(value)
        if spelled is not None and not isinstance(spelled, str):
            with suppress(ValueError):
                return one.read(spelled), True
    return one.read(value), False


def as_toml(text: str) -> object | None:
    """The value that a line of TOML spells, or None."""
    if "\n" in text or "\r" in text:
        return None
    try:
        return parse_toml(f"value = {text}")["value"]
    except ValueError:
        return None


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)`, or nothing when no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
