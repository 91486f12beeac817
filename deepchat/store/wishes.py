"""What the user's words for a search mean; whatever they type means something, and nothing of it is syntax."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TERM: Final = re.compile(r'(-(?=["\w]))?(?:"([^"]*)"?|(\S+))')
_WITHOUT_BLANKS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese and Korean: the index splits at blanks, and so has whole clauses."""


@dataclass(frozen=True, slots=True)
class Term:
    words: str
    """A word, or several in this order."""
    is_beginning: bool = False
    """Of a word that the user is perhaps still typing."""

    @property
    def is_indexed(self) -> bool:
        """Whether the index knows such words; what it does not is looked for in the text itself."""
        return any(map(str.isalnum, self.words)) and not _WITHOUT_BLANKS.search(self.words)

    @property
    def match(self) -> str:
        """As FTS5 reads it."""
        return '"' + self.words.replace('"', '""').replace("\0", " ") + '"' + "*" * self.is_beginning

    @property
    def like(self) -> str:
        """As LIKE reads it, with a backslash as its escape."""
        return "%" + re.sub(r"([\\%_])", r"\\\1", self.words) + "%"


@dataclass(frozen=True, slots=True)
class Wish:
    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def wish(words: str) -> Wish:
    """All words are wanted: `"in this order"`, `-not this`, and of the last one its beginning is enough."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for found in _TERM.finditer(words):
        minus, phrase, word = found.groups()
        meant = unwanted if minus else wanted
        if word:
            meant.append(Term(word, is_beginning=not minus and found.end() == len(words)))
        elif phrase.strip():
            meant.append(Term(phrase))
    # What is asked for with a minus alone, such as an option of a program, is what is looked for.
    return Wish(tuple(wanted), tuple(unwanted)) if wanted else Wish(tuple(unwanted), ())
