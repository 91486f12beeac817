"""`deepchat local`, as a process."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest

from deepchat.cli.local import USUAL_PORT

COMMAND = [sys.executable, "-m", "deepchat", "local"]
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
        port = int(address.rpartition(":")[2])

    assert process.returncode == status
    assert out == ""
    whom = "deepchat ask -p local" if port == USUAL_PORT else f"LLM_BASE_URL=http://{address}/v1 deepchat ask"
    assert notes == (
        "loading SmolLM2-135M-Instruct, 135 million parameters: a small model for trying things, not for truth\n"
        f'ask it: {whom} "What is a lighthouse?"\n'
    )
    with pytest.raises(ConnectionRefusedError):
        health.request("GET", "/health")


@pytest.mark.usefixtures("llama_server")
def test_it_stops_by_itself_after_its_seconds() -> None:
    with ready("--max-seconds", "1") as (process, _):
        assert process.wait(SOON_S) == 0


@pytest.mark.usefixtures("llama_server")
def test_it_takes_another_port_when_the_usual_one_is_taken() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody else's server is as good
            other.bind(("127.0.0.1", USUAL_PORT))
            other.listen()
        with ready() as (_, address):
            assert not address.endswith(f":{USUAL_PORT}")


@pytest.mark.parametrize(
    "wrong", [["--port", "65536"], ["--port", "x"], ["--context", "0"], ["--max-seconds", "0"], ["--max-seconds", "-1"]]
)
def test_a_value_out_of_range_is_a_usage_error(wrong: list[str]) -> None:
    done = subprocess.run([*COMMAND, *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"deepchat: {wrong[0]}: ")


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
