"""The program as a whole: its help, its verbs, and what it does not load."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deepchat import __version__
from deepchat.cli.main import VERBS
from deepchat.simulator import SimulatorThread
from tests.cli.running import at, run, run_anew


def loaded_by(*arguments: str, env: Mapping[str, str] | None = None) -> set[str]:
    """The modules that a run has loaded when it ends."""
    code = (
        "import sys\nfrom deepchat.cli.main import run\n"
        f"run({list(arguments)!r})\nprint(' '.join(sys.modules), file=sys.stderr)"
    )
    environ = {**os.environ, **(env or {})}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    return set(said.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []], ids=["help", "version", "nothing"])
def test_help_comes_without_the_heavy_parts(arguments: list[str]) -> None:
    assert not loaded_by(*arguments) & {"textual", "httpx", "asyncio", "argparse", "tomllib", "jsonschema"}


def test_asking_loads_no_screen_and_no_schemas(sim: SimulatorThread) -> None:
    loaded = loaded_by("ask", "-m", "sim/plain", "hi", env=at(sim))
    assert "httpx" in loaded
    assert not loaded & {"textual", "jsonschema", "keyring", "openai"}


@pytest.mark.parametrize("verb", ["models", "config", "completion", "auth"])
def test_what_stays_on_this_machine_loads_no_network(verb: str) -> None:
    arguments = {"completion": ["bash"], "auth": ["status", "ollama"], "config": ["show"], "models": ["--json"]}[verb]
    assert "httpx" not in loaded_by(verb, *arguments)


def test_help_names_every_verb_and_each_has_help_of_its_own() -> None:
    said = run("--help")
    assert said.status == 0
    for verb in VERBS:
        assert f"\n  {verb} " in said.out
        of_verb = run_anew(verb, "--help")
        assert (of_verb.status, of_verb.err) == (0, "")
        assert of_verb.out.startswith(f"usage: deepchat {verb} ")


def test_without_a_word_it_says_where_to_begin() -> None:
    said = run()
    assert said.status == 0
    assert "deepchat auth set" in said.out
    assert "deepchat local" in said.out


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_the_packages(option: str) -> None:
    assert run(option).out == f"deepchat {__version__}\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("modelz", "did you mean deepchat models?"),
        ("--json", "see deepchat --help"),
        ("why is it so?", "`deepchat ask`"),
    ],
)
def test_an_unknown_verb_gets_a_better_word(word: str, hint: str) -> None:
    said = run(word)
    assert said.status == 2
    assert hint in said.err


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (("ask", "hi", "--temp", "1"), "did you mean --temperature? "),
        (("ask", "hi", "--max", "1"), "did you mean --max-cost or --max-legs or --max-tokens? "),
        (("ask", "hi", "--sistem", "x"), "did you mean --system? "),
        (("--sistem", "x"), "did you mean --system? "),
    ],
)
def test_an_option_that_is_none_gets_a_better_one(typed: tuple[str, ...], hint: str) -> None:
    said = run(*typed)
    assert said.status == 2
    assert hint in said.err.splitlines()[-1]


def test_a_fault_of_our_own_is_told_without_a_traceback_and_kept(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom deepchat.cli import main, models\nfrom deepchat.secret import Secret\n"
        "key = Secret('sentinel-key-of-a-crash')\n"
        "def crash(options): raise RuntimeError('with ' + key.reveal())\n"
        "models.run = crash\nsys.exit(main.run(['models']))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    report = Path(os.environ["DEEPCHAT_HOME"]) / "log" / "crash.txt"
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("deepchat: this is a fault in DeepChat: RuntimeError\n  → please report it with ")
    assert "RuntimeError: with ***" in report.read_text()
    assert "sentinel" not in report.read_text()


@pytest.mark.parametrize(
    ("redirection", "status", "words", "options"),
    [
        (">/dev/full", 1, "can't be written", ""),
        (">/dev/full", 1, "can't be written", "--json --bogus"),
        (">&-", 2, "standard output is closed", ""),
        (">&-", 2, "standard output is closed", "--json"),
        ("2>&-", 0, "", ""),
    ],
    ids=["full", "full, and wrong", "no stdout", "no stdout for JSON", "no stderr"],
)
def test_nowhere_to_write_is_said_and_is_no_fault(
    redirection: str, status: int, words: str, options: str, sim: SimulatorThread
) -> None:
    command = f'"{sys.executable}" -m deepchat ask -m sim/plain hi {options} {redirection}'
    said = subprocess.run(
        ["sh", "-c", command], env={**os.environ, **at(sim)}, capture_output=True, text=True, check=False, input=""
    )
    assert said.returncode == status
    assert words in said.stderr
    assert "fault" not in said.stderr
    assert "Traceback" not in said.stderr
