"""Completion, asked of the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deepchat.cli.main import VERBS
from tests.cli.running import run

_ASK_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_deepchat
printf '%s\\n' "${COMPREPLY[@]}"
"""
CASES = {
    "deepchat co": {"complete", "config", "completion"},
    "deepchat ask --te": {"--temperature"},
    "deepchat ask hello --reasoning-effort m": {"minimal", "medium", "max"},
    "deepchat models --sort ": {"price", "context", "name"},
    "deepchat auth s": {"set", "status"},
    "deepchat auth set --n": {"--no-check"},
    "deepchat config show --j": {"--json"},
    "deepchat completion b": {"bash"},
}


@pytest.fixture(scope="module", params=["bash", "fish"])
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    name = str(request.param)
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    script = tmp_path_factory.mktemp("completion") / name
    script.write_text(run("completion", name).out)
    return program, script


def offered(shell: tuple[str, Path], line: str) -> set[str]:
    program, script = shell
    if program.endswith("bash"):
        command = [program, "-c", _ASK_BASH, "bash", str(script), *line.split(" ")]
    else:
        command = [program, "-N", "-c", f"source {script}; complete -C '{line}'"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stderr == ""
    return {row.partition("\t")[0] for row in said.stdout.split("\n") if row}


def test_it_offers_every_verb(shell: tuple[str, Path]) -> None:
    assert offered(shell, "deepchat ") - {"--help", "--version"} == set(VERBS)


@pytest.mark.parametrize("line", CASES)
def test_it_offers_what_fits(shell: tuple[str, Path], line: str) -> None:
    assert offered(shell, line) == CASES[line]


def test_a_value_that_nobody_knows_gets_no_words(shell: tuple[str, Path]) -> None:
    assert offered(shell, "deepchat ask --model ") == set()


def test_zsh_takes_its_script(tmp_path: Path) -> None:
    program = shutil.which("zsh")
    if program is None:
        pytest.skip("zsh is not installed")
    (tmp_path / "_deepchat").write_text(run("completion", "zsh").out)
    subprocess.run([program, "-f", "-n", str(tmp_path / "_deepchat")], check=True)


def test_another_shell_is_a_usage_error() -> None:
    said = run("completion", "cmd")
    assert said.status == 2
    assert "must be one of bash, zsh, fish" in said.err
