"""What may stand in place of the word being typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = r"^/[^\n]*$|(?:^|(?<=\s))@\S*$"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way in which the word may go on."""

    word: str
    """What is put in for it, such as `/model ` or `@src/main.py `."""
    shown: str
    """What the list shows."""
    about: str = ""
    """One line of help."""


Offers = Callable[[str], Sequence[Offer]]
"""For the word being typed (`/mo`, `@src/`, `/model ll`), what may stand there; asked at every key, so it is cheap."""


def no_offers(_word: str) -> Sequence[Offer]:
    """Nothing may stand there."""
    return ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is offered now, and which of it Tab takes."""

    offers: tuple[Offer, ...] = ()
    """None of them: there is no list."""
    at: int = 0
    """The chosen one's place."""

    def __bool__(self) -> bool:
        return bool(self.offers)

    @property
    def chosen(self) -> Offer:
        """The offer that is taken next."""
        return self.offers[self.at]

    def moved(self, by: int) -> Choice:
        """The choice so many offers further on, around the ends."""
        return Choice(self.offers, (self.at + by) % len(self.offers))


def word_before(line: str, *, first: bool) -> str:
    """The word at this line's end that can be completed; a command only stands at the start of the first line."""
    found = re.search(_WORD, line)
    if not found or (found[0].startswith("/") and not first):
        return ""
    return found[0]
