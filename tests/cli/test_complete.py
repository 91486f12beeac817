"""`deepchat complete`, from the outside."""

from __future__ import annotations

from deepchat.simulator import SimulatorThread
from tests.cli.running import at, body, configure, run

ONCE = "Once upon a time"


def test_the_text_is_sent_as_it_is_and_the_continuation_streams(sim: SimulatorThread) -> None:
    said = run("complete", "-m", "sim/plain", ONCE, "--stop", "paragraph", "--seed", "7", env=at(sim))

    assert (said.status, said.err) == (0, "")
    assert said.out == "Hello! This is a plain answer in one short "
    asked = body(sim)
    assert sim.heard[-1].path == "/v1/openai/completions"
    assert (asked["prompt"], asked["stop"], asked["seed"], asked["stream"]) == (ONCE, ["paragraph"], 7, True)


def test_standard_input_alone_goes_exactly_as_it_is(sim: SimulatorThread) -> None:
    run("complete", "-m", "sim/plain", stdin=b"  def f():\n    ", env=at(sim))
    assert body(sim)["prompt"] == "  def f():\n    "


def test_echo_prints_the_text_first(sim: SimulatorThread) -> None:
    said = run("complete", "-m", "sim/plain", "--echo", ONCE, env=at(sim))
    assert said.out.startswith(f"{ONCE}Hello!")


def test_json_has_the_shape_of_ask_and_the_probabilities(sim: SimulatorThread) -> None:
    told = run("complete", "-m", "sim/plain", "--json", "--logprobs", "2", ONCE, env=at(sim)).object
    asked = run("ask", "-m", "sim/plain", "--json", ONCE, env=at(sim)).object

    assert set(told) - set(asked) == {"logprobs"}
    assert told["logprobs"][0]["tokens"] == ["Hello"]
    assert told["finish_reason"] == "stop"


def test_what_was_cut_off_exits_5_and_a_limit_on_the_cost_4(sim: SimulatorThread) -> None:
    said = run("complete", "-m", "sim/plain", "--max-tokens", "3", ONCE, env=at(sim))
    assert (said.status, said.out) == (5, "Hello! This")

    said = run("complete", "-m", "sim/plain", "--max-cost", "0.01", ONCE, env=at(sim))
    assert said.status == 4


def test_the_native_route_completes_too(sim: SimulatorThread) -> None:
    configure(f'[providers.native]\nbase_url = "{sim.url}/v1"\n')
    said = run("complete", "-p", "native", "-m", "sim/plain", "--json", ONCE, env={"DEEPINFRA_TOKEN": "any-key-at-all"})
    assert said.status == 0
    assert said.object["cost"]["source"] == "provider"
    assert sim.heard[-1].path == "/v1/inference/sim/plain"
