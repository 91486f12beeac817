"""Words that a model says about going on, before it goes on: a small closed list, told only at the head of a leg."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from deepchat.engine.forms import Form

LONGEST_LINE: Final = 60
"""What may follow the words of the list on their line."""

_MARK: Final = r"<think>\s*</think>\n{0,2}|\[(?:continued|continuing|continue)\]"
_ANYWHERE: Final = re.compile(_MARK, re.IGNORECASE)
_ALONE: Final = re.compile(rf"{_MARK}(?![^\S\n]*\S)", re.IGNORECASE)
_BEFORE_A_BLANK: Final = re.compile(rf"{_MARK}(?!\S)", re.IGNORECASE)
_MARKS: Final = ("<think></think>", "[continued]", "[continuing]", "[continue]")
_CONSENT: Final = ("sure", "certainly", "of course", "okay", "ok", "absolutely")
_HERE: Final = ("here is", "here's", "here’s")
_NEWS: Final = (
    "continuing",
    *(f"{here} the {rest}" for here, rest in product(_HERE, ("rest", "continuation", "remaining"))),
)
_CONSENTING: Final = tuple("".join(words) for words in product(_CONSENT, (", ", "! ", ". "), _NEWS))
_PROMISING: Final = ("i'll continue", "i’ll continue", "i will continue", "let me continue", "(continued)", *_NEWS)
_ROLES: Final = (
    "assistant:",
    "**assistant:**",
    "**assistant**:",
    "### assistant",
    "<|im_start|>assistant",
    "<|start_header_id|>assistant<|end_header_id|>",
)
_LONGEST_OPENING: Final = max(map(len, (*_CONSENTING, *_PROMISING, *_ROLES)))


class Preamble:
    """What is unmistakable in either form; in the nudge form also what a model says when it was spoken to.

    In the prefill form it has to be where no answer goes on with it: a mark alone on its line or in the middle of one
    without a blank, consent at a line's beginning or in the middle of a sentence.
    """

    def __init__(self, form: Form, answer: str = "", blank: str = "") -> None:
        """`blank` is what stood at the answer's end."""
        in_prefill = form == "prefill"
        is_in_sentence = answer[-1:].isalnum() or answer.endswith(",")
        may_consent = "\n" in blank or is_in_sentence
        self._mark = _ALONE if in_prefill else _ANYWHERE
        self._mark_at_once = _BEFORE_A_BLANK if in_prefill and is_in_sentence and not blank else self._mark
        """What counts where the leg begins with it, and not with a blank."""
        breaks = 2 if in_prefill else 1
        self._openings = {
            **dict.fromkeys(
                (_CONSENTING if may_consent else ()) if in_prefill else (*_CONSENTING, *_PROMISING),
                re.compile(rf"[^\n]{{0,{LONGEST_LINE}}}(?<=[:.…)])[ \t]*\n{{{breaks},}}"),
            ),
            **dict.fromkeys(() if in_prefill else _ROLES, re.compile(r"[ \t]*:?[ \t]*\n+")),
        }

    def look(self, held: str, must: bool) -> int | None:
        """How long it is; None while one is beginning, unless it must decide."""
        text = held.lstrip()
        blank = len(held) - len(text)
        is_open = False
        said = len(text.rstrip(" \t"))
        for length, ending in self._beginnings(text, self._mark if blank else self._mark_at_once):
            whole = ending.match(text, length) if ending else None
            if whole and (must or whole.end() < said):
                return blank + whole.end()
            is_open = is_open or whole is not None or ending is None or _line_is_open(text[length:])
        return None if is_open and not must else 0

    def _beginnings(self, text: str, mark: re.Pattern[str]) -> list[tuple[int, re.Pattern[str] | None]]:
        """How far each opening that fits is said, and how it has to end; None for one that is not said whole."""
        head = text[:_LONGEST_OPENING].lower()
        found: list[tuple[int, re.Pattern[str] | None]] = []
        if mark.match(text):
            found.append((0, mark))
        elif any(one.startswith("".join(head.split())) for one in _MARKS):
            found.append((0, None))
        for opening, ending in self._openings.items():
            if head.startswith(opening):
                found.append((len(opening), ending))
            elif opening.startswith(head):
                found.append((0, None))
        return found


def _line_is_open(rest: str) -> bool:
    """Whether the line, or the blank lines after it, may still go on."""
    line, _, after = rest.partition("\n")
    return len(line) <= LONGEST_LINE + 1 and not after.strip("\n")
