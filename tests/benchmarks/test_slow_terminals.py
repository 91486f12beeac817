"""A terminal that takes in little, or nothing for a while, holds up neither an answer nor its saving."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from benchmarks.asking import ask, warm_up
from benchmarks.clients import DEEPCHAT
from benchmarks.ground import Ground, started
from benchmarks.server import END, Order
from benchmarks.terminal import LIMIT_S

LOOK_AGAIN_S = 0.05
SSH_LINE_BYTES_S = 50_000
A_FEW_FRAMES_BYTES = 90_000
"""A frame or two are under way when the terminal falls behind; the next one shows all that came meanwhile."""


def wait_until_kept(home: Path) -> float:
    """Until the last answer is on disk, whole; when that was, by the monotonic clock."""
    give_up = time.monotonic() + LIMIT_S
    with closing(sqlite3.connect(f"file:{home}/data/deepchat.db?mode=ro", uri=True)) as store:
        while time.monotonic() < give_up:
            state, body = store.execute("SELECT state, body FROM message ORDER BY seq DESC LIMIT 1").fetchone()
            if state == "whole" and f"{END}-1" in body:
                return time.monotonic()
            time.sleep(LOOK_AGAIN_S)
    raise AssertionError("the answer was not kept")


def test_a_terminal_that_takes_nothing_holds_up_neither_the_answer_nor_its_saving(ground: Ground) -> None:
    order = Order("mixed", 1_600, 400)
    with ground.home() as home, ground.opened(DEEPCHAT, order, home=home) as terminal:
        warm_up(terminal, DEEPCHAT)
        mark, written = ask(terminal, DEEPCHAT), terminal.written
        wait_until_kept(home)  # nobody has read the terminal since
        terminal.wait_for(f"{END}-1", mark)
        assert terminal.written - written < A_FEW_FRAMES_BYTES


def test_a_line_of_50_kilobytes_a_second_shows_the_end_soon_after_it_came(ground: Ground) -> None:
    order = Order("mixed", 2_400, 400)
    with ground.home() as home:
        seat = DEEPCHAT.seat(home, ground.url, order.model)
        with started(seat, home) as terminal:
            terminal.wait_for(DEEPCHAT.first)
            terminal.settle()
            warm_up(terminal, DEEPCHAT)
            mark = ask(terminal, DEEPCHAT)
            terminal.bytes_per_s = SSH_LINE_BYTES_S
            with ThreadPoolExecutor() as beside:
                saved = beside.submit(wait_until_kept, home)
                shown = terminal.wait_for(f"{END}-1", mark)
            # Queued frames would take three times as long to come through as these.
            assert shown - saved.result() < 2 * A_FEW_FRAMES_BYTES / SSH_LINE_BYTES_S
