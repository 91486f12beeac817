"""The open quotes, lists and notes: which of them a line goes on with, and which it opens."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Final, NamedTuple

from deepchat.tui.typeset.containers import (
    MOST_NESTED,
    Container,
    Frame,
    Item,
    ListOf,
    Note,
    Quote,
    Stack,
    frame,
    gap,
    marker_of,
    shared,
)
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.scan import BULLET, CODE_INDENT, NOTE, NUMBER, RULE, TASK, UNDERLINE, Scan

_TASKS: Final = {" ": (" ☐ ", "task.open"), "x": (" ☑ ", "task.done"), "X": (" ☑ ", "task.done")}


class Opening(NamedTuple):
    """What a line opens."""

    depth: int
    """How many of the open containers stay."""
    containers: Stack
    """What stands in them from now on."""


class Nest:
    """The containers that are open, outermost first."""

    def __init__(self, page: list[Line], width: int) -> None:
        self.stack: Stack = ()
        self.is_blank = False
        """Whether an empty line came since the last block began."""
        self._page = page
        self._width = width
        self._keys = 0
        self._unmarked = 0
        """From this one on, the items of the stack have not shown their markers."""
        self._before: Stack | None = None
        """What the last block on the page stands in; None when the page is empty."""

    def copy(self) -> Nest:
        """One that may go another way."""
        return copy(self)

    def match(self, scan: Scan) -> int:
        """How many of the containers the line goes on with; it is read up to what stands in them."""
        for depth, container in enumerate(self.stack):
            match container:
                case Quote():
                    if scan.indent() >= CODE_INDENT or not scan.body.startswith(">"):
                        return depth
                    _read_bar(scan)
                case Item() | Note():
                    indent = container.indent if isinstance(container, Item) else CODE_INDENT
                    goes_on = scan.indent() >= indent if scan.body else depth < self._unmarked
                    if not goes_on:
                        return depth
                    scan.skip_blanks(indent)
                case ListOf():
                    pass
        return len(self.stack)

    def opening(self, scan: Scan, depth: int, *, in_paragraph: bool) -> Opening | None:
        """The next container that the line opens in those that it goes on with; it is read up to what stands in it."""
        body = scan.body
        if depth >= MOST_NESTED or scan.indent() >= CODE_INDENT:
            return None
        if body.startswith(">"):
            _read_bar(scan)
            return Opening(self.without_list(depth), (Quote(self._key()),))
        if note := NOTE.match(body):
            scan.skip_blanks(scan.indent())
            scan.skip(note.end())
            scan.skip_blanks(CODE_INDENT)
            return Opening(self.without_list(depth), (Note(self._key(), note[1]),))
        return self._item(scan, body, depth, in_paragraph=in_paragraph)

    def _item(self, scan: Scan, body: str, depth: int, *, in_paragraph: bool) -> Opening | None:
        found = BULLET.match(body) or NUMBER.match(body)
        if not found or RULE.match(body) or (in_paragraph and UNDERLINE.match(body)):
            return None
        number = int(found[1]) if found[1].isdigit() else None
        if in_paragraph and (not body[found.end() :].strip() or number not in (None, 1)):
            return None
        start = scan.indent()
        scan.skip_blanks(start)
        scan.skip(found.end())
        space = scan.indent()
        space = space if scan.body and space <= CODE_INDENT else 1
        scan.skip_blanks(space)
        return self._opened_item(depth, found[found.lastindex or 1], number, start + found.end() + space)

    def _opened_item(self, depth: int, mark: str, number: int | None, indent: int) -> Opening:
        before = self.stack[depth - 1] if 0 < depth < len(self.stack) else None
        if isinstance(before, ListOf) and before.mark == mark:
            depth -= 1
            listed = replace(before, number=before.number + 1)
        else:
            depth = self.without_list(depth)
            listed = ListOf(self._key(), mark, number or 0)
        inside = sum(isinstance(each, ListOf) and each.mark in "-+*" for each in self.stack[:depth])
        marker = marker_of(None if number is None else listed.number, mark, inside)
        return Opening(depth, (listed, Item(self._key(), indent, marker)))

    def without_list(self, depth: int) -> int:
        """So many containers stay when what comes is no item: a list has nothing else."""
        return depth - 1 if depth and isinstance(self.stack[depth - 1], ListOf) else depth

    def push(self, containers: Stack) -> None:
        """Opens them."""
        self.stack += containers

    def take_task(self, body: str) -> str:
        """The text without the box that makes an item that it begins a task."""
        item = self.stack[-1] if len(self.stack) > self._unmarked else None
        found = TASK.match(body) if isinstance(item, Item) else None
        if not (found and isinstance(item, Item)):
            return body
        box, style = _TASKS[found[1]]
        marker = box if item.marker.strip() in "•◦▪" else f"{item.marker}{box.lstrip()}"
        self.stack = (*self.stack[:-1], replace(item, marker=marker, style=style))
        return body[found.end() :]

    def pop(self, depth: int) -> None:
        """Closes all but so many; items without any text show their markers all the same."""
        while len(self.stack) > depth:
            if len(self.stack) > self._unmarked and isinstance(self.stack[-1], Item | Note):
                before, own = self.begin()
                self._page += [*before, own.line(0, [])]
            self.stack = self.stack[:-1]
        self._unmarked = min(self._unmarked, depth)

    def begin(self) -> tuple[list[Line], Frame]:
        """A block begins here: the empty line that parts it from what is before it, if any, and its frame."""
        parting: list[Line] = []
        if self._before is not None:
            common = shared(self._before, self.stack)
            if self.is_blank or not _is_close(self._before, self.stack, common):
                parting.append(gap(self.stack[:common], self._width))
        own = frame(self.stack, self._unmarked, self._width)
        self._unmarked, self.is_blank, self._before = len(self.stack), False, self.stack
        return parting, own

    def _key(self) -> int:
        self._keys += 1
        return self._keys


def _is_close(before: Stack, stack: Stack, common: int) -> bool:
    """Whether two blocks follow each other without an empty line: in lists, where the source has none; and notes."""
    if common and isinstance(stack[common - 1], ListOf | Item):
        return True
    following: tuple[Container | None, Container | None] = (
        before[common] if common < len(before) else None,
        stack[common] if common < len(stack) else None,
    )
    return all(isinstance(each, Note) for each in following)


def _read_bar(scan: Scan) -> None:
    scan.skip_blanks(scan.indent())
    scan.skip(1)
    scan.skip_blanks(1)
