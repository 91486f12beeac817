"""A verb's arguments: argparse, with every no in our two lines, and never with a word in it that may be a key."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final, NoReturn, cast

from deepchat.errors import UsageError

_MOST_GUESSES: Final = 3


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one verb, or of one of its own verbs."""

    def __init__(self, prog: str, description: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    @property
    def actions(self) -> Sequence[argparse.Action]:
        """Everything it takes, in the order it was added."""
        return self._actions

    @property
    def verbs(self) -> dict[str, Parser]:
        """The parsers of its own verbs, by name."""
        for action in self._actions:
            if isinstance(action.choices, dict):
                return cast("dict[str, Parser]", action.choices)
        return {}

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The options; raises UsageError. Words may stand before, between and after options."""
        # Intermixed, argparse forgets that what follows "--" are words.
        plainly = self.verbs or "--" in arguments
        parse = self.parse_known_args if plainly else self.parse_known_intermixed_args
        options, unread = parse(list(arguments))
        if unread:
            raise self.verbs.get(getattr(options, "verb", None) or "", self).not_understood(unread)
        return options

    def error(self, message: str) -> NoReturn:
        told = re.sub(r"invalid choice: .* \(choose from (.*)\)", r"must be one of \1", message)
        raise UsageError(told.removeprefix("argument ").replace("'", ""), f"see {self.prog} --help")

    def not_understood(self, unread: Sequence[str]) -> UsageError:
        """Names options only: what stands beside them may be a key."""
        wrong = next((word.partition("=")[0] for word in unread if word.startswith("-")), "")
        if not wrong:
            return UsageError("there are more words than it takes", f"see {self.prog} --help")
        known = [name for action in self._actions for name in action.option_strings]
        longer = [name for name in known if wrong.startswith("--") and name.startswith(wrong)]
        guesses = longer[:_MOST_GUESSES] or get_close_matches(wrong, known, n=1)
        hint = f"did you mean {' or '.join(guesses)}? " if guesses else ""
        return UsageError(f"there is no option {wrong[:40]}", f"{hint}see {self.prog} --help")


def add_verbs(parser: argparse.ArgumentParser, *, required: bool = True) -> Callable[[str, str], Parser]:
    """Verbs of a verb, as in `deepchat auth set`, told by `options.verb`; gives what adds one with its line of help."""
    group = parser.add_subparsers(dest="verb", metavar="VERB", required=required, parser_class=Parser)
    return lambda name, about: group.add_parser(name, help=about, description=about)


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number in this range, for argparse."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() else least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return number

    read.__name__ = "number"  # argparse says: invalid number value
    return read
