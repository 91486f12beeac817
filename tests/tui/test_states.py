"""Every state of the gallery can be drawn, at every size that a terminal may have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

from benchmarks.gallery.__main__ import picture
from benchmarks.gallery.hanging import Frame, Hanging
from benchmarks.gallery.states import STATES
from deepchat.tui.themes import DARK, available

SIZES: Final = ((120, 40), (80, 24), (40, 12), (20, 10))


def rows(app: Frame) -> list[str]:
    """What stands on the screen."""
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  # there is no public way
    return [strip.text for strip in strips]


@pytest.mark.parametrize("name", STATES)
async def test_it_fills_the_screen_whatever_its_size(name: str) -> None:
    app = Frame(DARK)
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        await pilot.pause()
        await STATES[name](Hanging(app, pilot))
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            shown = rows(app)
            assert [cell_len(row) for row in shown] == [width] * height
            assert any(row.strip() for row in shown)


@pytest.mark.parametrize("name", ["whole", "streaming", "offline", "read-only"])
async def test_the_smallest_screen_has_the_end_of_what_was_said_and_a_line_to_write_in(name: str) -> None:
    app = Frame(DARK)
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        await STATES[name](Hanging(app, pilot))
        await pilot.pause()
        shown = rows(app)
        assert any("❯" in row for row in shown)
        assert sum(bool(row.strip()) for row in shown) >= 6
        assert "Rust" in shown[0]


@pytest.mark.parametrize("width", [80, 60, 40])
async def test_the_help_says_every_word_at_any_width(width: int) -> None:
    app = Frame(DARK)
    async with app.run_test(size=(width, 300)) as pilot:
        await pilot.pause()
        await STATES["help"](Hanging(app, pilot))
        await pilot.pause()
        told = " ".join(" ".join(rows(app)).replace("│", " ").split())
        for words in ("to the conversation, where single letters are keys, and back", "end DeepChat; nothing is lost"):
            assert words in told


@pytest.mark.parametrize("theme", available(Path("none")))
async def test_it_is_drawn_in_every_theme(theme: str) -> None:
    assert "lifetime" in await picture(STATES["whole"], theme, "80x24")


async def test_a_picture_is_the_same_each_time() -> None:
    one, other = [await picture(STATES["streaming"], DARK, "80x24") for _ in range(2)]
    assert one == other


def test_no_picture_tells_of_whoever_draws_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("LLM_MODEL", "my/own-model")
    wanted = ("--state", "settings", "--theme", DARK, "--size", "120x40")
    subprocess.run([sys.executable, "-m", "benchmarks.gallery", str(tmp_path), *wanted], check=True, timeout=60)
    (drawn,) = tmp_path.glob("settings-*.svg")
    told = drawn.read_text()
    assert "model" in told
    assert "my/own-model" not in told


async def test_nothing_lies_over_an_answer_that_a_budget_has_stopped() -> None:
    app = Frame(DARK)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        await STATES["budget"](Hanging(app, pilot))
        await pilot.pause()
        assert not app._notifications  # pyright: ignore[reportPrivateUsage]  # there is no public way
        assert any("m goes on, r answers anew" in row for row in rows(app))
