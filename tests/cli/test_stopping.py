"""Ctrl-C, SIGTERM and a terminal that closes: what came is told, and the exit status says who ended it."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.store import conversations, trash
from deepchat.store.database import Database
from tests.cli.running import COMMAND, KEY, LIMIT_S, ON_TERMINAL, Said, at, checked, configure, run
from tests.cli.saved import data_folder

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SLOW = ("ask", "-m", "sim/slow", "hi")


@pytest.mark.parametrize("number", SIGNALS)
def test_what_came_is_printed_and_what_it_cost(sim: SimulatorThread, number: signal.Signals) -> None:
    configure('[deepinfra."sim/slow"]\ninput = "1.00"\noutput = "2.00"\n', "models.toml")
    configure(f'[providers.deepinfra]\nbase_url = "{sim.url}/v1/openai"\n')
    with started(*SLOW, "--reasoning", env={"DEEPINFRA_API_KEY": KEY}) as process:
        assert process.stdout is not None
        first = process.stdout.read(4)
        said = stopped(process, number, first)

    assert said.status == 128 + number
    assert said.out.startswith("Dear")
    assert "deepchat: stopped" in said.err
    assert "~$0.00" in said.err
    assert sim.wait_quiet(LIMIT_S)


@pytest.mark.parametrize("number", SIGNALS)
def test_in_json_it_is_one_object_that_says_so(sim: SimulatorThread, number: signal.Signals) -> None:
    asked = len(sim.heard)
    with started(*SLOW, "--json", env=at(sim)) as process:
        while len(sim.heard) == asked:
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(process.wait(0.02))
        said = stopped(process, number)

    assert said.status == 128 + number
    assert said.object["error"]["kind"] == "stopped"
    assert said.object["model"] == "sim/slow"


def test_a_reader_that_goes_away_stops_the_answer_which_is_kept_as_far_as_it_came(sim: SimulatorThread) -> None:
    with started(*SLOW, env=at(sim)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.read(4).decode()
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(LIMIT_S) == 0

    assert said == "nobody reads on, so the answer was stopped there; to go on with it: deepchat ask -c\n"
    kept = run("show", "hi", "--json").object["messages"][-1]
    assert kept["text"].startswith(first)
    assert (kept["state"], kept["finish_reason"], kept["legs"][-1]["state"]) == ("stopped", None, "stopped")
    assert sim.wait_quiet(LIMIT_S)
    more = run("ask", "-c", "-m", "sim/plain", env=at(sim))
    assert more.status == 0
    whole = run("show", "hi", "--json").object["messages"][-1]
    assert (whole["text"], whole["state"]) == (kept["text"] + more.out, "whole")


def test_what_was_stopped_and_could_not_be_kept_is_told(sim: SimulatorThread) -> None:
    with started(*SLOW, env=at(sim)) as process:
        assert process.stdout is not None
        first = process.stdout.read(4)
        asyncio.run(erase_all())
        said = stopped(process, signal.SIGINT, first)

    assert "what came is not kept: the message is not there any more" in said.err
    assert "to go on with it" not in said.err


async def erase_all() -> None:
    """As another program would that had the conversation before we held it."""
    database = await Database.open(data_folder() / "deepchat.db", now_ms=1)
    for one in await database.read(conversations.recent):
        await database.write(lambda c, one=one: trash.erase(c, one.id))
    await database.close()


@pytest.mark.parametrize(("as_json", "number"), [(False, signal.SIGINT), (True, signal.SIGTERM)])
def test_the_wait_for_a_question_ends_too(as_json: bool, number: signal.Signals) -> None:
    with started("ask", *(["--json"] if as_json else []), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"x" * 200_000)  # more than a pipe holds: written once it is being read
        said = stopped(process, number)

    assert said.status == 128 + number
    assert "nothing had come yet" in (said.object["error"]["hint"] if as_json else said.err)


def test_other_verbs_say_it_in_json_too() -> None:
    with started("embed", "-m", "x/y", "--json", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"x" * 200_000)
        said = stopped(process, signal.SIGTERM)

    assert said.status == 143
    assert said.object["error"]["kind"] == "stopped"


def test_so_does_a_verb_that_waits_for_its_only_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(LIMIT_S)
        configure(f'[providers.deepinfra]\nbase_url = "http://127.0.0.1:{silent.getsockname()[1]}/v1/openai"\n')
        with started("usage", "--provider", "--json", env={"DEEPINFRA_API_KEY": KEY}) as process, silent.accept()[0]:
            said = stopped(process, signal.SIGTERM)

    assert said.status == 143
    assert set(said.object) == {"error"}
    assert said.object["error"]["kind"] == "stopped"


def test_what_is_ignored_stays_ignored(sim: SimulatorThread) -> None:
    code = "import os, signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nos.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", code, *COMMAND, "ask", "-m", "sim/slow", "--max-tokens", "3", "hi"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environ(at(sim))) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == b"Dear"
        process.send_signal(signal.SIGHUP)
        assert process.wait(LIMIT_S) == 5


def test_a_terminal_that_closes_ends_it(sim: SimulatorThread) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, *SLOW],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ(at(sim)),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        assert os.read(ours, 4) == b"Dear"
        os.close(ours)
        assert process.wait(LIMIT_S) == 129
    assert sim.wait_quiet(LIMIT_S)


def test_ctrl_c_before_anything_is_loaded_leaves_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'deepchat.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "from deepchat.__main__ import main\nsys.exit(main())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


def test_ctrl_c_while_a_class_is_made_is_no_fault() -> None:
    code = (
        "import sys\nfrom deepchat.cli import main, models\n"
        "class Pressed:\n"
        "    def __set_name__(self, owner, name): raise KeyboardInterrupt\n"
        "models.run = lambda options: type('Loaded', (), {'field': Pressed()})\n"
        "sys.exit(main.run(['models']))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


@contextmanager
def started(
    *arguments: str, env: dict[str, str] | None = None, stdin: int = subprocess.DEVNULL
) -> Generator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=stdin, stdout=pipe, stderr=pipe, bufsize=0, env=environ(env or {})
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def stopped(process: subprocess.Popen[bytes], number: signal.Signals, first: bytes = b"") -> Said:
    process.send_signal(number)
    rest, err = process.communicate(timeout=LIMIT_S)
    return checked(process.returncode, first + rest, err.decode())


def environ(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **more}
