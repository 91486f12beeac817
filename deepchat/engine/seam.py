"""Joins two legs without a stutter: what a new leg says again is skipped, and all else is shown at once.

The joined answer is what stood before and the leg from `skipped` on: nothing is taken from what stood before, nothing
is put between, and only the head of a leg is ever left out. In the prefill form, a model that goes on exactly loses
text only where the cut falls just before what its answer says twice in a row (40 characters or more, three words of
four letters among them, and no third time nearby; less when it is all that was said), before words that announce the
rest, or before a fence like the open one. In the nudge form less is enough: a model that is spoken to hardly goes on
exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from deepchat.engine.fences import FenceAgain
from deepchat.engine.forms import Form, as_sent
from deepchat.engine.overlap import LEAST_IN_PREFILL, Overlap
from deepchat.engine.preambles import Preamble
from deepchat.engine.restart import Restart, Splice

Found = Literal["", "preamble", "fence", "overlap", "restart"]

STALLED_S: Final = 1.5
"""After so long, what is held back had better be shown: `release`."""


class _Stage(NamedTuple):
    name: Found
    look: Callable[[str, bool], int | None]
    """How much of what is held has to be skipped; None while that is open. With True it must decide."""


class Seam:
    """Between an answer so far and the leg that goes on from it; fed piece by piece."""

    def __init__(self, before: str, form: Form, *, blanks_too: bool = False) -> None:
        answer = as_sent(before, blanks_too=blanks_too)
        self._answer = answer
        self._blank = before[len(answer) :]
        """The request did not say it, so a leg that goes on exactly says it again."""
        self._held = ""
        self._skipped = 0
        self._found: Found = ""
        self._restart = Restart(answer)
        self._splice: Splice | None = None
        self._is_astray = False
        self._overlap = Overlap(answer, form, at_line_start="\n" in self._blank)
        self._stages = [self._blank_again(self._blank)]
        if answer:
            self._stages += [
                _Stage("preamble", Preamble(form, answer, self._blank).look),
                _Stage("fence", FenceAgain(answer, at_line_start="\n" in self._blank).look),
                _Stage("restart", self._look_for_restart),
                _Stage("overlap", self._look_for_overlap),
            ]

    @property
    def skipped(self) -> int:
        """How many characters at the head of this leg are no part of the answer."""
        return self._skipped

    @property
    def found(self) -> Found:
        """What was skipped, but for blanks; the weightiest, when there was more than one kind."""
        return self._found

    @property
    def is_astray(self) -> bool:
        """Whether the leg began the answer anew, and has not come to where the old one stood."""
        return self._is_astray

    def feed(self, piece: str) -> str:
        """What may be shown now; nothing as long as it may be a repetition."""
        if not (self._stages or self._splice):
            return piece
        self._held += piece
        return self._decide(must=False)

    def release(self) -> str:
        """What is held back, decided now, because it was held for long; whoever feeds it has to ask.

        What has been said before, word for word, and is long enough to be no accident stays held: it is in sight
        already. So does the rest of an answer begun anew.
        """
        held = self._held.strip()
        in_sight = len(held) >= LEAST_IN_PREFILL and held in self._answer
        return self._decide(must=True) if held and not in_sight else ""

    def end(self) -> str:
        """The leg is over: what is still held back and part of the answer."""
        shown = self._decide(must=True)
        self._skip(len(self._held))
        self._stages.clear()
        self._splice = None
        return shown

    def _decide(self, *, must: bool) -> str:
        while self._held and (self._stages or self._splice):
            if self._splice:
                if not self._passed(self._splice):
                    return ""
                continue
            stage = self._stages.pop(0)
            skip = stage.look(self._held, must)
            if skip is None:
                self._stages.insert(0, stage)
                return ""
            if skip:
                self._skip(skip)
                self._note(stage.name)
        if self._stages or self._splice:
            return ""
        shown, self._held = self._held, ""
        return shown

    def _note(self, name: Found) -> None:
        if not name:
            return
        self._found = name
        at_line_start = name == "fence" and "\n" in self._blank
        self._stages.insert(0, self._blank_again(_indent(self._blank) if at_line_start else self._blank))

    def _look_for_restart(self, held: str, must: bool) -> int | None:
        anew = self._restart.look(held, must)
        if anew:
            self._found = "restart"
            self._splice = Splice(self._answer)
            self._is_astray = True
            self._stages = [self._blank_again(self._blank)]
        return None if anew is None else 0

    def _look_for_overlap(self, held: str, must: bool) -> int | None:
        return self._overlap.look(held, must, is_led_in=self._found != "")

    def _passed(self, splice: Splice) -> bool:
        """Whether an answer begun anew has come to where the old one stood; what lies before that is skipped."""
        end = splice.end_in(self._held)
        if end is None:
            self._skip(max(0, len(self._held) - splice.kept_back))
            return False
        self._skip(end)
        self._splice = None
        self._is_astray = False
        return True

    def _skip(self, count: int) -> None:
        self._skipped += count
        self._held = self._held[count:]

    def _blank_again(self, blank: str) -> _Stage:
        def look(held: str, must: bool) -> int | None:
            again = _same_head(blank, held) or _same_head(_indent(blank), held)
            return None if again == len(held) < len(blank) and not must else again

        return _Stage("", look)


def _indent(blank: str) -> str:
    """What stands on its last line."""
    return blank.rpartition("\n")[2]


def _same_head(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (char, same) in pairs if char != same), min(len(one), len(other)))
