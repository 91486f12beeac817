"""Every state of the app in every theme at three sizes, as SVG, to be looked at.

uv run python -m benchmarks.gallery FOLDER [--theme NAME] [--state NAME] [--size 120x40]
uv run python -m benchmarks.gallery docs/pictures --docs

A file is called STATE-THEME-SIZE.svg; with --docs the pictures of the handbook are drawn anew, by their names. Words
and figures are made up, the time is always two past two, and no settings of yours are read: on the same day the same
call gives the same files.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
from itertools import product
from pathlib import Path
from typing import Final

from benchmarks.gallery.hanging import Frame, Hanging, State
from benchmarks.gallery.states import STATES
from deepchat.tui.themes import available

_FONT: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Textual would have a font fetched by whoever looks at the picture."""
_OWN: Final = ("DEEPCHAT_", "LLM_")
"""What settings are read from beside the files."""
SIZES: Final = ("120x40", "80x24", "40x12")
IN_DOCS: Final = (
    ("chat-dark", "whole", "deepchat-dark", "120x30"),
    ("chat-light", "lists", "deepchat-light", "120x30"),
    ("first-run", "welcome", "deepchat-dark", "80x24"),
    ("streaming", "streaming", "lantern", "120x30"),
    ("narrow", "streaming", "deepchat-light", "40x12"),
    ("picker", "picker", "deepchat-dark", "120x30"),
    ("conversations", "conversations", "ember", "120x30"),
    ("search", "search", "deepchat-light", "120x24"),
    ("branches", "branches", "fjord", "120x30"),
    ("compare", "compare", "deepchat-dark", "120x30"),
    ("usage", "usage", "deepchat-dark", "120x30"),
    ("retrying", "retrying", "shoreline", "80x24"),
    ("continued", "continued", "high-contrast", "80x24"),
    ("allowing", "allowing", "paper", "80x24"),
)
"""The handbook's pictures: name, state, theme and size."""


async def picture(state: State, theme: str, size: str) -> str:
    """The state as SVG."""
    columns, lines = map(int, size.split("x"))
    app = Frame(theme)
    async with app.run_test(size=(columns, lines), notifications=True) as pilot:
        await pilot.pause()
        hanging = Hanging(app, pilot)
        await state(hanging)
        await hanging.rest()
        return _FONT.sub("", app.export_screenshot(title="DeepChat"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", action="append", choices=list(available(Path("none"))))
    parser.add_argument("--state", action="append", choices=list(STATES))
    parser.add_argument("--size", action="append", help="such as 120x40")
    parser.add_argument("--docs", action="store_true", help="the pictures of the handbook, and no other")
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    chosen = product(options.state or STATES, options.theme or available(Path("none")), options.size or SIZES)
    wanted = IN_DOCS if options.docs else (("-".join(one), *one) for one in chosen)
    for name, state, theme, size in wanted:
        (folder / f"{name}.svg").write_text(asyncio.run(picture(STATES[state], theme, size)))


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith(_OWN)]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as home:
        os.environ["DEEPCHAT_HOME"] = home
        main()
