"""The tour: the app against the simulator, without a key, in a home of which nothing stays."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from deepchat.cli.tour import LLAMA, QWEN, R1, V3, conversations
from deepchat.simulator import Tariff
from tests.cli.running import KEY, run
from tests.tui.pty_app import PtyApp, on_pty

NOW_MS = 1_795_262_400_000
TARIFFS = {model: Tariff(100_000_000, 400_000_000, 50_000_000) for model in (V3, R1, LLAMA, QWEN)}


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    folder = tmp_path / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def env(temp: Path) -> Mapping[str, str]:
    """A user who has a key, and settings that lead elsewhere."""
    return {"TMPDIR": str(temp), "DEEPINFRA_API_KEY": KEY, "LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "no"}


def test_the_tour_is_seen_and_asked_and_leaves_nothing(env: Mapping[str, str], temp: Path) -> None:
    with on_pty("-m", "deepchat", "--demo", columns=120, lines=40, env=env) as app:
        app.wait_for("Welcome to the tour")
        app.wait_for("Rust lifetimes")
        app.wait_for("Ask anything")
        app.send("A table, please")
        app.wait_for("A table, please")
        app.send("\r")
        app.wait_for("measure")
        app.wait_for("of $2.00")
        app.send("\x11")

        assert app.wait_exit() == 0
        assert app.is_restored
    assert list(temp.iterdir()) == []
    assert not Path(os.environ["DEEPCHAT_HOME"]).exists()


def test_a_signal_leaves_nothing_either(env: Mapping[str, str], temp: Path) -> None:
    with on_pty("-m", "deepchat", "--demo", columns=120, lines=40, env=env) as app:
        app.wait_for("Welcome to the tour")
        app.kill(signal.SIGTERM)

        assert app.wait_exit() == 128 + signal.SIGTERM
    assert list(temp.iterdir()) == []


def test_the_simulator_dies_with_the_app_and_the_next_tour_sweeps_up(env: Mapping[str, str], temp: Path) -> None:
    with on_pty("-m", "deepchat", "--demo", columns=120, lines=40, env=env) as app:
        app.wait_for("Welcome to the tour")
        port = port_of(temp)
        socket.create_connection(("127.0.0.1", port)).close()
        kill(app)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    run("--demo", "--plain", env=env)
    assert list(temp.iterdir()) == []


def test_in_plain_lines_there_is_something_to_find_and_to_spend(env: Mapping[str, str]) -> None:
    lines = ["/search dangling", "/usage", "/resume Oslo", "/model meta-llama/Llama-4-Scout-17B-16E-Instruct", "hello"]
    lines += ["/model sim/cut-every-40", "write", "/model deepseek-ai/DeepSeek-R1", "why?", ""]
    talk = run("--demo", "--plain", stdin="\n".join(lines).encode(), env=env)

    assert "Rust lifetimes: " in talk.out
    assert len(re.findall(r"^\d{4}-\d\d-\d\d: \$0\.0\d+, ", talk.out, re.MULTILINE)) == 5
    assert "going on with: Trip to Oslo" in talk.err
    assert "Llama-4-Scout-17B-16E-Instruct: On **hello**" in talk.out
    assert re.search(r"Scout-17B-16E-Instruct, .* \$0\.0", talk.err)
    assert "cut-every-40: Dear" in talk.out
    assert " legs, " in talk.err
    assert talk.err.count("thinking …") == 1
    assert talk.status == 0


def test_the_conversations_have_branches_legs_thoughts_and_two_models() -> None:
    found = {one.title: one for one in conversations(NOW_MS, TARIFFS)}
    rust = found["Rust lifetimes"].tree
    answers = [node for one in found.values() for node in one.tree if node.answer]

    assert [len(rust.siblings(node.id)) for node in rust.path] == [1, 2, 1, 1, 2]
    assert len({node.answer.model for node in rust if node.answer}) == 2
    assert max(len(node.answer.legs) for node in answers if node.answer) == 3
    assert any(node.message.reasoning for node in answers)
    for node in answers:
        assert node.answer
        assert node.answer.text == node.message.text
        assert (node.answer.cost.nano or 0) > 0
    times = [node.created_ms for one in found.values() for node in one.tree]
    assert times == sorted(times)
    assert max(times) <= NOW_MS


def port_of(temp: Path) -> int:
    """Where the simulator of the tour that runs now listens."""
    (config,) = temp.glob("deepchat-tour-*/config/config.toml")
    found = re.search(r"127\.0\.0\.1:(\d+)", config.read_text())
    assert found
    return int(found[1])


def kill(app: PtyApp) -> None:
    app.kill(signal.SIGKILL)
    assert app.wait_exit() == -signal.SIGKILL
