"""Textual's compositor, thriftier: only rows that have changed are rendered, and only what differs is written.

Textual renders all rows of every widget that has anything to do with a change, also of those that are covered, and
writes all that it has rendered: some 15 ms and 6 kB for one more word on a full page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final, cast

from rich.console import Console
from rich.style import Style
from textual import events, on
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate, ReflowResult
from textual.app import App
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from deepchat.tui.sure_widths import is_sure

Piece = tuple[int, int, int, Strip]
"""A row of the screen, the columns from and up to, and what is to stand there."""
_MOST_REGIONS: Final = 8
"""Of more that have changed, each by itself costs more than all that lies between them."""
_RESET: Final = "\x1b[0m"


class ThriftyCompositor(Compositor):
    """Remembers what it has written, until somebody else may have written over it."""

    def __init__(self) -> None:
        super().__init__()
        self._standing = Standing()
        self._sizes: dict[Widget, Size] = {}
        """Of the last layout."""

    def forget(self) -> None:
        """Somebody else writes on the terminal."""
        self._standing.forget()

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """What a layout says of the size of a page is no reason to lay out again, as Textual takes it."""
        result = self._with_all_news(super().reflow(parent, size))
        virtual_size = cast("Reactive[Size]", Widget.virtual_size)
        for widget in (*result.shown, *result.resized):
            if not isinstance(widget, ScrollView):  # which knows it better
                widget.set_reactive(virtual_size, self._full_map[widget].virtual_size)
        return result

    def _with_all_news(self, result: ReflowResult) -> ReflowResult:
        """With those who were found between two layouts: to Textual they are no news then, and learn no size."""
        before, self._sizes = self._sizes, {widget: place.region.size for widget, place in self._full_map.items()}
        shown = self._sizes.keys() - before.keys()
        resized = {widget for widget, size in self._sizes.items() if size != before.get(widget, size)}
        return result._replace(shown=result.shown | shown, resized=result.resized | resized)

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # Textual's own
        """All of it, whatever stands there: what of it waits to be painted has not to be painted again."""
        if simplify:  # for a picture
            return super().render_full_update(simplify)
        self.forget()
        self.update_widgets(set(self.visible_widgets))
        update = super().render_full_update()
        pieces = [
            # Where a widget has painted less than its place there is None, whatever Textual's type says.
            (y, x, end, _let_go(strip) if strip else Strip.blank(end - x))
            for y, row in enumerate(update.strips)
            for strip, (x, end) in zip(row, pairwise(self.cuts[y]), strict=True)
        ]
        return _Whole(update, pieces, self._standing)

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed; None when nothing has."""
        regions = _apart(self._dirty_regions, self.size.region)
        self._dirty_regions.clear()
        pieces = [piece for region in regions for piece in self._pieces(region)]
        # Where a terminal may count otherwise, what is written moves what stands beside it.
        anew = {y for y, _, _, strip in pieces if y in self._standing.unsure or not is_sure(strip)}
        if anew:
            pieces = [piece for piece in pieces if piece[0] not in anew]
            pieces += [piece for y in anew for piece in self._pieces(Region(0, y, self.size.width, 1))]
        return _Pieces(pieces, self._standing, anew) if pieces else None

    def _pieces(self, region: Region) -> Iterator[Piece]:
        rows = region.line_range
        # Where nothing was rendered there is None, whatever Textual's type says.
        chops = cast("Sequence[Mapping[int, Strip | None]]", self._render_chops(region, rows.__contains__))
        for y in rows:
            for (x, strip), (_, end) in zip(chops[y].items(), pairwise(self.cuts[y]), strict=True):
                if strip is not None and x < region.right and end > region.x:
                    yield y, x, end, _let_go(strip)

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """From the front to the back; of each, from the first to the last row in which it is seen."""
        if crop is None:
            yield from super()._get_renders()
            return
        covered = dict.fromkeys(crop.line_range, 0)  # a bit for each column
        for widget, (region, clip) in self.visible_widgets.items():
            within = region.intersection(clip).intersection(crop)
            columns = ((1 << within.width) - 1) << within.x
            rows = [y for y in within.line_range if columns & ~covered[y]]
            if not rows:
                continue
            for y in rows:
                covered[y] |= columns
            seen = Region(clip.x, rows[0], clip.width, rows[-1] + 1 - rows[0])
            yield region, seen, widget.render_lines(region.intersection(seen).translate(-region.offset))


class ThriftyScreen(Screen[ScreenResultType]):
    """A screen that is painted so, and once for each change of its size."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name, id, classes)
        self._compositor = ThriftyCompositor()
        self._holds_back = self._is_wanted = self._is_resized = False

    @on(events.ScreenResume)
    def _begin(self, event: events.ScreenResume) -> None:
        """The app's first screen has its styles since it was mounted: Textual would work them out again.

        Later ones are mounted before their own sheets are read.
        """
        event.refresh_styles = event.refresh_styles and not self._is_in_batch

    def _screen_resized(self, size: Size) -> None:  # Textual's own
        """Laid out at once; painted when its widgets have made of it what they will."""
        if size == self._compositor.size or not (self.is_attached and self.stack_updates):
            return  # the layout itself has told so, or there is nothing to lay out yet
        self._holds_back = True
        try:
            super()._screen_resized(size)
        finally:
            self._holds_back = False
        if not self._is_resized:
            self._is_resized = True
            self._update_timer.reset()
        self.refresh()

    def _on_timer_update(self) -> None:
        """As Textual does it, but what is laid out and what changed otherwise are one frame."""
        if self._is_resized:
            stack = cast("App[object]", self.app).screen_stack
            for screen in takewhile(lambda screen: screen is not self, stack):
                if isinstance(screen, ThriftyScreen) and screen._is_resized:
                    screen._on_timer_update()  # it is seen through this one
        self._is_resized, self._holds_back, self._is_wanted = False, True, False
        try:
            super()._on_timer_update()
        finally:
            self._holds_back = False
        if self._is_wanted:
            self._compositor_refresh()

    @property
    def _is_in_batch(self) -> bool:
        app = cast("App[object]", self.app)
        return app._batch_count > 0  # pyright: ignore[reportPrivateUsage]  # nothing tells it in public

    def _compositor_refresh(self) -> None:
        if self._holds_back:
            self._is_wanted = True
        elif not self._is_in_batch:  # Textual would paint, and throw it away
            super()._compositor_refresh()

    @on(events.ScreenSuspend)
    def _forget(self) -> None:
        self._compositor.forget()  # another screen writes over it


class _Pieces(ChopsUpdate):
    """What may have changed on the screen."""

    def __init__(self, pieces: Sequence[Piece], standing: Standing, anew: Iterable[int]) -> None:
        """Some rows are written anew, whatever stands there."""
        super().__init__([], [], [])
        self._all = pieces
        self._standing = standing
        self._anew = anew

    def render_segments(self, console: Console) -> str:
        """As it goes to the terminal, where it counts as standing from now on."""
        self._standing.forget(self._anew)
        return self._standing.put_all(self._all, console)


class _Whole(LayoutUpdate):
    """All of the screen, each piece in its place: in a row that is written at a stretch, one moves the next."""

    def __init__(self, update: LayoutUpdate, pieces: Sequence[Piece], standing: Standing) -> None:
        super().__init__(update.strips, update.region)
        self._all = pieces
        self._standing = standing

    def render_segments(self, console: Console) -> str:
        """As it goes to the terminal, where it counts as standing from now on."""
        return self._standing.put_all(self._all, console)


class Standing:
    """What the terminal shows, as far as that is known."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[tuple[int, int], Strip]] = {}
        self.unsure: set[int] = set()
        """Rows with words of which it is not known how wide the terminal takes them for."""

    def forget(self, rows: Iterable[int] | None = None) -> None:
        """All of it, or these."""
        for y in [*self._rows] if rows is None else rows:
            self._rows.pop(y, None)
            self.unsure.discard(y)

    def put_all(self, pieces: Iterable[Piece], console: Console) -> str:
        """What has to be written so that these stand there."""
        return "".join(written for piece in pieces for written in self.put(piece, console))

    def put(self, piece: Piece, console: Console) -> Iterator[str]:
        """What has to be written so that this stands there: nothing, when it does."""
        y, x, end, strip = piece
        row = self._rows.setdefault(y, {})
        before = row.get((x, end))
        if before is None:
            for other in [span for span in row if span[0] < end and x < span[1]]:
                del row[other]
        row[x, end] = strip
        if before is not None and (before is strip or before == strip):
            return
        place = f"\x1b[{y + 1};{x + 1}H"
        yield place
        if not is_sure(strip):
            self.unsure.add(y)
            yield Strip.blank(end - x, _last_style(strip)).render(console)  # it may turn out narrower than it should
            yield place
        yield _differing(strip, before, console)


def _let_go(strip: Strip) -> Strip:
    """The strip, which goes when it is painted over: uncut, it was remembered by itself as its own only part."""
    strip._divide_cache.clear()  # pyright: ignore[reportPrivateUsage]  # else it takes up to 50,000 objects of garbage
    return strip


def _last_style(strip: Strip) -> Style | None:
    """Its background fills what is left of it."""
    return next((style for _, style, _ in reversed(list(strip))), None)


def _differing(strip: Strip, before: Strip | None, console: Console) -> str:
    """The strip as it is written over another; blanks at its end that stand there already are left out."""
    written = strip.render(console)
    blanks, as_before = _blanks_at_end(strip), _blanks_at_end(before)
    if blanks and as_before and blanks[1] == as_before[1] and written.endswith(_RESET):
        return written[: -len(_RESET) - min(blanks[0], as_before[0])] + _RESET
    return written


def _blanks_at_end(strip: Strip | None) -> tuple[int, Style | None] | None:
    """How many there are, and in which style; None when there are none."""
    for text, style, _ in reversed(list(strip or ())):
        return (len(text), style) if text.isspace() else None
    return None


def _apart(regions: Collection[Region], screen: Region) -> list[Region]:
    """What of the screen these cover, nothing twice as far as that is easily had."""
    within = {region.intersection(screen) for region in regions}
    if len(within) > _MOST_REGIONS:
        return [Region.from_union(within)]
    return [one for one in within if one and not any(other != one and other.contains_region(one) for other in within)]
