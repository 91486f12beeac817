"""What is painted when the window changes, and what is left behind when it does."""

from __future__ import annotations

import time

import pytest

from tests.tui.pty_app import PtyApp
from tests.tui.user_on_pty import ask, started

pytestmark = pytest.mark.usefixtures("sim")
PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
NOTHING_SAID = "DeepChat · new conversation"
"""The title, once the store is open."""
DRAGGED_EVERY_S = 1 / 50
A_PAGE_S = 0.08
"""After a key, a page is painted sooner."""
A_FEW_FRAMES_BYTES = 60_000
"""What a terminal holds that nobody reads, and two frames."""


def test_words_that_a_terminal_counts_otherwise_leave_nothing_behind_when_they_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/essay")
    with started() as app:
        ask(app, "Tell me of lighthouses")
        app.wait_for("tok/s")
        settle(app)
        for key in (*[PAGE_UP] * 9, *[PAGE_DOWN] * 9):
            app.send(key)
            settle(app, A_PAGE_S)
        settle(app)
        shown = app.screen.lines
        for columns in (121, 120):
            app.resize(columns, 32)
            app.wait_for("tok/s")
            settle(app)
        assert shown == app.screen.lines


def test_a_window_that_is_dragged_while_nobody_reads_is_painted_at_its_last_size() -> None:
    with started() as app:
        app.wait_for(NOTHING_SAID)
        settle(app)
        shown, written = app.screen.lines, len(app.raw)
        for columns in (*range(60, 120), 120):
            app.resize(columns, 32)
            time.sleep(DRAGGED_EVERY_S)
        app.wait_until(lambda: shown == app.screen.lines, "what was seen before")
        settle(app)
        assert len(app.raw) - written < A_FEW_FRAMES_BYTES


def test_a_size_that_is_back_before_it_is_heard_of_is_painted_again() -> None:
    with started() as app:
        app.wait_for(NOTHING_SAID)
        settle(app)
        shown = app.screen.lines
        app.resize(110, 32)
        app.resize(120, 32)
        app.wait_until(lambda: shown == app.screen.lines, "what was seen before")


def settle(app: PtyApp, quiet_s: float = 0.3) -> None:
    """Until it has nothing more to paint."""
    while app.listen(quiet_s):
        pass
