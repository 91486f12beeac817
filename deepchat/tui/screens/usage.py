"""What was spent, by day and by model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.conversation.in_words import cost_words, counted, usd
from deepchat.safe_text import one_line
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.bar_chart import Bar, BarChart, share_bar
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.money import UNKNOWN, money, to_the_point
from deepchat.tui.widgets.table_list import TableList

if TYPE_CHECKING:
    from deepchat.session.accounts import Used
    from deepchat.store.ledger import UsageRow

_DAYS: Final = 30
"""So many are in the chart."""
_DECIMALS: Final = 6
"""Of dollars: to the micro-dollar."""
_SHARE_CELLS: Final = 10


class Usage(Dialog[None]):
    """All that was asked on this machine; it is only looked at."""

    AUTO_FOCUS = "#days"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn", "days, models", id="usage.turn"),
        Binding("shift+tab", "turn", "days, models", id="usage.turn_back", show=False),
        Binding("escape", "leave", "close", id="usage.close"),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "usage.tcss"]
    TITLE_OF_BOX = "Usage"

    def __init__(self, by_day: Used, by_model: Used, today: date | None = None) -> None:
        super().__init__()
        self._total = by_day.total
        self._first_day = by_day.rows[-1].key if by_day.rows else ""
        self._today = today or datetime.now().astimezone().date()
        self._chart = _chart(by_day.rows, self._today)
        self._days = TableList(_table(Column("day", self._day, 10, share=1)), id="days")
        self._days.put(by_day.rows)
        names: Column[UsageRow] = Column("model", lambda row: Content(one_line(row.key)), 26, share=1)
        self._models = TableList(_table(names, _share(self._total.spent.nano)), id="models")
        self._models.put(sorted(by_model.rows, key=lambda row: row.spent.nano or 0, reverse=True))
        self._models.display = False
        self._chart.display = bool(self._total.spent.legs)
        self._views = Static(classes="views")

    def parts(self) -> ComposeResult:
        yield Static(self._in_all(), classes="total")
        yield self._views
        yield self._chart
        yield self._days
        yield self._models
        yield KeyLine()

    def on_mount(self) -> None:
        self._tell_view()

    @on(TableList.Moved)
    def _follow(self, event: TableList.Moved) -> None:
        event.stop()
        row = self._days.current
        self._chart.chosen = _number_in_chart(row.key, self._today) if row else None

    def action_turn(self) -> None:
        """Show the models instead of the days, or the other way round."""
        by_day = not self._days.display
        self._days.display = by_day
        self._models.display = not by_day
        self._chart.display = by_day and bool(self._total.spent.legs)
        (self._days if by_day else self._models).focus()
        self._tell_view()

    def _tell_view(self) -> None:
        here, there = "bold $text-accent", "$text-muted"
        by_day = self._days.display
        self._views.update(
            Content.assemble(("by day", here if by_day else there), "   ", ("by model", there if by_day else here))
        )

    def _in_all(self) -> Content:
        total = self._total
        if not total.spent.legs:
            return Content("nothing spent yet")
        unknown = f" ({total.spent.unknown:,} at an unknown price)" if total.spent.unknown else ""
        told = (
            f" in {counted(total.spent.legs, 'request')}{unknown} since {self._first_day}"
            f" · {_tokens(total, total.prompt_tokens)} tokens in, {_tokens(total, total.completion_tokens)} out"
        )
        return Content.assemble((cost_words(total.spent.cost), "bold $text-accent"), told)

    def _day(self, row: UsageRow) -> Content:
        day = _day_of(row.key)
        if day is None:
            return Content(one_line(row.key))
        near = {self._today: "today", self._today - timedelta(1): "yesterday"}
        return Content(near.get(day, f"{day:%a} {_short(day)}"))


def _table(names: Column[UsageRow], *others: Column[UsageRow]) -> Table[UsageRow]:
    columns: list[Column[UsageRow]] = [
        Column("cost", lambda row: Content(to_the_point(money(row.spent.cost), _DECIMALS)), 11, right=True),
        names,
        *others,
        _count("in", lambda row: row.prompt_tokens, 11, 2, _about),
        _count("cached", lambda row: row.cached_tokens, 11, 4),
        _count("out", lambda row: row.completion_tokens, 10, 3, _about),
        _count("thinking", lambda row: row.reasoning_tokens, 10, 6),
        _count("requests", lambda row: row.spent.legs, 8, 5),
    ]
    return Table(
        columns,
        key=lambda row: row.key,
        words=lambda row: row.key,
        group=lambda row: "",
        empty="Nothing was asked yet.",
    )


def _about(row: UsageRow) -> str:
    return "~" if row.tokens_estimated else ""


def _tokens(row: UsageRow, count: int) -> str:
    """That there were none nobody estimates."""
    return f"{_about(row) if count else ''}{count:,}"


def _count(
    head: str,
    of: Callable[[UsageRow], int],
    width: int,
    rank: int,
    about: Callable[[UsageRow], str] = lambda _: "",
) -> Column[UsageRow]:
    def cell(row: UsageRow) -> Content:
        return Content(f"{about(row)}{number:,}") if (number := of(row)) else Content.styled("0", MUTED_STYLE)

    return Column(head, cell, width, rank=rank, right=True)


def _share(total_nano: int | None) -> Column[UsageRow]:
    """Its part of all that was spent."""

    def cell(row: UsageRow) -> Content:
        if row.spent.nano is None or not total_nano:
            return Content.styled(UNKNOWN, MUTED_STYLE)
        part = row.spent.nano / total_nano
        return Content.assemble((share_bar(part, _SHARE_CELLS).ljust(_SHARE_CELLS), "$primary"), f" {part:4.0%}")

    return Column("share", cell, _SHARE_CELLS + 5, rank=1)


def _chart(rows: Sequence[UsageRow], today: date) -> BarChart:
    spent = {row.key: row.spent for row in rows}
    bars: list[Bar] = []
    for days_ago in reversed(range(_DAYS)):
        day = today - timedelta(days_ago)
        one = spent.get(day.isoformat())
        mark = "" if one is None else UNKNOWN if one.nano is None else "~" if one.cost.estimated else ""
        bars.append(Bar("today" if day == today else _short(day), (one.nano or 0) if one else 0, mark))
    about = "~" if any(bar.mark == "~" for bar in bars) else ""
    return BarChart(bars, f"the last {_DAYS} days, at most {about}{usd(max(bar.amount for bar in bars))} a day")


def _number_in_chart(key: str, today: date) -> int | None:
    day = _day_of(key)
    number = _DAYS - 1 - (today - day).days if day else -1
    return number if 0 <= number < _DAYS else None


def _day_of(key: str) -> date | None:
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
