"""Textual's compositor, thriftier: only rows that have changed are rendered, and only what differs is written.

Textual renders all rows of every widget that has anything to do with a change, also of those that are covered, and
writes all that it has rendered: some 15 ms and 6 kB for one more word on a full page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

from rich.console import Console
from rich.style import Style
from textual import events, on
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

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

    def forget(self) -> None:
        """Somebody else writes on the terminal."""
        self._standing.forget()

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:  # Textual's own
        """All of it, whatever stands there."""
        self.forget()
        return super().render_full_update(simplify)

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed; None when nothing has."""
        regions = _apart(self._dirty_regions, self.size.region)
        self._dirty_regions.clear()
        pieces = [piece for region in regions for piece in self._pieces(region)]
        return _Pieces(pieces, self._standing) if pieces else None

    def _pieces(self, region: Region) -> Iterator[Piece]:
        rows = region.line_range
        # Where nothing was rendered there is None, whatever Textual's type says.
        chops = cast("Sequence[Mapping[int, Strip | None]]", self._render_chops(region, rows.__contains__))
        for y in rows:
            for (x, strip), (_, end) in zip(chops[y].items(), pairwise(self.cuts[y]), strict=True):
                if strip is not None and x < region.right and end > region.x:
                    yield y, x, end, strip

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """From the front to the back, until nothing further back is seen."""
        if crop is None:
            yield from super()._get_renders()
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = clip.intersection(Region(clip.x, crop.y, clip.width, crop.height))
            shown = region.intersection(seen)
            if shown and shown.overlaps(crop):
                yield region, seen, widget.render_lines(shown.translate(-region.offset))
                if shown.contains_region(crop):
                    return


class ThriftyScreen(Screen[None]):
    """A screen that is painted so."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ThriftyCompositor()

    @on(events.ScreenSuspend)
    def _forget(self) -> None:
        self._compositor.forget()  # another screen writes over it


class _Pieces(ChopsUpdate):
    """What may have changed on the screen."""

    def __init__(self, pieces: list[Piece], standing: Standing) -> None:
        super().__init__([], [], [])
        self._all = pieces
        self._standing = standing

    def render_segments(self, console: Console) -> str:
        """As it goes to the terminal, where it counts as standing from now on."""
        return "".join(written for piece in self._all for written in self._standing.put(piece, console))


class Standing:
    """What the terminal shows, as far as that is known."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[tuple[int, int], Strip]] = {}

    def forget(self) -> None:
        self._rows.clear()

    def put(self, piece: Piece, console: Console) -> Iterator[str]:
        """What has to be written so that this stands there: nothing, when it does."""
        y, x, end, strip = piece
        row = self._rows.setdefault(y, {})
        before = row.get((x, end))
        if before is None:
            for other in [span for span in row if span[0] < end and x < span[1]]:
                del row[other]
        row[x, end] = strip
        if before is None or not (before is strip or before == strip):
            yield f"\x1b[{y + 1};{x + 1}H"
            yield _differing(strip, before, console)


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
