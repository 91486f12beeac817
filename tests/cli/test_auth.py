"""`deepchat auth`, from the outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepchat.simulator import Scene, SimulatorThread
from deepchat.simulator.scene import Close, Send
from tests.cli.running import KEY, configure, on_terminal, run

PIPED = f"{KEY}\n".encode()
PROMPT = "not shown): "
END = KEY[-4:]
"""Too little to use, and yet it is not shown."""


@pytest.fixture
def provider() -> Iterator[SimulatorThread]:
    """DeepInfra, which takes one key only."""
    with SimulatorThread(scenes={}, key=KEY) as simulator:
        configure(f'keyring = false\n[providers.deepinfra]\nbase_url = "{simulator.url}/v1/openai"\n')
        yield simulator


def credentials() -> Path:
    return Path(os.environ["DEEPCHAT_HOME"]) / "config" / "credentials.toml"


def test_a_piped_key_is_checked_kept_privately_and_used(provider: SimulatorThread) -> None:
    said = run("auth", "set", "--file", stdin=PIPED)

    assert (said.status, said.out) == (0, "")
    takes, kept = said.err.splitlines()
    assert takes == "deepinfra takes the key"
    assert kept.startswith(f"the key is kept in {credentials()}, for {provider.url}")
    assert END not in said.err
    assert stat.S_IMODE(credentials().stat().st_mode) == 0o600
    assert [heard.path for heard in provider.heard] == ["/v1/me"]
    assert run("ask", "-m", "sim/plain", "hi").status == 0


def test_a_rejected_key_is_not_kept(provider: SimulatorThread) -> None:
    said = run("auth", "set", "--file", stdin=b"another-key-that-is-wrong\n")
    assert said.status == 3
    assert "the key was rejected" in said.err
    assert "another-key" not in said.err
    assert not credentials().exists()
    assert len(provider.heard) == 1


def test_a_key_that_can_not_be_checked_is_kept_and_that_is_said() -> None:
    configure('keyring = false\n[providers.work]\nbase_url = "http://127.0.0.1:9/v1"\n')
    said = run("auth", "set", "work", "--file", stdin=PIPED)
    assert said.status == 0
    assert "the key could not be checked: 127.0.0.1:9 refused the connection" in said.err
    assert credentials().exists()


def test_without_a_check_nobody_is_asked(provider: SimulatorThread) -> None:
    assert run("auth", "set", "--file", "--no-check", stdin=PIPED).status == 0
    assert provider.heard == []


def test_a_list_that_everybody_may_see_proves_nothing() -> None:
    with SimulatorThread(scenes={}, key=KEY) as simulator:
        configure(f'keyring = false\n[providers.work]\nbase_url = "{simulator.url}/v1"\n')
        said = run("auth", "set", "work", "--file", stdin=b"whatever-it-may-be\n")
    assert said.status == 0
    assert "work shows too little to anybody to tell whether the key is good" in said.err


def test_a_list_that_wants_a_key_proves_it() -> None:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n" + b'{"data":[]}'
    acts = ((Send(head % b"200 OK"), Close()), (Send(head % b"401 Unauthorized"), Close()))
    scene = Scene("listing-locked", "a list that wants a key", acts)
    with SimulatorThread(scenes={scene.name: scene}, scene=scene.name) as locked:
        configure(f'keyring = false\n[providers.work]\nbase_url = "{locked.url}/v1"\n')
        said = run("auth", "set", "work", "--file", stdin=PIPED)
    assert said.status == 0
    assert "work takes the key" in said.err
    assert [heard.key for heard in locked.heard] == [KEY, ""]


@pytest.mark.usefixtures("provider")
def test_without_a_keyring_a_piped_key_needs_a_word_about_the_file() -> None:
    said = run("auth", "set", "--no-check", stdin=PIPED)
    assert said.status == 2
    assert "the key was not kept" in said.err
    assert f"add --file to keep it in {credentials()}" in said.err


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_the_key_is_not_shown_and_the_file_wants_a_yes(answer: str, status: int) -> None:
    said = on_terminal("auth", "set", talk=[(PROMPT, f"{KEY}\n"), ("[y/N] ", f"{answer}\n")])
    assert said.status == status
    assert ("is kept in" in said.out) == credentials().exists() == (status == 0)


@pytest.mark.parametrize(("typed", "status"), [("\x04", 2), ("\x03", 130), ("\n", 3)])
def test_a_prompt_that_gets_no_key_keeps_nothing(typed: str, status: int) -> None:
    said = on_terminal("auth", "set", talk=[(PROMPT, typed)])
    assert said.status == status
    assert f"{PROMPT}\n" in said.out  # whatever follows, such as the shell's prompt, has its own line
    assert not credentials().exists()


@pytest.mark.usefixtures("provider")
def test_status_says_where_each_key_comes_from_and_shows_none() -> None:
    run("auth", "set", "--file", "--no-check", stdin=PIPED)
    env = {"OPENAI_API_KEY": f"{KEY}-openai"}

    rows = {row["provider"]: row for row in run("auth", "status", "--json", env=env).object}
    table = run("auth", "status", env=env).out

    assert table.splitlines()[1].split() == ["deepinfra", "set", "credentials.toml"]
    assert END not in table + str(rows)
    assert rows["deepinfra"] == {"provider": "deepinfra", "source": "credentials.toml", "set": True, "problem": None}
    assert rows["openai"]["source"] == "environment (OPENAI_API_KEY)"
    assert (rows["flo2"]["set"], rows["flo2"]["problem"]) == (False, "no key")
    assert rows["ollama"]["problem"] is None
    assert [line.split()[0] for line in table.splitlines()[1:]] == list(rows)
    assert len(run("auth", "status", "flo2").out.splitlines()) == 2


@pytest.mark.usefixtures("provider")
def test_an_environment_that_comes_first_is_told_of() -> None:
    env = {"DEEPINFRA_TOKEN": "an-older-key-of-the-user"}
    kept = run("auth", "set", "--file", "--no-check", stdin=PIPED, env=env)
    assert kept.err.endswith("from environment (DEEPINFRA_TOKEN) comes first, as long as that is there\n")
    removed = run("auth", "remove", env=env)
    assert removed.err.endswith("deepinfra still gets one from environment (DEEPINFRA_TOKEN)\n")


@pytest.mark.usefixtures("provider")
def test_remove_forgets_the_key() -> None:
    run("auth", "set", "--file", "--no-check", stdin=PIPED)
    said = run("auth", "remove")
    assert (said.status, said.err) == (0, "the key for deepinfra was removed from credentials.toml\n")
    assert KEY not in credentials().read_text()
    assert run("auth", "remove").err == "no key for deepinfra was kept\n"


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (("set", "ollama"), {}, "is asked without a key"),
        (("set",), {"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, "the key of that server is LLM_API_KEY"),
        (("set", "deepinfa"), {}, "did you mean deepinfra?"),
        ((), {}, "VERB"),
    ],
)
def test_what_can_not_be_done_is_said_before_a_key_is_read(
    arguments: tuple[str, ...], env: dict[str, str], words: str
) -> None:
    said = run("auth", *arguments, env=env)
    assert said.status == 2
    assert words in said.err
