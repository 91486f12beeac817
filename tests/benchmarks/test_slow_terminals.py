"""A terminal that takes in little, or nothing for a while, holds up neither an answer nor its saving."""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.asking import ask, warm_up
from benchmarks.clients import DEEPCHAT
from benchmarks.ground import Ground, started
from benchmarks.server import END, Order
from benchmarks.terminal import LIMIT_S

SSH_LINE_BYTES_S = 50_000
A_FEW_FRAMES_BYTES = 90_000
"""A frame or two are under way when the terminal falls behind; the next one shows all that came meanwhile."""


def kept(home: Path, ground: Ground, order: Order) -> str:
    """The last answer as it is on disk, once it is whole."""
    seat = DEEPCHAT.seat(home, ground.url, order.model)

    def told(*arguments: str) -> bytes:
        return subprocess.run([*seat.command, *arguments], env=seat.environ, capture_output=True, check=True).stdout

    give_up = time.monotonic() + LIMIT_S
    while time.monotonic() < give_up:
        newest = json.loads(told("list", "--json"))[0]["id"]
        answer = json.loads(told("show", newest, "--json"))["messages"][-1]
        if answer["state"] == "whole" and END in answer["text"]:
            return str(answer["text"])
    raise AssertionError("the answer was not kept")


def test_a_terminal_that_takes_nothing_holds_up_neither_the_answer_nor_its_saving(ground: Ground) -> None:
    order = Order("mixed", 1_600, 400)
    with ground.home() as home, ground.opened(DEEPCHAT, order, home=home) as terminal:
        warm_up(terminal, DEEPCHAT)
        mark, written = ask(terminal, DEEPCHAT), terminal.written
        assert kept(home, ground, order).endswith(f"{END}-1\n")  # nobody has read the terminal since
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
                saved = beside.submit(lambda: (kept(home, ground, order), time.monotonic())[1])
                shown = terminal.wait_for(f"{END}-1", mark)
            assert shown - saved.result() < A_FEW_FRAMES_BYTES / SSH_LINE_BYTES_S
