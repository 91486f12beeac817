"""`deepchat ask --tool SERVER__TOOL`: the tools of MCP servers are asked for as others are, and end with the run."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, at, body, configure, on_terminal, run
from tests.tools.linking import is_running
from tests.workspace.test_servers import table

ASK = ("ask", "-m", "deepseek-ai/DeepSeek-V3")
"""The simulator's model calls what the question says."""
QUESTION = 'files__echo {"text":"hi [/x]"}'


def test_a_server_stands_for_its_tools_and_a_call_is_made_and_told(sim: SimulatorThread) -> None:
    configure(table("files", "good"))
    said = run(*ASK, "--tool", "files", "--yes-tools", QUESTION, env=at(sim))
    assert said.out.startswith("The tool said: hi [/x]")
    assert said.err.startswith("connecting to the MCP server files …")
    assert "files__echo is called with" in said.err
    offered = [one["function"]["name"] for one in body(sim)["tools"]]
    assert offered[0] == "files__echo"
    assert len(offered) == 9


def test_each_call_is_asked_for_and_it_is_said_whose_it_is(sim: SimulatorThread) -> None:
    configure(table("files", "good"))
    shown = on_terminal(*ASK, "--tool", "files__echo", QUESTION, talk=[("Allow it?", "n\n")], env=at(sim), columns=400)
    assert "files__echo, which is echo of the MCP server files (" in shown.out
    assert "“Says it again.”, with" in shown.out
    assert "did not allow" in shown.out


def test_where_nobody_can_be_asked_nothing_is_started(sim: SimulatorThread, tmp_path: Path) -> None:
    configure(f'[mcp.files]\ncommand = ["/usr/bin/touch", "{tmp_path / "started"}"]\n')
    said = run(*ASK, "--tool", "files", QUESTION, env=at(sim))
    assert said.status == 2
    assert "--yes-tools" in said.err
    assert not (tmp_path / "started").exists()


def test_a_server_that_can_not_be_had_is_told_and_nothing_is_sent(sim: SimulatorThread) -> None:
    configure(table("files", "dies"))
    before = len(sim.heard)
    said = run(*ASK, "--tool", "files", "--yes-tools", QUESTION, env=at(sim))
    assert said.status == 1
    assert "the server files can't be used" in said.err
    assert "it can't find its words" in said.err
    assert len(sim.heard) == before


def test_a_signal_ends_the_server_too(sim: SimulatorThread, tmp_path: Path) -> None:
    told = tmp_path / "told"
    configure(table("files", "good", str(told)))
    command = [*COMMAND, *ASK, "--tool", "files", "--yes-tools", "files__wait {}"]
    os.mkfifo(told)
    with subprocess.Popen(
        command, env={**os.environ, **at(sim)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        pid = int(told.read_text().split()[1])
        told.unlink()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    assert not is_running(pid)


def test_the_doctor_tells_servers_and_starts_none(tmp_path: Path) -> None:
    configure(f'[mcp.files]\ncommand = ["/usr/bin/touch", "{tmp_path / "started"}"]\n[mcp.odd]\nurl = 5\n')
    said = run("doctor")
    assert "ok    mcp server files: /usr/bin/touch … (1 argument), not started" in said.out
    assert str(tmp_path / "started") not in said.out
    assert "mcp.odd.url must be an address" in said.out
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("config", "first"), [('[tools]\non = ["files"]\n', "Hello?"), ("", "/tools files")], ids=["usual", "turned on"]
)
def test_a_chat_of_plain_lines_tells_what_it_waits_for(sim: SimulatorThread, config: str, first: str) -> None:
    configure(table("files", "good") + config)
    shown = on_terminal("--plain", talk=[("You: ", f"{first}\r"), ("You: ", "\x04")], env=at(sim))
    assert shown.out.count("connecting to the MCP server files …") == 1


def test_a_chat_of_plain_lines_tells_and_connects_servers(sim: SimulatorThread) -> None:
    configure(table("files", "hostile") + table("other", "dies"))
    told = run("--plain", stdin=b"/mcp\n/mcp files\n/mcp other\n/mcp nobody\n", env=at(sim))
    assert told.out.count("; not started\n") == 2
    assert "files__good\n" in told.out
    assert "\x1b" not in told.out
    assert "refused: " in told.out
    assert "the server other can't be used" in told.err
    assert "there is no MCP server nobody" in told.err
    assert "MCP server nobody …" not in told.err
    configure("")
    assert "no MCP server is named" in run("--plain", stdin=b"/mcp\n", env=at(sim)).err
