"""Every state of the app in every theme at three sizes, as SVG, to be looked at.

uv run python -m benchmarks.gallery FOLDER [--theme NAME] [--state NAME] [--size 120x40]

A file is called STATE-THEME-SIZE.svg. Words and figures are made up, the time is always two past two, and no settings
of yours are read: on the same day the same call gives the same files.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.gallery.hanging import Frame, Hanging, State
from benchmarks.gallery.states import STATES
from deepchat.tui.themes import available

_FONT: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Textual would have a font fetched by whoever looks at the picture."""
SIZES: Final = ("120x40", "80x24", "40x12")


async def picture(state: State, theme: str, size: str) -> str:
    """The state as SVG."""
    columns, lines = map(int, size.split("x"))
    app = Frame(theme)
    async with app.run_test(size=(columns, lines), notifications=True) as pilot:
        await pilot.pause()
        await state(Hanging(app, pilot))
        await pilot.pause()
        return _FONT.sub("", app.export_screenshot(title="DeepChat"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", action="append", choices=list(available(Path("none"))))
    parser.add_argument("--state", action="append", choices=list(STATES))
    parser.add_argument("--size", action="append", help="such as 120x40")
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    for theme in options.theme or available(Path("none")):
        for name in options.state or STATES:
            for size in options.size or SIZES:
                drawn = asyncio.run(picture(STATES[name], theme, size))
                (folder / f"{name}-{theme}-{size}.svg").write_text(drawn)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["DEEPCHAT_HOME"] = home
        main()
