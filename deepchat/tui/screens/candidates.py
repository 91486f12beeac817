"""A model that could be picked, and how its row looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from deepchat.catalog.model import Flag, Model
from deepchat.conversation.usage import dollars
from deepchat.safe_text import one_line
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.money import UNKNOWN, micro_dollars, to_the_point

LETTERS: Final[Sequence[tuple[str, Flag]]] = (
    ("v", "vision"),
    ("t", "tools"),
    ("r", "reasoning"),
    ("j", "json"),
    ("c", "cache"),
)
"""What each letter says that a model can do."""
_LONGEST_NAME: Final = 200
_PRICE_DECIMALS: Final = 3
_COST_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    model: Model
    provider: str
    next_turn_nano: int | None
    """What this conversation's next question would cost with it at least; None is not known."""
    is_favourite: bool
    is_recent: bool
    note: str
    """What picking it would bring, such as messages that its window has no room for; empty for nothing."""

    @property
    def key(self) -> str:
        """What it is known by in a list."""
        return f"{self.provider}\n{self.model.id}"

    @property
    def group(self) -> str:
        """The heading it stands under."""
        return "Favourites" if self.is_favourite else "Recent" if self.is_recent else "All models"


def favourites_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The favourites, those used lately, and the others, each in the order they are given in."""
    return sorted(candidates, key=lambda one: (not one.is_favourite, not one.is_recent))


def columns(is_current: Callable[[Candidate], bool]) -> Sequence[Column[Candidate]]:
    """What the picker shows of each."""
    return (Column("", lambda one: _marks(one, is_current(one)), 3), *_COLUMNS)


def detail(one: Candidate) -> Content:
    """More of one of them: its whole name and where its prices come from, and below it what is to be known of it."""
    model = one.model
    told = f"prices: {model.price_source} {model.price_date}".strip()
    facts = [model.id, one.provider, told]
    if model.max_output:
        facts.insert(2, f"answers up to {model.max_output:,} tokens")
    first = Content.styled(one_line(" · ".join(facts)), MUTED_STYLE)
    if one.note:
        return Content("\n").join([first, Content.styled(one_line(one.note), "$text-warning")])
    if model.replaced_by:
        return Content("\n").join([first, Content(one_line(f"retired: {model.replaced_by} answers instead"))])
    return Content("\n").join([first, Content.styled(one_line(model.description), MUTED_STYLE)])


def _marks(one: Candidate, is_current: bool) -> Content:
    marks = (
        (is_current, "●", "$text-accent"),
        (one.is_favourite, "★", "$text-warning"),
        (one.note, "!", "$text-error"),
    )
    return Content.assemble(*((mark, style) if is_so else " " for is_so, mark, style in marks))


def _name(one: Candidate) -> Content:
    name = one_line(one.model.id, _LONGEST_NAME)
    if one.model.replaced_by:
        return Content.styled(f"retired  {name}", MUTED_STYLE)
    return Content(name)


def _abilities(model: Model) -> Content:
    letters = "".join(letter if flag in model.flags else " " for letter, flag in LETTERS)
    return Content.styled(letters, MUTED_STYLE)


def _known(number: int | None) -> tuple[int, str] | None:
    return None if number is None else (number, "")


def _number(number: int | None) -> Content:
    return _unknown() if number is None else Content(f"{number:,}")


def _price(nano: int | None) -> Content:
    return _unknown() if nano is None else Content(to_the_point(dollars(nano), _PRICE_DECIMALS))


def _cost(nano: int | None) -> Content:
    return _unknown() if nano is None else Content(to_the_point(micro_dollars(nano), _COST_DECIMALS))


def _unknown() -> Content:
    return Content.styled(UNKNOWN, MUTED_STYLE)


_COLUMNS: Final[Sequence[Column[Candidate]]] = (
    Column("model", _name, 20, share=1, gap=1, order=lambda one: (0, one.model.id.casefold()), is_searched=True),
    Column(
        "provider",
        lambda one: Content.styled(one_line(one.provider, _LONGEST_NAME), MUTED_STYLE),
        11,
        rank=4,
        order=lambda one: (0, one.provider.casefold()),
        is_searched=True,
    ),
    Column(
        "context",
        lambda one: _number(one.model.context),
        9,
        rank=3,
        right=True,
        order=lambda one: _known(one.model.context),
        largest_first=True,
    ),
    Column(
        "$ in",
        lambda one: _price(one.model.prices.input),
        8,
        rank=2,
        right=True,
        order=lambda one: _known(one.model.prices.input),
    ),
    Column(
        "$ out",
        lambda one: _price(one.model.prices.output),
        8,
        rank=1,
        right=True,
        order=lambda one: _known(one.model.prices.output),
    ),
    Column(
        "$ next turn",
        lambda one: _cost(one.next_turn_nano),
        11,
        rank=5,
        right=True,
        order=lambda one: _known(one.next_turn_nano),
    ),
    Column("can", lambda one: _abilities(one.model), len(LETTERS), rank=6),
)
