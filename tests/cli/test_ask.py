"""`deepchat ask`, from the outside."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, KEY, at, body, configure, on_terminal, run

PLAIN = "Hello! This is a plain answer in one short paragraph. It ends when it is finished."
KEYS = (
    "text reasoning provider model served_model finish_reason legs usage cost first_token_s seconds "
    "conversation message error"
)
FOX = "The quick brown fox jumps over the lazy dog."


def test_json_is_one_object_with_everything_about_the_answer(sim: SimulatorThread) -> None:
    said = run("ask", "-m", "sim/plain", "--json", stdin=b"hi", env=at(sim))

    told = said.object
    assert said.status == 0
    assert said.err == ""
    assert told["text"] == PLAIN
    assert set(KEYS.split()) <= set(told)
    assert (told["provider"], told["model"], told["served_model"]) == ("env", "sim/plain", "sim/plain")
    assert told["usage"] == {"prompt_tokens": 4, "cached_tokens": 0, "completion_tokens": 21, "reasoning_tokens": 0}
    assert told["cost"] == {"usd": "0.0000088", "source": "provider"}
    assert told["legs"][0]["finish_reason"] == told["finish_reason"] == "stop"
    assert 0 < told["first_token_s"] <= told["seconds"]
    assert told["error"] is None


def test_json_has_the_same_keys_when_nothing_could_be_asked(sim: SimulatorThread) -> None:
    answered = run("ask", "-m", "sim/plain", "--json", "hi", env=at(sim)).object
    said = run("ask", "--json", "hi")

    assert said.status == 3
    assert set(said.object) == set(answered)
    assert said.object["error"]["kind"] == "key_missing"
    assert said.object["cost"] == {"usd": None, "source": "unknown"}


def test_beside_a_pipe_the_summary_has_a_line_of_its_own(sim: SimulatorThread) -> None:
    ours, theirs = pty.openpty()
    said = subprocess.run(
        [*COMMAND, "ask", "-m", "sim/plain", "hi"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, **at(sim)},
        check=True,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as watched:
        assert said.stdout == PLAIN.encode()
        assert watched.readline() == b"\r\n"
        assert watched.readline().startswith(b"plain \xc2\xb7 ")


@pytest.mark.parametrize("scene", ["essay", "hostile"])
def test_into_a_pipe_the_answer_goes_byte_for_byte(sim: SimulatorThread, scene: str) -> None:
    exact = run("ask", "-m", f"sim/{scene}", "--json", "hi", env=at(sim)).object["text"]

    said = run("ask", "-m", f"sim/{scene}", "hi", env=at(sim))

    assert said.bytes_out == exact.encode()
    assert said.err == ""


def test_on_a_terminal_no_byte_of_the_answer_can_be_obeyed(sim: SimulatorThread) -> None:
    said = on_terminal("ask", "-m", "sim/hostile", "hi", env=at(sim))

    assert said.status == 0
    assert "safe" in said.out
    assert not {chr(code) for code in (*range(32), *range(127, 160))} - {"\n"} & set(said.out)
    assert not set("\u202e\u2066\u200b") & set(said.out)
    assert "into a pipe the answer goes exact" in said.out


def test_the_thinking_is_shown_beside_the_answer_when_asked_for(sim: SimulatorThread) -> None:
    said = run("ask", "-m", "sim/thinking", "--reasoning", "hi", env=at(sim))

    assert said.out == PLAIN
    assert "So I answer directly." in said.err
    assert "So I answer directly." not in run("ask", "-m", "sim/thinking", "hi", env=at(sim)).err


def test_an_answer_that_was_cut_off_is_printed_and_exits_5(sim: SimulatorThread) -> None:
    said = run("ask", "-m", "sim/plain", "--max-tokens", "3", "--max-legs", "1", "hi", env=at(sim))

    assert (said.status, said.out) == (5, "Hello! This")
    assert said.err == (
        "deepchat: the answer was cut off, and took as many requests as it may\n  → go on by hand, or allow it more\n"
        "to go on with it: deepchat ask -c\n"
    )


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("reset-mid-answer", "broke off"),
        ("reasoning-cut", "thought until nothing was left"),
        ("filtered", "filter ended"),
        ("tool-call", "wanted to call"),
        ("length-at-once", "nothing new came"),
    ],
)
def test_what_is_no_whole_answer_exits_5(sim: SimulatorThread, scene: str, words: str) -> None:
    said = run("ask", "-m", f"sim/{scene}", "hi", env=at(sim))
    assert said.status == 5
    assert words in said.err


def test_a_retry_is_told_with_its_wait(sim: SimulatorThread) -> None:
    asked = len(sim.heard)
    said = run("ask", "-m", "sim/retry-after-ms", "hi", env=at(sim))

    assert "; retry 1 of 2 in 0." in said.err
    assert len(sim.heard) - asked > 1


def test_a_fallback_is_said_aloud() -> None:
    with SimulatorThread(scene="should-not-retry") as down, SimulatorThread() as up:
        configure(
            f'[providers.deepinfra]\nbase_url = "{down.url}/v1/openai"\nfallback = ["second"]\n'
            f'[providers.second]\nbase_url = "{up.url}/v1/openai"\nkey_env = "SECOND_KEY"\n'
        )
        said = run("ask", "-m", "sim/plain", "--json", "hi", env={"DEEPINFRA_API_KEY": KEY, "SECOND_KEY": KEY})

    assert said.status == 0
    assert said.object["provider"] == "second"
    assert said.err.endswith("; asking second instead\n")
    assert len(down.heard) == 1


def test_a_fallback_that_cannot_be_asked_is_told_of(sim: SimulatorThread) -> None:
    configure(f'[providers.deepinfra]\nbase_url = "{sim.url}/v1/openai"\nfallback = ["flo2"]\n')
    said = run("ask", "-m", "sim/plain", "hi", env={"DEEPINFRA_API_KEY": KEY})
    assert (said.status, said.out) == (0, PLAIN)
    assert "the fallback flo2 can't be asked: there is no API key for flo2" in said.err


@pytest.mark.parametrize(
    ("limit", "words", "came"),
    [("0.0000001", "was not sent: asking alone would cost", False), ("0.0003", "was stopped: it has cost", True)],
)
def test_a_limit_on_the_cost_exits_4(sim: SimulatorThread, limit: str, words: str, came: bool) -> None:
    configure('[deepinfra."sim/essay"]\ninput = "0.10"\noutput = "0.40"\n', "models.toml")
    configure(f'[providers.deepinfra]\nbase_url = "{sim.url}/v1/openai"\n')
    asked = len(sim.heard)

    said = run("ask", "-m", "sim/essay", "--max-cost", limit, "hi", env={"DEEPINFRA_API_KEY": KEY})

    assert said.status == 4
    assert words in said.err
    assert bool(said.out) == (len(sim.heard) > asked) == came


def test_a_limit_that_can_not_be_kept_stops_the_question(sim: SimulatorThread) -> None:
    asked = len(sim.heard)
    said = run("ask", "-m", "sim/essay", "--max-cost", "1", "hi", env=at(sim))
    assert (said.status, said.out) == (4, "")
    assert "the price of sim/essay is not known" in said.err
    assert len(sim.heard) == asked


def test_an_answer_is_checked_against_the_schema(sim: SimulatorThread, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    asking = ("ask", "--schema", str(tmp_path / "schema.json"), "hi")

    fits = run(*asking, "-m", "sim/plain", env=at(sim))
    assert fits.status == 0
    assert isinstance(fits.object["n"], int)
    assert body(sim)["response_format"]["json_schema"]["schema"] == schema

    told_otherwise = run(*asking, "-m", "sim/json-instead", "--json", env=at(sim))
    assert told_otherwise.status == 1
    assert told_otherwise.object["error"]["kind"] == "schema"
    assert told_otherwise.object["text"] == FOX


def test_any_json_object_is_asked_for_and_nothing_else_passes(sim: SimulatorThread) -> None:
    asking = ("ask", "--json-object", "hi")

    fits = run(*asking, "-m", "sim/plain", env=at(sim))
    assert fits.status == 0
    assert isinstance(fits.object, dict)
    assert body(sim)["response_format"] == {"type": "json_object"}

    told_otherwise = run(*asking, "-m", "sim/json-instead", env=at(sim))
    assert (told_otherwise.status, told_otherwise.out) == (1, FOX)
    assert "the answer is no JSON object\n  → " in told_otherwise.err


@pytest.mark.parametrize("text", ['{"type": 3}', "[]", "{", ""])
def test_what_is_no_schema_is_a_usage_error(sim: SimulatorThread, tmp_path: Path, text: str) -> None:
    (tmp_path / "schema.json").write_text(text)
    said = run("ask", "--schema", str(tmp_path / "schema.json"), "hi", env=at(sim))
    assert (said.status, said.out) == (2, "")


def test_standard_input_is_appended_to_the_question(sim: SimulatorThread) -> None:
    run("ask", "-m", "sim/plain", "what", "is", "this?", stdin=b"line 1\nline 2\n", env=at(sim))
    assert body(sim)["messages"] == [{"role": "user", "content": "what is this?\n\nline 1\nline 2\n"}]


def test_a_preset_says_who_answers_and_how_and_the_command_line_overrules_it(sim: SimulatorThread) -> None:
    configure('model = "sim/plain"\nsystem = "be brief"\ntemperature = 0.5\n', "presets/short.toml")

    run("ask", "--preset", "short", "hi", "--temperature", "0.25", env=at(sim))
    asked = body(sim)
    assert asked["messages"][0] == {"role": "system", "content": "be brief"}
    assert (asked["model"], asked["temperature"]) == ("sim/plain", 0.25)

    run("ask", "--preset", "short", "hi", "-s", "be long", "--seed", "7", "--stop", "A", "--stop", "B", env=at(sim))
    asked = body(sim)
    assert asked["messages"][0]["content"] == "be long"
    assert (asked["temperature"], asked["seed"], asked["stop"]) == (0.5, 7, ["A", "B"])


def test_words_may_stand_around_options_and_after_two_dashes(sim: SimulatorThread) -> None:
    run("ask", "is", "-m", "sim/plain", "it?", env=at(sim))
    assert body(sim)["messages"][0]["content"] == "is it?"
    run("ask", "-m", "sim/plain", "--", "--json", "is", "what?", env=at(sim))
    assert body(sim)["messages"][0]["content"] == "--json is what?"


def test_the_model_that_the_environment_names_is_asked(sim: SimulatorThread) -> None:
    assert run("ask", "hi", env={**at(sim), "LLM_MODEL": "sim/plain"}).out == PLAIN
