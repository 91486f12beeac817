"""Picks the models that are asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from deepchat.safe_text import one_line
from deepchat.tui.screens.candidates import Candidate
from deepchat.tui.screens.models import ModelList, Picked

MOST_RIVALS: Final = 8
"""More have no room beside each other, and each of them costs."""
LEAST_RIVALS: Final = 2


class Rivals(ModelList[Sequence[Picked] | None]):
    """Gives back those that were ticked, in that order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the line to type into, which would hand the focus on.
        Binding("tab", "tick", "tick", id="rivals.tick", priority=True),
    ]
    TITLE_OF_BOX = "Compare"
    ENTER_DOES = "ask those that are ticked"

    def __init__(self, candidates: Sequence[Candidate], current: Picked | None, age: str) -> None:
        """The current one is ticked to begin with."""
        self._ticked = [current] if current else []
        super().__init__(candidates, current.model if current else "", age)

    def picked(self, one: Picked) -> None:
        """They are, when there are enough of them; else this one is ticked too."""
        if len(self._ticked) >= LEAST_RIVALS:
            self.dismiss(tuple(self._ticked))
        elif one not in self._ticked:
            self._turn(one)

    def action_tick(self) -> None:
        """Tick the one under the cursor, or no longer."""
        current = self._list.table.current
        if current is not None:
            self._turn(Picked(current.provider, current.model.id))
        elif self._list.words:
            self._turn(Picked("", self._list.words))

    @property
    def last_line(self) -> Content:
        """Which are ticked."""
        names = ", ".join(one_line(one.model.rpartition("/")[2], 60) for one in self._ticked)
        least = " · tick one more" if len(self._ticked) == 1 else "tick two or more" if not self._ticked else ""
        return Content.assemble((names, "$text-accent"), (least, "$text-muted"))

    def _turn(self, one: Picked) -> None:
        if one in self._ticked:
            self._ticked.remove(one)
        elif len(self._ticked) < MOST_RIVALS:
            self._ticked.append(one)
        else:
            self.screen.notify(f"at most {MOST_RIVALS} are asked at once", severity="warning", markup=False)
        self.put_candidates(self._candidates, self._age)

    def _is_current(self, one: Candidate) -> bool:
        return Picked(one.provider, one.model.id) in self._ticked
