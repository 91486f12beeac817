"""`deepchat local`, as a process."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

VERB = """
import argparse
from deepchat.cli import local
parser = argparse.ArgumentParser()
local.add(parser.add_subparsers())
options = parser.parse_args()
raise SystemExit(options.run(options))
"""
COMMAND = [sys.executable, "-P", "-c", VERB, "local"]
SOON_S = 20


@pytest.mark.usefixtures("llama_server")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_serves_until_it_is_stopped_and_says_what_it_is(number: signal.Signals, status: int) -> None:
    with ready() as (process, address):
        health = http.client.HTTPConnection(address, timeout=SOON_S)
        health.request("GET", "/health")
        assert health.getresponse().status == 200
        health.close()

        process.send_signal(number)
        out, notes = process.communicate(timeout=SOON_S)

    assert process.returncode == status
    assert out == ""
    assert notes == (
        "Loading SmolLM2-135M-Instruct, 135 million parameters: a small model for trying things, not for truth.\n"
    )
    with pytest.raises(ConnectionRefusedError):
        health.request("GET", "/health")


@pytest.mark.usefixtures("llama_server")
def test_it_stops_by_itself_after_its_seconds() -> None:
    with ready("--max-seconds", "1") as (process, _):
        assert process.wait(SOON_S) == 0


@pytest.mark.parametrize(
    "wrong", [["--port", "65536"], ["--port", "x"], ["--context", "0"], ["--max-seconds", "0"], ["--max-seconds", "-1"]]
)
def test_a_value_out_of_range_is_a_usage_error(wrong: list[str]) -> None:
    done = subprocess.run([*COMMAND, *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"argument {wrong[0]}" in done.stderr


@contextmanager
def ready(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, *options], stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            word, _, address = process.stdout.readline().strip().partition(" http://")
            assert word == "READY"
            yield process, address
        finally:
            process.kill()
