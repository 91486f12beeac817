"""A small terminal: of what a program writes, what can be seen, and which modes it has switched on.

It knows what Textual sends and passes over the rest, so what must not be sent at all is looked for in the raw bytes.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

_TOKEN: Final = re.compile(
    r"\x1b\[([<=>?]?)([\d;:]*)[ -/]*([@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[^\[\]PX^_]"
    r"|[\x00-\x1a\x1c-\x1f\x7f]"
    r"|[^\x00-\x1f\x7f]+"
)
_ALTERNATE: Final = "1049"


class Screen:
    """What is on it now: `lines`, `cursor` and `modes`."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns, self.height = columns, lines
        self.cursor: tuple[int, int] = (0, 0)
        """Line and column, counted from 0."""
        self.modes: set[str] = set()
        """Private modes that are on, by number; the cursor (25) and wrapping (7) when they are off, with a minus."""
        self.kitty_depth = 0
        """How often kitty's keys were asked for and not given back."""
        self._cells = self._blank()
        self._main = self._cells
        self._rest = ""

    @property
    def lines(self) -> list[str]:
        return ["".join(line).rstrip() for line in self._cells]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def resize(self, columns: int, lines: int) -> None:
        self.columns, self.height = columns, lines
        self._cells, self._main = self._blank(), self._blank()

    def feed(self, text: str) -> None:
        text = self._rest + text
        at = 0
        while token := _TOKEN.match(text, at):
            at = token.end()
            if token[3]:
                self._control(token[1], token[2], token[3])
            elif token[0][0] >= " " and token[0] != "\x7f":
                self._print(token[0])
            else:
                self._move(token[0])
        self._rest = text[at:]

    def _blank(self) -> list[list[str]]:
        return [[" "] * self.columns for _ in range(self.height)]

    def _move(self, control: str) -> None:
        line, column = self.cursor
        match control:
            case "\r":
                self.cursor = (line, 0)
            case "\n":
                if line + 1 == self.height:
                    self._cells = [*self._cells[1:], [" "] * self.columns]
                self.cursor = (min(line + 1, self.height - 1), column)
            case "\b":
                self.cursor = (line, max(0, column - 1))
            case _:
                pass

    def _print(self, text: str) -> None:
        line, column = self.cursor
        for char in text:
            width = cell_len(char)
            if width == 0 and column:
                self._cells[line][column - 1] += char
            elif column + width <= self.columns:
                self._cells[line][column : column + width] = [char, *[""] * (width - 1)]
                column += width
        self.cursor = (line, column)

    def _control(self, private: str, parameters: str, final: str) -> None:
        numbers = [int(part) if part.isdecimal() else 0 for part in parameters.split(";")]
        line, column = self.cursor
        match private, final:
            case "?", "h" | "l":
                for mode in parameters.split(";"):
                    self._set_mode(mode, on=final == "h")
            case ">", "u":
                self.kitty_depth += 1
            case "<", "u":
                self.kitty_depth -= 1
            case "", "H" | "f":
                row, *rest = numbers
                self.cursor = (min(max(row, 1), self.height) - 1, min(max(*rest, 1) if rest else 1, self.columns) - 1)
            case "", "J" if numbers[0] in (2, 3):
                self._cells = self._blank()
            case "", "K":
                self._cells[line][column:] = [" "] * (self.columns - column)
            case "", "C":
                self.cursor = (line, min(column + max(numbers[0], 1), self.columns - 1))
            case _:
                pass

    def _set_mode(self, mode: str, *, on: bool) -> None:
        if mode == _ALTERNATE:
            if on:
                self._main, self._cells = self._cells, self._blank()
            else:
                self._cells = self._main
        if mode in ("7", "25"):
            on, mode = not on, f"-{mode}"
        (self.modes.add if on else self.modes.discard)(mode)
