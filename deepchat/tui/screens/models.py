"""Picks the model that answers from now on, with what it costs in sight; and what every list of models has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import ScreenResultType
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.safe_text import one_line
from deepchat.tui.screens.candidates import LETTERS, Candidate, columns, detail, favourites_first
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MUTED_STYLE
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList

__all__ = ["Candidate", "ModelList", "Picked", "Picker"]

_EXACT: Final = "goes out exactly as it is written, to the provider in use"

_LEGEND: Final = " · " + " ".join(f"{letter}={flag}" for letter, flag in LETTERS)


@dataclass(frozen=True, slots=True)
class Picked:
    provider: str
    """Empty for the provider in use."""
    model: str
    """An id of the list, or the user's exact words, such as `MODEL:VERSION` or `deploy_id:ID`."""


class ModelList(Dialog[ScreenResultType]):
    """Every model there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the line to type into, for which it deletes a letter.
        Binding("ctrl+d", "toggle_favourite", "★ favourite", id="models.favourite", priority=True),
        Binding("f5", "refresh_prices", "refresh", id="models.refresh"),
        Binding("escape", "leave", "close", id="models.close"),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "models.tcss"]
    TITLE_OF_BOX = "Models"
    ENTER_DOES: ClassVar[str] = "pick"

    @dataclass
    class RefreshWanted(Message):
        """Prices as they are now are wanted."""

        by_hand: bool
        """Whether the user asked for it; else the picker was merely opened."""
        provider: str = ""
        """Whose model is under the cursor; empty for the provider in use."""

    @dataclass
    class FavouriteToggled(Message):
        """A model is to be a favourite, or no longer."""

        provider: str
        model: str

    def __init__(self, candidates: Sequence[Candidate], current: str, age: str, *, current_provider: str = "") -> None:
        """`age` says of when the prices are. Without a current provider every row of the current model is marked."""
        super().__init__()
        self._candidates = favourites_first(candidates)
        self._current, self._current_provider = current, current_provider
        self._age = age
        table = Table(
            columns(self._is_current),
            key=lambda one: one.key,
            words=lambda one: f"{one.model.id} {one.provider}",
            group=lambda one: one.group,
            groups_while_filtered=False,
            empty="No models are known yet.",
            nothing="No model has all these words in its name.",
        )
        self._list = FilteredList(
            table,
            placeholder="filter, or MODEL:VERSION, or deploy_id:ID",
        )
        self._list.fill(self._candidates, at=next((one.key for one in self._candidates if self._is_current(one)), ""))
        self._foot = Static(self._told(), classes="foot")

    @abstractmethod
    def picked(self, one: Picked) -> None:
        """Enter was pressed on this one."""

    def parts(self) -> ComposeResult:
        yield self._list
        yield self._foot
        yield KeyLine(("⏎", self.ENTER_DOES))

    def on_mount(self) -> None:
        self.post_message(self.RefreshWanted(by_hand=False))

    @on(TableList.Moved)
    def _tell_more(self, event: TableList.Moved) -> None:
        event.stop()
        self._foot.update(self._told(), layout=False)

    @on(FilteredList.Typed)
    def _offer_exact_words(self, event: FilteredList.Typed) -> None:
        event.stop()
        rows = self._list.table
        rows.put_last(Content.assemble("   exactly: ", (one_line(event.words), "bold")) if event.words else None)
        if not rows.rows.number_shown and (":" in event.words or "/" in event.words):
            rows.action_go(-1)
        self._foot.update(self._told(), layout=False)

    @on(TableList.Chosen)
    def _pick(self, event: TableList.Chosen) -> None:
        one = self._list.table.rows.item(event.key)
        if one is not None:
            self.picked(Picked(one.provider, one.model.id))

    @on(TableList.LastChosen)
    def _pick_exact_words(self) -> None:
        if self._list.words:
            self.picked(Picked("", self._list.words))

    def action_toggle_favourite(self) -> None:
        """Ask for the model under the cursor to be a favourite, or no longer."""
        if (one := self._list.table.current) is not None:
            self.post_message(self.FavouriteToggled(one.provider, one.model.id))

    def action_refresh_prices(self) -> None:
        """Ask for prices as they are now."""
        current = self._list.table.current
        self.post_message(self.RefreshWanted(by_hand=True, provider=current.provider if current else ""))

    def put_candidates(self, candidates: Sequence[Candidate], age: str) -> None:
        """Show these instead; the cursor, the words and the order stay."""
        self._candidates, self._age = favourites_first(candidates), age
        self._list.fill(self._candidates)
        self._foot.update(self._told(), layout=False)

    def _is_current(self, one: Candidate) -> bool:
        return one.model.id == self._current and self._current_provider in ("", one.provider)

    def _told(self) -> Content:
        """What is to be known of the model under the cursor, of all of them, and of the letters."""
        if (current := self._list.table.current) is not None:
            more = detail(current)
        else:
            more = Content.styled(f"{_EXACT if self._list.words else ''}\n", MUTED_STYLE)
        return Content("\n").join([more, self.last_line])

    @property
    def last_line(self) -> Content:
        """How many models there are, of when their prices are, and what the letters mean."""
        shown, number = self._list.table.rows.number_shown, len(self._candidates)
        of = f"{shown:,} of {number:,}" if shown < number else f"{number:,}"
        count = one_line(f"{of} model{'' if number == 1 else 's'} · {self._age}")
        return Content.styled(f"{count}{_LEGEND}", MUTED_STYLE)


class Picker(ModelList[Picked | None]):
    """Gives back the one picked."""

    def picked(self, one: Picked) -> None:
        """It is."""
        self.dismiss(one)
