"""The app: a chat that fills the terminal. Without a question it begins empty; standard input waits to be sent."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepchat.cli import options as shared
from deepchat.cli.front_end import open_app
from deepchat.errors import UsageError
from deepchat.tui.starting import Start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", help="asked at once")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("-c", "--continue", dest="go_on", action="store_true", help="the most recent conversation")
    which.add_argument(
        "-r", "--resume", metavar="WORDS", nargs="?", const="", help="the one with this id, or these words; or the list"
    )
    shared.add_place(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", help="how the model shall behave")
    parser.add_argument("--preset", metavar="NAME", default="", help="model, system prompt and parameters of a preset")
    parser.add_argument(
        "-a",
        "--attach",
        metavar="FILE",
        action="append",
        type=Path,
        default=[],
        help="with the question, or the next one",
    )
    parser.add_argument("--theme", metavar="NAME", default="", help="its colours")
    parser.add_argument("--temporary", action="store_true", help="begin one of which only the cost is kept")
    parser.add_argument("--plain", action="store_true", help="in plain lines, for screen readers and simple terminals")
    parser.add_argument("--demo", action="store_true", help="a tour without a key, in a home that is thrown away")


def run(options: argparse.Namespace) -> int:
    """Show it until it is closed."""
    if options.temporary and (options.go_on or options.resume is not None):
        raise UsageError(
            "--temporary begins a conversation of which nothing is kept: it can't go on with an old one",
            "leave out one of the two; `deepchat ask --no-save -c` asks in the last one and keeps no words",
        )
    start = Start(
        " ".join(options.question).strip(),
        tuple(options.attach),
        go_on=options.go_on,
        resume=options.resume,
        temporary=options.temporary,
        theme=options.theme,
    )
    overrides = {**shared.place_of(options), "system": options.system}
    return open_app(start, overrides, options.preset, plain=options.plain, demo=options.demo)
