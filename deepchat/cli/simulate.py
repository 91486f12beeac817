"""Runs the simulator: a pretend provider on this machine, and every way that providers fail.

Each scene is a model of its name (`-m sim/essay`); with --scene all requests play one. When it can answer it prints
READY and its address.
"""

from __future__ import annotations

import argparse
import math
from typing import Final

from deepchat.cli import voice
from deepchat.cli.columns import Column, print_table

_LONGEST_S: Final = 365 * 24 * 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="N", type=int, default=0, help="default: any free one")
    parser.add_argument("--scene", metavar="NAME", default="", help="what to play for every request")
    parser.add_argument("--max-seconds", metavar="N", type=_seconds, default=0.0, help="stop by itself after N seconds")
    parser.add_argument("--list", action="store_true", help="print all scenes, each with its line, and end")


def run(options: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM comes or the seconds are over, which is no failure; or prints the scenes."""
    if options.list:
        return _list()
    from deepchat.simulator import run as serve

    return serve(options.port, options.scene, options.max_seconds)


def _list() -> int:
    from deepchat.simulator import built_in

    rows = [(scene.name, scene.about) for scene in built_in().values()]
    print_table((Column("scene"), Column("what happens")), rows)
    voice.notice(f"{len(rows)} scenes; play one with deepchat ask -m sim/NAME")
    return 0


def _seconds(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and 0 < number <= _LONGEST_S):
        raise argparse.ArgumentTypeError(f"it must be more than 0 and at most {_LONGEST_S:,}")
    return number


_seconds.__name__ = "number"  # argparse says: invalid number value
