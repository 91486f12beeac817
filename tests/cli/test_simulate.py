"""`deepchat simulate`, as a process."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from deepchat.simulator import built_in
from tests.cli.running import COMMAND, KEY, LIMIT_S, run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped_which_is_no_failure(number: signal.Signals) -> None:
    with ready() as (process, url):
        said = run("ask", "-m", "sim/plain", "hi", env={"LLM_BASE_URL": f"{url}/v1/openai", "LLM_API_KEY": KEY})
        assert said.out.startswith("Hello!")

        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT_S)

    assert (process.returncode, out, err) == (0, "", "")


def test_it_stops_by_itself_and_plays_one_scene_for_all() -> None:
    with ready("--max-seconds", "5", "--scene", "unpaid") as (process, url):
        said = run("ask", "-m", "sim/plain", "hi", env={"LLM_BASE_URL": f"{url}/v1/openai", "LLM_API_KEY": KEY})
        assert "balance or limit" in said.err
        assert process.wait(LIMIT_S) == 0


def test_the_port_is_the_one_that_was_asked_for_or_it_fails() -> None:
    with ready() as (_, url):
        port = url.rpartition(":")[2]
        said = run("simulate", "--port", port)
    assert said.status == 1
    assert f"port {port}" in said.err
    with ready("--port", port) as (_, again):
        assert again == url


def test_list_prints_every_scene_with_its_line() -> None:
    said = run("simulate", "--list")
    head, *rows = said.out.splitlines()
    assert head.split() == ["scene", "what", "happens"]
    assert [row.split()[0] for row in rows] == list(built_in())
    assert all(len(row.split()) > 1 for row in rows)
    assert said.err.startswith(f"{len(rows)} scenes")


@pytest.mark.parametrize("wrong", [("--port", "65536"), ("--scene", "nope"), ("--max-seconds", "-1"), ("--port", "x")])
def test_what_can_not_be_is_a_usage_error(wrong: tuple[str, ...]) -> None:
    said = run("simulate", *wrong)
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 2)


@contextmanager
def ready(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "simulate", *options], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            word, url = process.stdout.readline().split()
            assert word == "READY"
            yield process, url
        finally:
            process.kill()
