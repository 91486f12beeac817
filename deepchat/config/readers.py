"""What values a setting may have: a reader takes anything and gives the value, or ValueError with what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from deepchat.secret import Secret, remember

if TYPE_CHECKING:
    from decimal import Decimal

NANO_PER_DOLLAR: Final = 1_000_000_000
MOST_DOLLARS: Final = 1_000_000
_DEEPEST: Final = 32
"""Tables and lists within each other, in what is sent along."""
_LARGEST_WHOLE: Final = 1 << 64
_NO_TEXT: Final = "[\\0\\ud800-\\udfff]"
_VARIABLE: Final = r"[A-Z_][A-Z0-9_]{0,99}"
_HEADER_NAME: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"
_HEADER_VALUE: Final = r"[!-~]([ -~]{0,4000}[!-~])?"
_OUR_HEADERS: Final = {"authorization", "content-length", "content-type", "host", "transfer-encoding", "connection"}
_CONFIDENTIAL: Final = r"(?i)key|token|secret|auth|password|cookie"


def text(value: object) -> str:
    if isinstance(value, str) and not re.search(_NO_TEXT, value):
        return value
    raise ValueError("must be a text in quotes")


def word(value: object) -> str:
    found = text(value).strip()
    if found and found.isprintable():
        return found
    raise ValueError("must be a text in quotes, on one line and not empty")


def flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise ValueError(f"must be a whole number from {least:,} to {most:,}")

    return read


def number(least: float, most: float, *, above: bool = False) -> Callable[[object], float]:
    """A number in this range; with `above`, the least itself is outside."""

    def read(value: object) -> float:
        found = _plain_number(value)
        if found is not None and (least < found if above else least <= found) and found <= most:
            return float(found)
        raise ValueError(f"must be a number {f'above {least:g} up' if above else f'from {least:g}'} to {most:g}")

    return read


def one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise ValueError(f"must be one of {', '.join(words)}")

    return read


def dollars(value: object) -> int:
    """Nano-dollars, exactly."""
    from decimal import Decimal, InvalidOperation

    if isinstance(value, str):
        try:
            value = Decimal(value.strip().removeprefix("$"))
        except InvalidOperation:
            raise ValueError("must be an amount of dollars, such as 0.50") from None
    found = _plain_number(value)
    if found is None or not 0 < found <= MOST_DOLLARS:
        raise ValueError(f"must be an amount of dollars above 0, at most {MOST_DOLLARS:,}")
    nano = found * NANO_PER_DOLLAR
    if nano != int(nano):
        raise ValueError("must be an amount of dollars with at most 9 decimals")
    return int(nano)


def dollars_shown(nano: int) -> str:
    from decimal import Decimal

    return f"{Decimal(nano).scaleb(-9).normalize():f}"


def _plain_number(value: object) -> Decimal | None:
    from decimal import Decimal

    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return found if found.is_finite() else None


def words(value: object) -> tuple[str, ...]:
    return tuple(word(one) for one in _list(value))


def names(value: object) -> tuple[str, ...]:
    """Words without blanks, as a list or in one text with commas or blanks between them."""
    found = value.replace(",", " ").split() if isinstance(value, str) else words(value)
    if any(len(one.split()) != 1 for one in found):
        raise ValueError('must be a list of names, such as ["time", "calculator"]')
    return tuple(dict.fromkeys(found))


def some_of(*known: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if unknown := [one for one in names(value) if one not in known]:
            raise ValueError(f"names {unknown[0]!a}, but can only name some of: {', '.join(known)}")
        return names(value)

    return read


def folder(value: object) -> Path:
    found = Path(word(value)).expanduser() if word(value).startswith("~/") else Path(word(value))
    if found.is_absolute() and found.is_dir():
        return found
    raise ValueError("must be the whole path of a folder that is there")


def variables(value: object) -> tuple[str, ...]:
    """Names of environment variables; a key that was put there by mistake is no name."""
    found = [value] if isinstance(value, str) else _list(value)
    if all(isinstance(one, str) and re.fullmatch(_VARIABLE, one) for one in found):
        return tuple(cast("list[str]", found))
    for one in found:
        if isinstance(one, str):
            remember(one)
    raise ValueError("must be the name of an environment variable in capitals, never a key itself")


def command(value: object) -> tuple[str, ...]:
    """A program with its arguments; a path that depends on the working directory is none."""
    found = words(value)
    if found and ("/" not in found[0] or found[0].startswith("/")):
        return found
    raise ValueError('must be a list such as ["pass", "show", "work-llm"], its program by name or by its whole path')


def command_shown(command: Sequence[str]) -> str:
    """The program alone: an argument may be a key, so they are only counted."""
    if not command:
        return ""
    more = len(command) - 1
    return f"{command[0]} … ({more} argument{'' if more == 1 else 's'})" if more else command[0]


def file(value: object) -> Path:
    found = Path(word(value)).expanduser() if word(value).startswith("~/") else Path(word(value))
    if found.is_absolute() and found.is_file():
        return found
    raise ValueError("must be the whole path of a file that is there")


def table(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    raise ValueError("must be a table, such as { name = 1 }")


def fields(value: object) -> Mapping[str, object]:
    """A table that can be sent as JSON."""
    return {name: _as_json(one, _DEEPEST) for name, one in table(value).items()}


def _as_json(value: object, depth: int) -> object:
    from decimal import Decimal

    match value:
        case bool() | str():
            return value
        case int() if abs(value) < _LARGEST_WHOLE:
            return value
        case Decimal() if value.is_finite():
            return float(value)
        case list() if depth:
            return [_as_json(one, depth - 1) for one in cast("list[object]", value)]
        case dict() if depth:
            return {name: _as_json(one, depth - 1) for name, one in cast("dict[str, object]", value).items()}
        case _:
            raise ValueError("must hold only what JSON has: texts, numbers, true and false, lists and tables of these")


def headers(value: object) -> Mapping[str, str]:
    """Headers to send along; what they hold may be a secret, so it is treated as one where the name says so."""
    found: dict[str, str] = {}
    for name, content in table(value).items():
        if (
            not re.fullmatch(_HEADER_NAME, name)
            or not isinstance(content, str)
            or not re.fullmatch(_HEADER_VALUE, content)
        ):
            raise ValueError('must be a table of names and plain texts, such as { X-Team = "research" }')
        if name.lower() in _OUR_HEADERS:
            raise ValueError(f"can't set {name}: DeepChat does, and keys go into key_env")
        if is_confidential(name):
            remember(content)
        found[name] = content
    return found


def is_confidential(name: str) -> bool:
    """Whether what is called so is likely to be a secret."""
    return bool(re.search(_CONFIDENTIAL, name))


def secret(value: object) -> Secret:
    return Secret(word(value))


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return cast("list[object]", value)
    raise ValueError('must be a list of texts, such as ["one", "two"]')
