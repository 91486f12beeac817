"""Where each statement of a TOML text stands, found without understanding its values, so that broken texts work too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
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
