"""The right bar: what this answer, this conversation, its context and the day take, as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual import events, on
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from deepchat.conversation.in_words import cost_words, total_words, usd
from deepchat.conversation.usage import Total
from deepchat.safe_text import one_line
from deepchat.tui.pace import Figures
from deepchat.tui.page import Page, counting, of_last_answer, with_beside
from deepchat.tui.widgets.cut import shortened

if TYPE_CHECKING:
    from deepchat.session.accounts import Used
    from deepchat.workspace.outlook import Outlook

_SPARKS: Final = "▁▂▃▄▅▆▇█"
_NEAR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Spent:
    """How much of a budget is used up."""

    about: str
    """`today`, `this month`."""
    total: Total
    most_nano: int | None = None
    """None is no limit."""


class Meters(Widget):
    """Four small tables, one below the other."""

    DEFAULT_CSS = """
    Meters { width: 1fr; height: 1fr; padding: 0 1; overflow-y: hidden; }
    """

    figures: reactive[Figures | None] = reactive(None, repaint=False)
    page: reactive[Page | None] = reactive(None, repaint=False)
    beside: reactive[Used | None] = reactive(None, repaint=False)
    """What was asked in the conversation for none of its messages."""
    spent: reactive[Sequence[Spent]] = reactive((), repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self._rows: Sequence[Content] = ()

    @property
    def answer(self) -> Figures | None:
        """Those of the answer that is looked at, all its requests together."""
        return of_last_answer(self.page, self.figures)

    def watch_figures(self) -> None:
        self._tell()

    def watch_page(self) -> None:
        self._tell()

    def watch_beside(self) -> None:
        self._tell()

    def watch_spent(self) -> None:
        self._tell()

    @on(events.Resize)
    def _fit(self) -> None:
        self._tell()

    def render(self) -> Content:
        """All of it, for whoever selects."""
        return Content("\n").join(self._rows)

    def render_line(self, y: int) -> Strip:
        """One row by itself: several times a second a few of them change, and all of them cost much more."""
        width = self.content_size.width
        if self.text_selection is not None:
            return super().render_line(y)
        if y >= len(self._rows):
            return Strip([])  # filled as what is around it is
        (strip,) = Visual.to_strips(self, self._rows[y], width, 1, self.visual_style)
        return strip.apply_offsets(0, y)

    def _tell(self) -> None:
        """Only rows that tell something else are painted."""
        width = self.content_size.width
        before, self._rows = self._rows, self._told(width)
        for y, (old, new) in enumerate(zip_longest(before, self._rows)):
            if old is None or new is None or (old.plain, old.spans) != (new.plain, new.spans):
                self.refresh(Region(0, y, width, 1))

    def _told(self, width: int) -> list[Content]:
        """As many rows as there is something to say."""
        page = self.page if self.page and self.page.entries else None
        page = with_beside(counting(page, self.figures), self.beside) if page else None
        lines: list[Content] = []
        for head, rows in (
            ("this answer", self._answer(width)),
            ("conversation", self._conversation(page, width) if page else ()),
            ("context", self._fill(page.outlook, width) if page else ()),
            ("spent", self._money(width)),
        ):
            told = [row.truncate(width, ellipsis=True) for row in rows]
            if told:
                lines += [*([Content("")] if lines else []), self._head(head, width), *told]
        return lines

    def _answer(self, width: int) -> Iterator[Content]:
        figures = self.answer
        if figures is None:
            return
        yield _row("tokens", figures.tokens_told, width)
        if figures.rate is not None:
            yield _row("tok/s", f"{figures.rate:,.0f}", width)
        if figures.rates:
            yield Content(sparkline(figures.rates, width)).stylize(self._ink("bar"))
        if figures.first_token_s is not None:
            yield _row("first token", f"{figures.first_token_s:.1f} s", width)
        if figures.legs > 1:
            most = "" if figures.is_over else f" of {figures.most_legs}"
            yield _row("legs", f"{figures.legs}{most}", width)
        yield _row("cost", cost_words(figures.cost) if figures.legs else "–", width)

    def _conversation(self, page: Page, width: int) -> Iterator[Content]:
        usage = page.usage
        about = "~" if page.usage_is_estimate else ""
        yield _row("in", f"{about}{usage.prompt_tokens:,}", width)
        if usage.cached_tokens:
            yield _row("cached", f"{usage.cached_tokens:,}", width)
        yield _row("out", f"{about}{usage.completion_tokens:,}", width)
        if usage.reasoning_tokens:
            yield _row("thinking", f"{usage.reasoning_tokens:,}", width)
        if page.by_model:
            yield _row("cost", total_words(page.total), width)
        if len(page.by_model) > 1:
            for model, total in page.by_model:
                name = one_line(model.rpartition("/")[2])
                yield _row(name, total_words(total), width).stylize(self._ink("muted"))

    def _fill(self, outlook: Outlook, width: int) -> Iterator[Content]:
        about = "~" if outlook.is_estimate else ""
        if outlook.full is None or outlook.window is None:
            yield _row("tokens", f"{about}{outlook.used_tokens:,} of ?", width)
            return
        yield self._gauge(outlook.full, f"{about}{outlook.full:.0%}", width)
        yield Content(f"{about}{outlook.used_tokens:,} of {outlook.window:,}").stylize(self._ink("muted"))

    def _money(self, width: int) -> Iterator[Content]:
        for one in self.spent:
            value = total_words(one.total)
            fits = cell_len(one.about) + 1 + cell_len(value) <= width
            yield _row(one.about if fits else one.about.removeprefix("this "), value, width)
            if one.most_nano:
                full = min(1.0, (one.total.cost.nano or 0) / one.most_nano)
                yield self._gauge(full, f"of {usd(one.most_nano)}", width)

    def _gauge(self, full: float, text: str, width: int) -> Content:
        room = max(3, width - cell_len(text) - 1)
        filled = min(room, round(full * room))
        style = self._ink("near" if full >= _NEAR else "bar")
        bar = Content.assemble(("█" * filled, style), ("░" * (room - filled), self._ink("muted")))
        return Content.assemble(bar, " ", text)

    def _head(self, text: str, width: int) -> Content:
        return Content(shortened(text, width)).stylize(self._ink("head"))

    def _ink(self, name: str) -> str:
        return {"head": "bold $accent", "muted": "$text-muted", "near": "$warning", "bar": "$primary"}[name]


def sparkline(values: Sequence[float], width: int) -> str:
    """The last of them as bars, the highest as tall as a row."""
    shown = values[-width:]
    highest = max(shown, default=0) or 1
    return "".join(_SPARKS[min(len(_SPARKS) - 1, int(value / highest * len(_SPARKS)))] for value in shown)


def _row(name: str, value: str, width: int) -> Content:
    shown = shortened(name, width - cell_len(value) - 1)
    return Content(f"{shown}{' ' * (width - cell_len(shown) - cell_len(value))}{value}")
