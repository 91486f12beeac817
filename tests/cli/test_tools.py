"""`deepchat ask --tool`: each call is shown and asked for, and nothing runs that nobody allowed."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, at, body, configure, on_terminal, run

CALL = ("ask", "-m", "sim/reckons", "--tool", "calculator")


def test_a_call_that_is_allowed_is_made_and_told(sim: SimulatorThread) -> None:
    said = run(*CALL, "--yes-tools", "How many?", env=at(sim))
    assert said.status == 0
    assert said.out.startswith("The tool said: 42")
    assert 'calculator is called with {"expression":"6*7"}\nit gave back: 42\n' in said.err
    assert [tool["function"]["name"] for tool in body(sim)["tools"]] == ["calculator"]


def test_where_nobody_can_be_asked_nothing_is_sent(sim: SimulatorThread) -> None:
    before = len(sim.heard)
    said = run(*CALL, "How many?", env=at(sim))
    assert said.status == 2
    assert "--yes-tools" in said.err
    assert len(sim.heard) == before


def test_what_the_settings_allow_needs_nobody(sim: SimulatorThread) -> None:
    configure('[tools]\nunasked = ["calculator"]\n')
    assert run(*CALL, "How many?", env=at(sim)).out.startswith("The tool said: 42")


@pytest.mark.parametrize(
    ("typed", "said"), [("y\n", "The tool said: 42"), ("\n", "did not allow"), ("no\n", "did not allow")]
)
def test_on_a_terminal_each_call_is_asked_for_with_its_arguments(sim: SimulatorThread, typed: str, said: str) -> None:
    shown = on_terminal(*CALL, "How many?", talk=[("Allow it?", typed)], env=at(sim))
    before, _, after = shown.out.partition("Allow it?")
    assert "calculator, which reckons, with" in before
    assert '{"expression":"6*7"}' in before
    assert said in after


def test_always_is_for_this_answer(sim: SimulatorThread) -> None:
    configure("[tools]\nrounds = 2\n")
    shown = on_terminal(
        *("ask", "-m", "sim/tool-again-and-again", "--tool", "calculator", "How many?"),
        talk=[("Allow it?", "a\n")],
        env=at(sim),
    )
    assert shown.out.count("Allow it?") == 1
    assert shown.out.count("it gave back: 42") == 2
    assert "called tools 2 times" in shown.out
    assert shown.status == 5


def test_ctrl_c_at_the_question_ends_it_and_the_conversation_goes_on(sim: SimulatorThread) -> None:
    shown = on_terminal(*CALL, "How many?", talk=[("Allow it?", "\x03")], env=at(sim))
    assert shown.status == 130
    assert run("ask", "-c", "-m", "sim/plain", "And now?", env=at(sim)).status == 0


def test_json_tells_each_call_and_what_it_gave_back(sim: SimulatorThread) -> None:
    (call,) = run(*CALL, "--yes-tools", "--json", "How many?", env=at(sim)).object["tool_calls"]
    assert (call["name"], call["arguments"], call["result"]) == ("calculator", '{"expression":"6*7"}', "42")


@pytest.mark.parametrize(
    ("name", "told"), [("calkulator", "did you mean calculator?"), ("read_file", "tools.folder FOLDER")]
)
def test_a_tool_that_is_not_there_is_told(sim: SimulatorThread, name: str, told: str) -> None:
    said = run("ask", "--tool", name, "--yes-tools", "Hi", env=at(sim))
    assert said.status == 2
    assert told in said.err


def test_a_folder_is_opened_and_our_own_files_in_it_stay_closed(sim: SimulatorThread, tmp_path: Path) -> None:
    configure(f'[tools]\nfolder = "{tmp_path}"\n')
    (tmp_path / "note.txt").write_text("Milk and bread.")
    ask = ("ask", "-m", "deepseek-ai/DeepSeek-V3", "--tool", "read_file", "--yes-tools")
    assert "Milk and bread." in run(*ask, 'read_file {"path":"note.txt"}', env=at(sim)).out
    assert "own files" in run(*ask, 'read_file {"path":"home/config/config.toml"}', env=at(sim)).out


def test_killed_while_a_tool_waits_the_conversation_goes_on(sim: SimulatorThread) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*COMMAND, *CALL, "How many?"],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, **at(sim)},
    ) as process:
        heard = b""
        while b"Allow it?" not in heard:
            heard += os.read(ours, 65_536)
        process.send_signal(signal.SIGKILL)
    os.close(ours)
    os.close(theirs)
    said = run("ask", "-c", "-m", "sim/plain", "And now?", env=at(sim))
    assert said.status == 0
    assert "recovered an answer" in said.err
    assert [message["role"] for message in body(sim)["messages"]] == ["user", "assistant", "tool", "user"]
    assert body(sim)["messages"][2]["content"] == "[interrupted]"
