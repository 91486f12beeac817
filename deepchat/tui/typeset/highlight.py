"""Code -> coloured code, one line at a time, going on where the line before ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST_LINE: Final = 1000
"""A longer line is data: it stays plain, and no expression gets lost in it."""
_MOST_STANDSTILLS: Final = 50
"""So often may rules follow each other without reading on; then they run in a circle."""
_MOST_STATES: Final = 500
"""Nested so deep, no code is worth its colours."""
_FAILURES: Final = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, re.error)
"""What a lexer that fails may raise."""

_STYLES: Final = (
    ("Comment.Preproc", "code.keyword"),
    ("Comment", "code.comment"),
    ("Keyword.Type", "code.type"),
    ("Keyword", "code.keyword"),
    ("Literal.Number", "code.number"),
    ("Literal", "code.string"),
    ("Name.Function", "code.name"),
    ("Name.Class", "code.name"),
    ("Name.Decorator", "code.name"),
    ("Name.Builtin", "code.type"),
    ("Name.Exception", "code.type"),
    ("Name.Tag", "code.keyword"),
    ("Name.Attribute", "code.name"),
    ("Name.Constant", "code.number"),
    ("Operator.Word", "code.keyword"),
    ("Operator", "code.operator"),
    ("Generic.Deleted", "code.removed"),
    ("Generic.Inserted", "code.added"),
    ("Generic.Heading", "code.name"),
    ("Generic.Subheading", "code.name"),
    ("Generic.Error", "code.error"),
    ("Generic.Traceback", "code.error"),
    ("Generic.Prompt", "code.comment"),
)

Kind = tuple[str, ...]
"""A kind of token: the names of its line of descent."""
_COMMENT: Final[Kind] = ("Comment",)
_STRING: Final[Kind] = ("Literal", "String")
Matcher = Callable[[str, int], "re.Match[str] | None"]
Action = Kind | Callable[["Lexer", "re.Match[str]"], Iterator[tuple[int, Kind, str]]] | None
Rule = tuple[Matcher, Action, object]
Rules = dict[str, list[Rule]]


class Highlighter:
    """Colours the lines of one block, in their order."""

    def __init__(self, language: str) -> None:
        self._lexer = _lexer(language)
        self._states: tuple[str, ...] = ("root",)
        self._in_comment = False

    def copy(self) -> Highlighter:
        """One that may go another way."""
        return copy(self)

    def line(self, text: str) -> list[tuple[str, str]]:
        """The pieces of the next line, and their styles; together they are the line."""
        if self._lexer is None or len(text) > LONGEST_LINE:
            return [(text, "code.text")]
        try:
            tokens = list(self._line(self._lexer, text))
        except _FAILURES:
            self._lexer = None
            return [(text, "code.text")]
        pieces: list[tuple[str, str]] = []
        for kind, part in tokens:
            style = _style(kind)
            part = part.removesuffix("\n")
            if pieces and pieces[-1][1] == style:
                pieces[-1] = (pieces[-1][0] + part, style)
            elif part:
                pieces.append((part, style))
        return pieces if "".join([part for part, _ in pieces]) == text else [(text, "code.text")]

    def _line(self, lexer: Lexer, text: str) -> Iterator[tuple[Kind, str]]:
        rules = _rules(lexer)
        if rules is None:
            yield from ((kind, part) for kind, part in _whole(lexer, f"{text}\n"))
            return
        comment = ""
        if self._in_comment:
            comment, ended, text = text.partition("*/")
            comment += ended
            self._in_comment = not ended
            yield _COMMENT, comment
            if self._in_comment:
                return
        before = self._states
        tokens, self._states = _step(lexer, rules, before, f"{text}\n")
        opened = _open_comment(tokens) if _has_long_comments(lexer) else -1
        if opened >= 0:
            self._in_comment = True
            tokens, self._states = _step(lexer, rules, before, text[:opened])
            tokens.append((_COMMENT, text[opened:]))
        yield from tokens


def _step(
    lexer: Lexer, rules: Rules, states: tuple[str, ...], text: str
) -> tuple[list[tuple[Kind, str]], tuple[str, ...]]:
    """What the lexer's rules make of the text when they are in those states, and the states they end in."""
    tokens: list[tuple[Kind, str]] = []
    stack = list(states)
    at = standstills = 0
    while at < len(text) or standstills < 1:
        step = _first(rules[stack[-1]], text, at)
        if step is None:
            if at >= len(text):
                break
            if text[at] == "\n":
                stack = ["root"]
            tokens.append((("Text",), text[at]))
            at += 1
            continue
        found, action, target = step
        tokens.extend(_acted(lexer, action, found))
        standstills = standstills + 1 if found.end() == at else 0
        at = found.end()
        _go(stack, target)
        if standstills > _MOST_STANDSTILLS or len(stack) > _MOST_STATES:
            raise RuntimeError("a lexer runs in a circle")
    return tokens, tuple(stack)


def _first(rules: list[Rule], text: str, at: int) -> tuple[re.Match[str], Action, object] | None:
    """The first rule that has something to say there."""
    for matches, action, target in rules:
        found = matches(text, at)
        if found:
            return found, action, target
    return None


def _acted(lexer: Lexer, action: Action, found: re.Match[str]) -> Iterator[tuple[Kind, str]]:
    if isinstance(action, tuple):
        yield action, found.group()
    elif action is not None:
        yield from ((kind, part) for _, kind, part in action(lexer, found))


def _go(stack: list[str], target: object) -> None:
    """Changes the states as a rule says: names to push, or how many to leave."""
    if isinstance(target, int):
        del stack[max(1, len(stack) - abs(target)) :]
    elif isinstance(target, tuple):
        for each in cast("tuple[str, ...]", target):
            _go(stack, -1 if each == "#pop" else each)
    elif target == "#push":
        stack.append(stack[-1])
    elif isinstance(target, str):
        stack.append(target)


def _open_comment(tokens: list[tuple[Kind, str]]) -> int:
    """Where a comment begins that ends on no line so far; -1 when there is none."""
    text = "".join([part for _, part in tokens])
    opened = text.rfind("/*")
    if opened < 0 or text.find("*/", opened + 2) >= 0:
        return -1
    end = 0
    for kind, part in tokens:
        if end <= opened < end + len(part) and (kind[:2] == _STRING or (kind[:1] == _COMMENT and opened > end)):
            return -1
        end += len(part)
    return opened


@cache
def _has_long_comments(lexer: Lexer) -> bool:
    """Whether its rules read a comment of several lines at once, which they can't when they are shown one line."""
    tokens = _whole(lexer, "/* a\n b */\n")
    return bool(tokens) and tokens[0][0][:1] == _COMMENT and tokens[0][1].startswith("/* a\n")


@cache
def _style(kind: Kind) -> str:
    name = ".".join(kind)
    return next((style for start, style in _STYLES if f"{name}.".startswith(f"{start}.")), "code.text")


@cache
def _languages() -> frozenset[str]:
    """What pygments knows by itself: for any other name it looks through all installed packages, for 26 ms and 1.6 MB.

    Half the name of a language is such a name, and comes before the other half.
    """
    from pygments import lexers

    known = cast("Iterator[tuple[str, Sequence[str], object, object]]", lexers.get_all_lexers(plugins=False))
    return frozenset(name for _, names, _, _ in known for name in names)


@cache
def _lexer(language: str) -> Lexer | None:
    if not language or language.lower() not in _languages():
        return None
    from pygments import lexers
    from pygments.util import ClassNotFound

    named = cast("Callable[[str], Lexer]", lexers.get_lexer_by_name)
    try:
        return named(language)
    except (ClassNotFound, *_FAILURES):
        return None


@cache
def _rules(lexer: Lexer) -> Rules | None:
    """The table that the lexer works by, if it is one that can go on from line to line."""
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        return None
    # There is no public way to learn in which states a lexer ended.
    return cast("Rules", getattr(lexer, "_tokens", None))


def _whole(lexer: Lexer, text: str) -> list[tuple[Kind, str]]:
    found = cast("Iterator[tuple[int, Kind, str]]", lexer.get_tokens_unprocessed(text))
    return [(kind, part) for _, kind, part in found]
