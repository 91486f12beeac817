"""What stands inside a block -> runs of text: emphasis, code, links, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from deepchat.tui.typeset.simple import spans_of
from deepchat.tui.typeset.styled import Run, Styled

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_STYLE_OF: Final = {"em_open": "em", "strong_open": "strong", "s_open": "strike", "link_open": "link"}
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BARE_LINK: Final = re.compile(r"\bhttps?://[^\s<>\"`|\\^{}]+")
_CLOSED: Final = re.compile(r"\[[^\[\]]*\](?:\([^()\"'<]*\)|(?!\())")
_OPEN: Final = re.compile(r"[`\[]|\]\(|<[A-Za-z/!?]")
_NOTE: Final = re.compile(r"\[\^([^\]\s\[]{1,100})\]")


class Inline:
    """Reads what stands inside blocks, and knows what other blocks have defined for it."""

    def __init__(self) -> None:
        self.notes: set[str] = set()
        """The labels of the footnotes that are there."""
        self._known: dict[str, dict[str, object]] = {"references": {}, "notes": {}}

    @property
    def defines(self) -> bool:
        """Whether anything was defined that other blocks may use."""
        return bool(self.notes or self._known["references"])

    def define_note(self, label: str) -> None:
        """There is a footnote of that name."""
        self.notes.add(label)
        self._known["notes"][label] = True

    def take_definitions(self, paragraph: str, *, keep: bool) -> str:
        """The paragraph without the link targets that are defined at its head; they are remembered when asked to."""
        known: dict[str, dict[str, object]] = self._known if keep else {"references": {}}
        content = [token.content for token in _definitions().parse(paragraph, known) if token.type == "inline"]
        return content[0] if content else ""

    def set(self, source: str, base: str, *, in_cell: bool = False) -> Styled:
        """The text as it is read, in that style wherever it has no other."""
        return _simply(source, base) or _styled(source, self._read(source)[0], base, in_cell=in_cell)

    def set_closed(self, source: str, base: str) -> Styled | None:
        """The same, when nothing is open at its end: what follows behind a blank is read by itself. Else None."""
        if simple := _simply(source, base):
            return simple
        tokens, is_open = self._read(source)
        text = "".join([token.content for token in tokens if token.type == "text"])
        if is_open or _OPEN.search(_CLOSED.sub("", _CLOSED.sub("", text))):
            return None
        return _styled(source, tokens, base)

    def _read(self, source: str) -> tuple[list[Token], bool]:
        """What it is made of, and whether emphasis may go on behind it."""
        from markdown_it.rules_inline import StateInline

        may_link = "](" in source or ("]" in source and self.defines)
        parser = _parser(may_link=may_link)
        tokens: list[Token] = []
        state = StateInline(source.replace("\t", " "), parser, self._known, tokens)
        parser.inline.tokenize(state)
        for rule in parser.inline.ruler2.getRules(""):
            rule(state)
        return tokens, any(each.open and each.end < 0 for each in state.delimiters)


def _simply(source: str, base: str) -> Styled | None:
    """The text, where the parser is not needed for it."""
    spans = spans_of(source.replace("\t", " "))
    if spans is None:
        return None
    plain = [] if base == "text" else [base]
    return _linked(source, Styled([Run(text, _named(plain, style)) for text, style in spans]), base)


def _styled(source: str, tokens: list[Token], base: str, *, in_cell: bool = False) -> Styled:
    return _linked(source, Styled(_runs(tokens, base, in_cell)), base)


def _linked(source: str, styled: Styled, base: str) -> Styled:
    return Styled(_with_bare_links(styled, base)) if "://" in source else styled


def _runs(tokens: list[Token], base: str, in_cell: bool) -> Iterator[Run]:
    plain = "" if base == "text" else base
    styles = [plain] if plain else []
    targets: list[str] = []
    for token in tokens:
        kind = token.type
        target = targets[-1] if targets else ""
        if kind in _STYLE_OF:
            styles.append(_STYLE_OF[kind])
            if kind == "link_open":
                targets.append(str(token.attrs.get("href", "")))
        elif kind.endswith("_close"):
            styles.pop()
            if kind == "link_close":
                targets.pop()
        elif kind == "image":
            text = "".join(_words(token.children or [])) or "image"
            yield Run(text, _named(styles, "image"), target or str(token.attrs.get("src", "")))
        else:
            yield _leaf(token, styles, target, in_cell)


def _leaf(token: Token, styles: list[str], target: str, in_cell: bool) -> Run:
    match token.type:
        case "softbreak":
            return Run(" ", _named(styles), target)
        case "hardbreak":
            return Run("\n", _named(styles), target)
        case "code_inline":
            return Run(token.content, _named(styles, "code"), target)
        case "html_inline":
            is_break = in_cell and _BREAK.fullmatch(token.content)
            return Run("\n" if is_break else token.content, _named(styles, "html"), target)
        case "note":
            return Run(f"[{token.content}]", _named(styles, "note"), target)
        case _:
            return Run(token.content, _named(styles), target)


def _named(styles: list[str], own: str = "") -> str:
    # Nested more than once, a style says no more than once.
    return " ".join(dict.fromkeys([*styles, own] if own else styles)) or "text"


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield " " if token.type in ("softbreak", "hardbreak") else token.content
        if token.type == "image":
            yield from _words(token.children or [])


def _with_bare_links(styled: Styled, base: str) -> Iterator[Run]:
    for run in styled.runs(0, len(styled.text)):
        names = run.style.split()
        if run.target or "code" in names or "html" in names or "://" not in run.text:
            yield run
            continue
        at = 0
        for found in _BARE_LINK.finditer(run.text):
            address = _without_stop(found[0])
            yield Run(run.text[at : found.start()], run.style)
            yield Run(address, "link" if run.style == "text" else f"{run.style} link", address)
            at = found.start() + len(address)
        yield Run(run.text[at:], run.style)


def _without_stop(address: str) -> str:
    """A stop after an address belongs to the sentence, and so does a bracket that it did not open."""
    while address[-1] in ".,;:!?'*_~" or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


@cache
def _parser(*, may_link: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("strikethrough")
    if not may_link:  # to look for links takes by far the longest
        return parser.disable(["link", "image"])
    parser.inline.ruler.before("link", "note", _note)
    return _exact(parser)


@cache
def _definitions() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return _exact(MarkdownIt("zero").enable("reference"))


def _exact(parser: MarkdownIt) -> MarkdownIt:
    """Targets stay as they were written; whether one may be opened is not for here to say."""

    parser.normalizeLink = lambda url: url
    parser.validateLink = lambda url: True
    return parser


def _note(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    found = _NOTE.match(state.src, state.pos, state.posMax)
    if not found or found[1] not in state.env.get("notes", ()):
        return False
    if not silent:
        state.push("note", "", 0).content = found[1]
    state.pos = found.end()
    return True
