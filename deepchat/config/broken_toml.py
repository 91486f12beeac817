"""Reads a TOML text that has faults so that one broken line costs one line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from deepchat.config.toml_lines import may_be_header, names_in, statements
from deepchat.config.toml_text import NO_TEXT, parse_bytes, parse_toml, plain

_MOST_REPAIRS: Final = 20
_PLACE: Final = r" \(at (?:line (\d+), column \d+|end of document)\)$"
_IN_OUR_WORDS: Final = {
    "Cannot": "it was said before",
    "Duplicate": "it was said before",
    "Unclosed": "a bracket is not closed",
    "Expected ']": "a ] is missing",
    "Expected '='": "there is no = behind the name",
    "Expected newline": "something stands behind its end",
    "Expected": "a quote is not closed",
    "Unterminated": "a quote is not closed",
    "Unescaped": "a backslash in a text must be doubled",
    "Escaped": "a backslash in a text makes no character",
    "Invalid hex": "a backslash in a text makes no character",
    "Illegal character '\\n'": "a quote is not closed",
    "Illegal": "it has a character that can't stand there",
    "Found invalid": "it has a character that can't stand there",
    "Invalid initial": "it does not begin with a name",
    "Invalid date": "there is no such date",
    "Invalid value": "it has no value, or a text without quotes",
}
"""What the parser says, by how that begins."""
_ANY_FAULT: Final = "it is not TOML"


@dataclass(frozen=True, slots=True)
class Fault:
    """Lines that can't be used."""

    line: int
    """The first of them."""
    message: str
    about: tuple[tuple[str, ...], ...]
    """The names that stand in them, as `names_in` tells them."""


def read_sound_lines(text: str) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    """Of a text with faults what `files.read_lines` promises of any."""
    lines = plain(text).split("\n")
    faults: list[Fault] = []
    previous = -1
    for repairs_left in range(_MOST_REPAIRS, 0, -1):
        good = "\n".join(lines)
        try:
            return parse_bytes(good), tuple(faults)
        except tomllib.TOMLDecodeError as error:
            said, broken = _broken_lines(good, str(error))
        except ValueError:
            said, broken = "a value is too large or too deep", _lines_too_much(good)
        if repairs_left == 1:
            # The parser stops at the first fault, so what stands before it is sound.
            said, broken = "too many lines are broken", range(broken.start, len(lines) + 1)
        about = names_in(good, broken)
        if broken.start > previous + 1 or "=" in lines[broken.start - 1] or len(broken) > 1:
            faults.append(Fault(broken.start, _words(said, broken), about))
        else:
            faults[-1] = replace(faults[-1], about=faults[-1].about + about)
        previous = broken[-1]
        for number in broken:
            lines[number - 1] = ""
    return parse_bytes("\n".join(lines)), tuple(faults)


def _words(said: str, broken: range) -> str:
    return f"{said}; " + ("it is not used" if len(broken) == 1 else f"lines {broken[0]} to {broken[-1]} are not used")


def _broken_lines(text: str, message: str) -> tuple[str, range]:
    """What is wrong, and the lines to leave out.

    A line that may be a table's header takes its table with it: else its keys would count for the table before,
    and one provider's address for another one's key.
    """
    lines = text.split("\n")
    after = len(lines) + 1
    said = next((ours for theirs, ours in _IN_OUR_WORDS.items() if message.startswith(theirs)), _ANY_FAULT)
    all_of_them = list(statements(text))
    place = re.search(_PLACE, message)
    at = int(place[1]) if place and place[1] else max((one.last_line for one in all_of_them), default=len(lines))
    broken = next((one for one in all_of_them if one.line <= at <= one.last_line), None)
    if re.search(NO_TEXT, "".join(lines[broken.line - 1 : broken.last_line] if broken else lines[at - 1 : at])):
        said = "it is not UTF-8 text"
    if broken is None:
        return said, range(at, at + 1)
    if broken.is_header or may_be_header(lines[broken.line - 1]):
        headers = (one.line for one in all_of_them if one.is_header and one.line > broken.line)
        return said, range(broken.line, next(headers, after))
    if broken.closed:
        return said, range(broken.line, broken.last_line + 1)
    if text.startswith(('"""', "'''"), broken.start):
        return said, range(broken.line, after)
    return said, range(broken.line, broken.line + 1)


def _lines_too_much(text: str) -> range:
    """The lines of the value that the parser gives up on."""
    for one in statements(text):
        try:
            parse_toml(f"value = {text[one.start : one.end]}")
        except tomllib.TOMLDecodeError:
            continue
        except ValueError:
            return range(one.line, (one.last_line if one.closed else one.line) + 1)
    return range(1, text.count("\n") + 2)
