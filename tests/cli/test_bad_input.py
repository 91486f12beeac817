"""Whatever is wrong: one line that says what, one that says what next, the right exit status, and no key anywhere."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, KEY, LIMIT_S, Said, at, configure, run

NOBODY = "http://127.0.0.1:9"
"""A port where nobody listens."""
SIMULATOR = "(its address)"
WRONG = "another-key-of-the-user-4711"


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, and what must be seen."""

    arguments: tuple[str, ...]
    status: int
    what: str
    """Words of the first line."""
    stdin: bytes = b""
    env: dict[str, str] = field(default_factory=dict[str, str])
    """Over those that make the simulator the provider."""


KEYED = {"DEEPINFRA_API_KEY": KEY, "LLM_MODEL": ""}
ASK = ("ask", "-m", "sim/plain", "hi")
CASES = {
    "a wrong key": Wrong(ASK, 3, "the key was rejected", env={"LLM_API_KEY": WRONG}),
    "no key": Wrong(("ask", "hi"), 3, "there is no API key for deepinfra", env={"LLM_BASE_URL": ""}),
    "an empty key": Wrong(("auth", "set", "deepinfra"), 3, "the key is empty", b"\n"),
    "a key with a newline": Wrong(
        ASK, 3, "a space or a line break in it", env={"LLM_API_KEY": f"{KEY[:12]}\n{KEY[12:]}"}
    ),
    "a key with a newline, piped": Wrong(
        ("auth", "set", "deepinfra"), 3, "a space or a line break in it", f"{KEY}\n{KEY}\n".encode()
    ),
    "a key as an argument": Wrong(("auth", "set", KEY), 2, "a key is never an argument"),
    "a key after the provider": Wrong(("auth", "set", "deepinfra", KEY), 2, "a key is never an argument"),
    "a key in an option": Wrong(("auth", "set", f"--key={KEY}"), 2, "there is no option --key"),
    "a key in a setting": Wrong(("config", "set", "providers.work.api_key", KEY), 2, "keys are not kept in"),
    "a key instead of a verb": Wrong(("auth", KEY), 2, "VERB: must be one of set, status, remove"),
    "an unknown model": Wrong(("ask", "-m", "no/such-model", "hi"), 1, "knows no model 'no/such-model'"),
    "a model known to be none": Wrong(("ask", "-p", "deepinfra", "-m", "xyzzy", "hi"), 2, "no model like", env=KEYED),
    "a part of several models": Wrong(("ask", "-p", "deepinfra", "-m", "llama", "hi"), 2, "fits", env=KEYED),
    "an unknown provider": Wrong(("ask", "-p", "nobody", "hi"), 2, "there is no provider nobody"),
    "an unreachable host": Wrong(ASK, 1, "refused the connection", env={"LLM_BASE_URL": f"{NOBODY}/v1"}),
    "an address that is none": Wrong(ASK, 2, "LLM_BASE_URL must", env={"LLM_BASE_URL": "ftp://example.com"}),
    "plain http to elsewhere": Wrong(ASK, 2, "must begin with https://", env={"LLM_BASE_URL": "http://example.com/v1"}),
    "a web page instead of JSON": Wrong(("ask", "-m", "sim/html-instead", "hi"), 1, "a web page"),
    "a proxy that refuses": Wrong(
        ASK, 1, "the proxy refused", env={"LLM_BASE_URL": "https://llm.example.com/v1", "HTTPS_PROXY": SIMULATOR}
    ),
    "an error that repeats the key": Wrong(("ask", "-m", "sim/error-body-echoes-key", "hi"), 1, "***"),
    "no money": Wrong(("ask", "-m", "sim/unpaid", "hi"), 1, "balance or limit"),
    "a value out of range": Wrong((*ASK, "--temperature", "3"), 2, "but must be 0 to 2"),
    "a value that is none": Wrong((*ASK, "--top-p", "much"), 2, "--top-p: invalid float value: much"),
    "an amount that is none": Wrong((*ASK, "--max-cost", "-1"), 2, "is no amount of dollars"),
    "a choice that is none": Wrong((*ASK, "--service-tier", "gold"), 2, "must be one of default, priority, flex"),
    "several answers": Wrong((*ASK, "-n", "2"), 2, "a conversation goes on from one answer"),
    "the beginning of an option": Wrong((*ASK, "--temp", "1"), 2, "there is no option --temp"),
    "an option with a typo": Wrong((*ASK, "--temprature", "1"), 2, "there is no option --temprature"),
    "a verb with a typo": Wrong(("askk", "hi"), 2, "there is no verb 'askk'"),
    "a question without a verb": Wrong(("why is the sky blue?",), 2, "that is not a terminal here"),
    "a file that is not there": Wrong((*ASK, "-a", "nowhere.txt"), 2, "nowhere.txt is not there"),
    "a folder instead of a file": Wrong((*ASK, "-a", "/"), 2, "/ is no file"),
    "bytes instead of a text": Wrong(("ask", "what is this?"), 2, "standard input is no text", b"\xff\x00\x01"),
    "a schema that is not there": Wrong((*ASK, "--schema", "nowhere.json"), 2, "nowhere.json is not there"),
    "a preset that is not there": Wrong((*ASK, "--preset", "nothing"), 2, "there is no preset nothing"),
    "nothing on stdin": Wrong(("ask",), 2, "standard input is empty"),
    "blanks on stdin": Wrong(("ask",), 2, "standard input is empty", b" \n\n"),
    "nothing to complete": Wrong(("complete",), 2, "standard input is empty"),
    "nothing to embed": Wrong(("embed", "-m", "BAAI/bge-m3"), 2, "standard input is empty"),
    "an empty line to embed": Wrong(("embed", "-m", "BAAI/bge-m3", "--lines"), 2, "line 2 is empty", b"a\n\nb\n"),
    "no model to embed with": Wrong(("embed", "a"), 2, "no model is named"),
    "probabilities without JSON": Wrong(("complete", "x", "--logprobs", "2"), 2, "nowhere to show them"),
    "a picture in no folder": Wrong(("image", "x", "-o", "nowhere/x.png"), 2, "nowhere is not there"),
    "a size that is none": Wrong(("image", "x", "-o", "x.png", "--size", "big"), 2, "big is no size"),
    "a file that is no model": Wrong(("local", "--model", __file__), 2, "is not a GGUF file"),
    "a model file that is not there": Wrong(("local", "--model", "nowhere.gguf"), 2, "Can't read nowhere.gguf"),
    "no time at all": Wrong(("simulate", "--max-seconds", "0"), 2, "it must be more than 0"),
    "going on without a verb": Wrong(("-c",), 2, "that is not a terminal here"),
    "the tour": Wrong(("--demo",), 2, "that is not a terminal here"),
    "a key as an option": Wrong((f"--key={KEY}",), 2, "there is no option --key"),
    "an account that is none": Wrong(("usage", "--provider"), 2, "has no account that can be read"),
    "a setting that is none": Wrong(("config", "set", "mood", "x"), 2, "there is no setting mood"),
    "a setting out of range": Wrong(("config", "set", "temperature", "9"), 2, "temperature must be a number"),
    "no home": Wrong(("config", "path"), 2, "HOME is not set", env={"DEEPCHAT_HOME": "", "HOME": ""}),
    "a home that is a file": Wrong(("config", "path"), 2, "a file is in its place", env={"DEEPCHAT_HOME": __file__}),
}


@pytest.fixture(scope="module")
def strict() -> Iterator[SimulatorThread]:
    """Takes one key only."""
    with SimulatorThread(key=KEY) as simulator:
        yield simulator


@pytest.mark.parametrize("wrong", CASES.values(), ids=CASES.keys())
def test_it_says_what_and_what_next(strict: SimulatorThread, wrong: Wrong) -> None:
    configure("retries = 0\n")
    env = {name: strict.url if value == SIMULATOR else value for name, value in wrong.env.items()}
    said = run(*wrong.arguments, stdin=wrong.stdin, env={**at(strict), **env})

    assert said.status == wrong.status
    if wrong.arguments[0] == "embed":
        assert wrong.what in said.object["error"]["message"]
    else:
        assert said.out == ""
    assert_two_lines(said, wrong.what)
    assert WRONG not in said.err
    assert KEY[:12] not in said.err


def test_in_json_the_error_is_in_the_object_and_on_stderr(strict: SimulatorThread) -> None:
    said = run(*ASK, "--json", env={**at(strict), "LLM_API_KEY": WRONG})

    error = said.object["error"]
    assert said.status == 3
    assert (error["kind"], error["status"]) == ("key_rejected", 401)
    assert_two_lines(said, error["message"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "hi", "--json", "--bogus"),
        ("ask", "--json", "--temperature", "hot"),
        ("complete", "--json", "-a", "x"),
        ("embed", "--json", "--dimensions", "1", "x"),
        ("embed", "--json", "--csv", "x"),
        ("image", "--json", "x"),
        ("models", "--json", "-p", "nope"),
        ("models", "--json", "--sort", "colour"),
        ("auth", "status", "nope", "--json"),
        ("config", "--json"),
        ("askk", "--json"),
        ("--json",),
    ],
    ids=" ".join,
)
def test_in_json_a_usage_error_is_an_object_too(arguments: tuple[str, ...]) -> None:
    said = run(*arguments)

    error = said.object["error"]
    assert said.status == 2
    assert set(error) == {"kind", "message", "hint", "status"}
    assert error["kind"] in ("usage", "config")
    assert error["hint"]
    assert_two_lines(said, error["message"])
    if arguments[0] in ("ask", "complete"):
        assert set(said.object) == set(run("ask", "hi", "--json").object)


def test_what_follows_two_dashes_is_no_option(strict: SimulatorThread) -> None:
    said = run("ask", "-m", "no/such-model", "--", "--json", env=at(strict))
    assert (said.status, said.out) == (1, "")


def test_a_broken_line_of_the_settings_is_named_and_the_rest_counts(strict: SimulatorThread) -> None:
    path = configure(f'model = "sim/plain"\ntemperature = = 1\napi_kee = "{KEY}"\ntop_p = 7\n')

    said = run("ask", "hi", "--json", env=at(strict))

    assert (said.status, said.object["model"]) == (0, "sim/plain")
    assert [line.partition(": ")[0] for line in said.err.splitlines()] == ["deepchat"] * 3
    assert [f"{path}, line {number}" in said.err for number in (2, 3, 4)] == [True] * 3


def test_a_broken_row_of_the_users_models_is_named(strict: SimulatorThread) -> None:
    path = configure('[env."sim/plain"]\ninput = "cheap"\n', "models.toml")
    said = run("models", "plain", "--refresh", env=at(strict))
    assert said.status == 0
    assert f"deepchat: {path}, line 2: input is no price" in said.err


@pytest.mark.parametrize(
    "arguments",
    [("ask", "-m", "sim/essay", "hi"), ("models", "--all"), ("simulate", "--list"), ("ask", "--help"), ("--help",)],
    ids=" ".join,
)
def test_a_reader_that_had_enough_is_no_error(strict: SimulatorThread, arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **at(strict), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read().decode()
        assert process.wait(LIMIT_S) == 0
    assert "rror" not in err
    assert "Traceback" not in err
    assert strict.wait_quiet(LIMIT_S)


def assert_two_lines(said: Said, what: str) -> None:
    first, second = said.err.splitlines()
    assert first.startswith("deepchat: ")
    assert what in first
    assert second.startswith("  → ")
    assert len(second) > len("  → ")
