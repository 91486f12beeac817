"""Where each statement of a TOML text stands, found without understanding its values, so that broken texts work too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r"|(?P<unclosed>(?:\"\"\"|''').*)"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<end>\n)"
    r"|[^\"'#\[\]{}\n]+"
    r"|.",
    re.DOTALL,
)
_BLANK: Final = re.compile(r"(?:[ \t\n]|\r\n|#[^\n]*)*")
_MOST_REMEMBERED: Final = 4096
"""Names: one text is looked through once for each of its faults."""
_MAYBE_A_HEADER: Final = r"""\s*(?:\[|[A-Za-z][\w"' -]*[.\]][\w"'. -]*\]?\s*(?:#|$))"""
_WORD: Final = r"[\w-]+"
_KEY: Final = re.compile(r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^"'=\n\#])+(?==)""")


@dataclass(frozen=True, slots=True)
class Statement:
    """A table's header, or a key with its value, or a line that is neither."""

    path: tuple[str, ...]
    """The whole dotted name, tables included; empty when it can't be told or is inside an array of tables."""
    is_header: bool
    line: int
    """The first line, counted from 1."""
    last_line: int
    start: int
    """Where the value begins in the text; of a header, the header."""
    end: int
    """Where it ends, before the comment behind it."""
    closed: bool
    """Every string and bracket that it opens is closed again."""


def statements(text: str) -> Iterator[Statement]:
    """Every statement of the text, in order."""
    table: tuple[str, ...] | None = ()
    at, line = len(text) - len(text.removeprefix("\ufeff")), 1
    while True:
        blank = _BLANK.match(text, at)
        start = blank.end() if blank else at
        if start == len(text):
            return
        line += text.count("\n", at, start)
        if text[start] == "[":
            statement = _header(text, start, line)
            table = None if text.startswith("[[", start) else statement.path or None
        else:
            statement = _assignment(text, start, line, table)
        yield statement
        at, line = statement.end, statement.last_line


def names_in(text: str, lines: range) -> tuple[tuple[str, ...], ...]:
    """What the statements that begin in these lines are about, as dotted names, as well as that can be told.

    The name of a key that can't be read ends with ""; that of such a header is ().
    """
    rows = text.split("\n")
    found: list[tuple[str, ...]] = []
    table: tuple[str, ...] = ()
    lost_header = False
    for one in statements(text):
        row = rows[one.line - 1]
        is_header = one.is_header or may_be_header(row)
        names = one.path if one.path and not lost_header else _names_on(row, table, is_header=is_header)
        if is_header:
            table, lost_header = names, not one.is_header
        if one.line in lines:
            found.append(names)
        if not one.closed:
            # Nobody knows where it was to end: any line behind it may be one of its own.
            behind = (rows[number - 1] for number in lines if number > one.line)
            found += [_names_on(row, table, is_header=may_be_header(row)) for row in behind if row.strip()]
            break
    return tuple(found)


def may_be_header(row: str) -> bool:
    """Whether a line may have been meant as a table's header."""
    return "=" not in row and bool(re.match(_MAYBE_A_HEADER, row))


def _names_on(row: str, table: tuple[str, ...], *, is_header: bool) -> tuple[str, ...]:
    if is_header:
        return tuple(re.findall(_WORD, row.partition("#")[0]))
    head, equals, _ = row.partition("=")
    words = re.sub(r"[^\w.-]", "", head) if equals else "".join(re.findall(rf"^[\s\"']*({_WORD})", head))
    return (*table, *words.split("."))


def _header(text: str, start: int, line: int) -> Statement:
    end = _line_end(text, start)
    return Statement(_names(text[start:end].strip()), True, line, line, start, end, True)


def _assignment(text: str, start: int, line: int, table: tuple[str, ...] | None) -> Statement:
    key = _KEY.match(text, start)
    if key is None:
        return Statement((), False, line, line, start, _line_end(text, start), True)
    value = key.end() + 1
    end, closed = _value_end(text, value)
    names = _names(f"{key[0]}= 0")
    path = (*table, *names) if table is not None and names else ()
    value += len(text[value:end]) - len(text[value:end].lstrip())
    return Statement(path, False, line, line + text.count("\n", start, end), value, end, closed)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _value_end(text: str, at: int) -> tuple[int, bool]:
    depth, end = 0, at
    for token in _TOKEN.finditer(text, at):
        match token.lastgroup:
            case "unclosed":
                return token.end(), False
            case "comment":
                continue
            case "end" if depth <= 0:
                break
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case _:
                pass
        if not token[0].isspace():
            end = token.end() - (len(token[0]) - len(token[0].rstrip()))
    return end, depth == 0


@lru_cache(_MOST_REMEMBERED)
def _names(statement: str) -> tuple[str, ...]:
    """The parts of a dotted name, by the real parser; empty when it is none."""
    try:
        found: object = tomllib.loads(statement)
    except ValueError:
        return ()
    names: list[str] = []
    while isinstance(found, dict) and found:
        ((name, found),) = cast("dict[str, object]", found).items()
        names.append(name)
    return tuple(names)
