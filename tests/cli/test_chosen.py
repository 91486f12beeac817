"""What was chosen for a conversation holds when `ask` goes on with it; what the command line says weighs more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from deepchat.conversation.chosen import Chosen
from deepchat.conversation.parameters import JsonObject, JsonSchema
from deepchat.simulator import SimulatorThread
from tests.cli.running import at, body, configure, run
from tests.cli.saved import keep, talk

SET = {"temperature": 0.5, "max_tokens": 77, "reasoning_effort": "low", "stop": ("END",)}
SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}


def keep_chosen(chosen: Chosen) -> None:
    keep(replace(talk("Lighthouses", "One?", "Yes."), chosen=chosen))


def test_it_is_sent_and_the_command_line_weighs_more(sim: SimulatorThread) -> None:
    keep_chosen(Chosen(parameters=SET))
    run("ask", "-m", "sim/plain", "-c", "--temperature", "0.9", "Two?", env=at(sim))
    sent = body(sim)
    assert (sent["temperature"], sent["max_tokens"], sent["reasoning_effort"]) == (0.9, 77, "low")
    assert sent["stop"] == ["END"]
    run("ask", "-m", "sim/plain", "New?", env=at(sim))
    assert "max_tokens" not in body(sim)


def test_a_preset_weighs_more_too(sim: SimulatorThread) -> None:
    configure('model = "sim/plain"\ntemperature = 0.1\n', "presets/cool.toml")
    keep_chosen(Chosen(parameters=SET))
    run("ask", "--preset", "cool", "-r", "lighthouses", "Two?", env=at(sim))
    assert (body(sim)["temperature"], body(sim)["max_tokens"]) == (0.1, 77)


def test_the_model_that_was_chosen_goes_on_and_another_is_for_one_start(sim: SimulatorThread) -> None:
    first = run("ask", "-m", "sim/plain", "--json", "One?", env=at(sim)).object
    keep(replace(talk("Lighthouses", "One?", "Yes."), chosen=Chosen("env", "sim/code")))
    assert run("ask", "-r", "lighthouses", "--json", "Two?", env=at(sim)).object["model"] == "sim/code"
    other = run("ask", "-r", "lighthouses", "-m", "sim/plain", "--json", "Three?", env=at(sim))
    assert other.object["model"] == "sim/plain"
    assert run("ask", "-r", "lighthouses", "--json", "Four?", env=at(sim)).object["model"] == "sim/code"
    assert run("ask", "-r", first["conversation"], "--json", "Two?", env=at(sim)).object["model"] == "sim/plain"


def test_a_form_is_asked_for_and_checked(sim: SimulatorThread) -> None:
    keep_chosen(Chosen(parameters={"response_format": JsonObject()}))
    said = run("ask", "-m", "sim/plain", "-c", "Two?", env=at(sim))
    assert body(sim)["response_format"] == {"type": "json_object"}
    keep(
        replace(talk("Cities", "One?", "Yes."), chosen=Chosen(parameters={"response_format": JsonSchema("a", SCHEMA)}))
    )
    said = run("ask", "-m", "sim/plain", "-c", "Two?", env=at(sim))
    assert body(sim)["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (said.status == 0) == ("city" in said.out)


def test_a_schema_that_is_none_is_left_out_and_told(sim: SimulatorThread) -> None:
    keep_chosen(Chosen(parameters={"response_format": JsonSchema("a", {"type": "nonsense"}), "max_tokens": 7}))
    said = run("ask", "-m", "sim/plain", "-c", "Two?", env=at(sim))
    assert "schema that was chosen for this conversation is not used" in said.err
    assert "response_format" not in body(sim)
    assert body(sim)["max_tokens"] == 7


def test_a_summary_is_asked_for_in_words(sim: SimulatorThread) -> None:
    one = talk("Lighthouses", "One?", "Yes.", "Two?", "No.")
    keep(replace(one, chosen=Chosen(parameters={"response_format": JsonObject()})))
    before = len(sim.heard)
    run("ask", "-m", "sim/plain", "-c", "--compact", "Three?", env=at(sim))
    assert "response_format" not in json.loads(sim.heard[before].body)
    assert "response_format" in body(sim)


def test_tools_are_those_of_the_command_line_alone(sim: SimulatorThread) -> None:
    keep_chosen(Chosen(tools=("calculator", "gone")))
    said = run("ask", "-m", "sim/plain", "-c", "Two?", env=at(sim))
    assert "tools" not in body(sim)
    assert said.status == 0
    assert "gone" not in said.err


def test_it_is_shown_exported_and_imported_but_no_file_turns_a_tool_on(tmp_path: Path) -> None:
    chosen = Chosen("lab", "some/model", SET, ("calculator",))
    keep_chosen(chosen)
    told = {"provider": "lab", "model": "some/model", "parameters": {**SET, "stop": ["END"]}, "tools": ["calculator"]}
    assert run("show", "lighthouses", "--json").object["chosen"] == told
    assert run("show", "lighthouses", "--last", "1", "--json").object["chosen"] == told
    assert "low effort · temperature 0.5" in run("show", "lighthouses").out
    file = tmp_path / "one.json"
    run("export", "lighthouses", "-o", str(file))
    assert json.loads(file.read_text())["chosen"] == told
    run("delete", "lighthouses", "--now", "--yes")
    said = run("import", str(file))
    assert "its tools are off here: calculator" in said.err
    assert run("show", "lighthouses", "--json").object["chosen"] == {**told, "tools": []}


def test_a_chat_of_plain_lines_goes_on_with_it_too(sim: SimulatorThread) -> None:
    keep_chosen(Chosen("env", "sim/plain", SET))
    run("--plain", "-c", stdin=b"Two?\n/new\nNew?\n", env=at(sim))
    assert json.loads(sim.heard[-2].body)["max_tokens"] == 77
    assert "max_tokens" not in body(sim)
