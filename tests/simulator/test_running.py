"""The simulator in its thread, as a program, and twice the same."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from deepchat.simulator import SimulatorThread, UnknownSceneError, built_in, run
from tests.simulator.client import HELLO, Told, chat, send


def tour(sim: SimulatorThread) -> list[Told]:
    tools: list[dict[str, Any]] = [{"type": "function", "function": {"name": "f"}}]
    return [
        chat(sim, "sim/essay", stream=True),
        chat(sim, "sim/essay", stream=True),
        chat(sim, "zai-org/GLM-5", [{"role": "user", "content": "Again. " * 99}], n=2),
        chat(sim, "sim/tools", tools=tools),
        chat(sim, n=9),
        send(sim, "POST", "/v1/completions", {"model": "Qwen/Qwen3-32B", "prompt": "Once"}),
        send(sim, "POST", "/v1/embeddings", {"model": "BAAI/bge-m3", "input": "a"}),
        send(sim, "POST", "/v1/images/generations", {"prompt": "a"}),
        send(sim, "GET", "/v1/models"),
        send(sim, "GET", "/payment/usage?from=current"),
    ]


def test_two_simulators_say_the_same_bytes_and_one_never_the_same_id_twice() -> None:
    with SimulatorThread(scenes={}) as one, SimulatorThread(scenes={}) as other:
        first, second = tour(one), tour(other)
    assert first == second
    assert len({told.headers["x-request-id"] for told in first}) == len(first)


def test_a_thread_opens_and_closes_its_port() -> None:
    with SimulatorThread(scenes={}) as sim:
        port = int(sim.url.rpartition(":")[2])
        assert sim.wait_quiet(60)
        assert chat(sim).status == 200
        assert [heard.path for heard in sim.heard] == ["/v1/openai/chat/completions"]
        assert sim.heard[0].headers["authorization"] == "Bearer key"
        assert sim.heard[0].json == {"model": "sim/plain", "messages": HELLO}
        assert sim.wait_quiet(60)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60).close()


def test_an_unknown_scene_is_an_error_at_once() -> None:
    with pytest.raises(UnknownSceneError):
        SimulatorThread(scenes={}, scene="no-such-scene")


def test_every_built_in_scene_is_a_model() -> None:
    with SimulatorThread() as sim:
        listed = {row["id"] for row in send(sim, "GET", "/v1/models").json["data"]}
        assert {f"sim/{name}" for name in built_in()} <= listed
        assert {"sim/plain", "sim/essay", "sim/hostile", "sim/cut-every-40", "sim/no-prefill"} <= listed


def started(*, max_seconds: float) -> subprocess.Popen[str]:
    code = f"import sys; from deepchat.simulator import run; sys.exit(run(0, 'plain', {max_seconds}))"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )


def test_the_program_says_that_it_is_ready_and_ends_by_itself() -> None:
    with started(max_seconds=0.2) as program:
        out, err = program.communicate(timeout=60)
    assert out.startswith("READY http://127.0.0.1:")
    assert (program.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_on_a_signal(number: signal.Signals) -> None:
    with started(max_seconds=60) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith("READY ")
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (0, "", "")


def test_what_keeps_the_program_from_running_is_said_in_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with SimulatorThread(scenes={}) as sim:
        busy = int(sim.url.rpartition(":")[2])
        assert [run(busy, "", 1), run(0, "nope", 1), run(70_000, "", 1)] == [1, 2, 2]
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 6
    assert f"port {busy}" in err
    assert "'nope'" in err


def test_the_simulator_imports_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import deepchat.simulator; deepchat.simulator.built_in();"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before} - {'deepchat'};"
        "house = {name for name in sys.modules if name.startswith('deepchat.')};"
        "print(sorted(new - sys.stdlib_module_names), [n for n in house if not n.startswith('deepchat.simulator')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "[] []\n"
