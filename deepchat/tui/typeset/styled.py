"""A text with its styles and links, which lines are cut from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

from deepchat.tui.typeset.lines import Link

Pieces = tuple[tuple[str, str], ...]


class Run(NamedTuple):
    """Characters that look alike and lead to the same place."""

    text: str
    style: str
    target: str = ""


class Styled:
    """A text whose every stretch has a style and maybe a target."""

    __slots__ = ("_ends", "_runs", "text")

    def __init__(self, runs: Iterable[Run]) -> None:
        self._runs = _joined(runs)
        self._ends: list[int] = []
        end = 0
        for run in self._runs:
            end += len(run.text)
            self._ends.append(end)
        self.text: Final = "".join([run.text for run in self._runs])

    @property
    def last(self) -> Run | None:
        """The run it ends with."""
        return self._runs[-1] if self._runs else None

    def longer(self, text: str) -> Styled:
        """The same with more text at its end that looks as its last run."""
        last = self._runs[-1]
        return Styled([*self._runs[:-1], last._replace(text=last.text + text)])

    def same_until(self, other: Styled) -> int:
        """So many characters at the start of both are the same and look the same."""
        same = 0
        for mine, its in zip(self._runs, other._runs, strict=False):
            if mine != its:
                return same + (_common(mine.text, its.text) if mine[1:] == its[1:] else 0)
            same += len(mine.text)
        return same

    def runs(self, start: int, end: int) -> list[Run]:
        """The stretches of that part."""
        found: list[Run] = []
        for number in range(bisect_right(self._ends, start), len(self._runs)):
            run = self._runs[number]
            begun = self._ends[number] - len(run.text)
            if begun >= end:
                break
            text = run.text[max(0, start - begun) : end - begun]
            if text:
                found.append(run._replace(text=text))
        return found


def _common(one: str, other: str) -> int:
    if other.startswith(one):
        return len(one)
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))


def _joined(runs: Iterable[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].style == run.style and joined[-1].target == run.target:
            joined[-1] = run._replace(text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return joined


def pieces_of(runs: Iterable[Run]) -> Pieces:
    """The runs as a line holds them."""
    return tuple([(run.text, run.style) for run in runs])


def links_of(runs: Iterable[Run], at: int) -> tuple[Link, ...]:
    """The links of runs that begin at that character of their line."""
    links: list[Link] = []
    for run in runs:
        end = at + len(run.text)
        if run.target:
            goes_on = links and links[-1].end == at and links[-1].target == run.target
            start = links.pop().start if goes_on else at
            links.append(Link(start, end, run.target))
        at = end
    return tuple(links)
