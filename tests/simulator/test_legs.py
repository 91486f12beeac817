"""An answer in legs is the answer, wherever it was cut."""

from __future__ import annotations

import http.client
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.simulator import SimulatorThread
from deepchat.simulator.speech_scenes import STOP
from deepchat.simulator.tokens import split
from tests.simulator.client import HELLO, chat

MODELS = ["sim/plain", "sim/essay", "sim/code", "sim/hostile", "sim/think-tags", "sim/thinking", "zai-org/GLM-5"]


def begun(text: str) -> list[dict[str, str]]:
    return [*HELLO, {"role": "assistant", "content": text}]


@pytest.fixture(scope="module")
def whole(sim: SimulatorThread) -> dict[str, str]:
    return {model: chat(sim, model).text for model in MODELS}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_the_rest_of_an_answer_cut_at_any_character_completes_it(
    sim: SimulatorThread, whole: dict[str, str], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(MODELS))
    place = data.draw(st.integers(1, len(whole[model])))
    told = chat(sim, model, begun(whole[model][:place]), stream=data.draw(st.booleans()))
    assert whole[model][:place] + told.text == whole[model]


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_legs_of_any_length_add_up_in_text_and_in_tokens(
    sim: SimulatorThread, whole: dict[str, str], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(["sim/plain", "sim/code", "sim/hostile", "sim/think-tags"]))
    text, tokens, prompts, finish = "", 0, list[int](), "length"
    while finish == "length":
        told = chat(sim, model, begun(text) if text else HELLO, max_tokens=data.draw(st.integers(5, 90))).json
        text += told["choices"][0]["message"]["content"]
        prompts.append(told["usage"]["prompt_tokens"] - tokens)
        tokens += told["usage"]["completion_tokens"]
        finish = told["choices"][0]["finish_reason"]
    assert (text, finish) == (whole[model], "stop")
    assert tokens == chat(sim, model).json["usage"]["completion_tokens"]
    assert len(set(prompts)) == 1, "each leg's prompt is the first one plus what was said since"


def test_a_finished_answer_has_an_empty_rest(sim: SimulatorThread, whole: dict[str, str]) -> None:
    told = chat(sim, "sim/essay", begun(whole["sim/essay"])).json
    assert told["choices"][0]["message"]["content"] == ""
    assert told["choices"][0]["finish_reason"] == "stop"
    assert told["usage"]["completion_tokens"] == 0


def test_a_beginning_of_somebody_else_is_brought_to_a_close_in_legs_too(sim: SimulatorThread) -> None:
    start = "I never said this, "
    closing = chat(sim, messages=begun(start)).text
    first = chat(sim, messages=begun(start), max_tokens=7).text
    assert closing.startswith(first)
    assert first + chat(sim, messages=begun(start + first)).text == closing


def test_an_answer_with_thinking_does_not_think_again_in_its_second_leg(sim: SimulatorThread) -> None:
    message = chat(sim, "sim/thinking", begun("Hello! This is")).json["choices"][0]["message"]
    assert "reasoning_content" not in message
    assert message["content"].startswith(" a plain answer")


@pytest.mark.parametrize("block", ["", "<think>\n\n</think>\n\n"])
def test_a_think_block_may_be_left_out_or_emptied_on_the_way_back(
    sim: SimulatorThread, whole: dict[str, str], block: str
) -> None:
    visible = whole["sim/think-tags"].partition("</think>\n\n")[2]
    assert chat(sim, "sim/think-tags", begun(block + visible[:11])).text == visible[11:]


def test_every_cut_of_a_scene_that_cuts_is_reported_as_length(sim: SimulatorThread) -> None:
    text, finishes = "", list[str]()
    while finishes[-1:] != ["stop"]:
        told = chat(sim, "sim/cut-every-17", begun(text) if text else HELLO).json
        text += told["choices"][0]["message"]["content"]
        finishes.append(told["choices"][0]["finish_reason"])
    assert text == chat(sim, "sim/slow", stream=False).text, "both tell the same letter"
    assert finishes == ["length"] * 13 + ["stop"]


@pytest.mark.parametrize("tokens", [1, 17, 40, 100, 232])
def test_a_scene_that_breaks_hangs_up_without_an_end_and_goes_on_exactly(sim: SimulatorThread, tokens: int) -> None:
    """What was heard is what is billed."""
    text, before = "", len(sim.charges)
    letter = chat(sim, "sim/slow").text
    asked = chat(sim, "sim/plain").json["usage"]["prompt_tokens"]
    while True:
        try:
            told = chat(sim, f"sim/break-every-{tokens}", begun(text) if text else HELLO, stream=True)
        except http.client.IncompleteRead as broken:
            heard = broken.partial.decode()
            assert "[DONE]" not in heard
            assert '"finish_reason":"' not in heard
            text += "".join(json.loads(f'"{piece}"') for piece in re.findall(r'"content":"((?:[^"\\]|\\.)+)"', heard))
        else:
            text += told.text
            break
    assert text == letter
    legs = [charge for charge in sim.charges[before:] if charge.model == f"sim/break-every-{tokens}"]
    assert len(legs) == -(-len(split(letter)) // tokens)
    said = len(split(letter))
    assert sum(leg.units for leg in legs) == said + sum(
        asked + min(said, number * tokens) for number in range(len(legs))
    )


def test_a_stop_text_that_the_limit_cuts_in_two_is_not_seen(sim: SimulatorThread) -> None:
    first = chat(sim, "sim/stop-at-seam", stop=[STOP]).json["choices"][0]
    assert (first["message"]["content"][-5:], first["finish_reason"]) == ("<<END", "length")
    second = chat(sim, "sim/stop-at-seam", begun(first["message"]["content"]), stop=[STOP])
    assert second.text == ">> The rest is not."
    whole = chat(sim, "sim/echo", [{"role": "user", "content": f"one{STOP}two"}], stop=[STOP]).json["choices"][0]
    assert (whole["message"]["content"], whole["finish_reason"]) == ("one", "stop")


def test_forty_tokens_at_a_time_are_enough_in_eight_legs(sim: SimulatorThread) -> None:
    assert chat(sim, "sim/slow").json["usage"]["completion_tokens"] <= 8 * 40


def test_a_model_without_prefill_says_so_and_goes_on_when_asked_in_words(sim: SimulatorThread) -> None:
    first = chat(sim, "sim/no-prefill")
    refused = chat(sim, "sim/no-prefill", begun(first.text))
    assert (refused.status, "prefill" in refused.json["error"]["message"]) == (400, True)
    for words in ("Continue from exactly where you left off.", "Go on with it.", "Please carry on."):
        rest = chat(sim, "sim/no-prefill", [*begun(first.text), {"role": "user", "content": words}])
        assert first.text + rest.text == chat(sim, "sim/slow").text


def test_a_model_that_ignores_the_prefill_begins_anew(sim: SimulatorThread) -> None:
    first = chat(sim, "sim/ignores-prefill").text
    assert chat(sim, "sim/ignores-prefill", begun(first)).text == first
    nudge = {"role": "user", "content": "Your last message was cut off. Continue it exactly where it stopped."}
    assert first + chat(sim, "sim/ignores-prefill", [*begun(first), nudge]).text == chat(sim, "sim/slow").text


def test_an_essay_of_sixty_four_tokens_a_leg_has_more_than_twenty(sim: SimulatorThread) -> None:
    whole = chat(sim, "sim/essay")
    assert whole.json["usage"]["completion_tokens"] > 20 * 64
    marks = ("\n## ", "\n- ", "\n1. ", "\n| ", "\n```python", "日")
    assert all(mark in whole.text for mark in marks)


def test_json_begins_anew_behind_a_prefill(sim: SimulatorThread) -> None:
    wanted = {"type": "json_object"}
    assert chat(sim, messages=begun('{"answ'), response_format=wanted).text == '{"answer":"answer"}'


def test_the_same_question_has_the_same_answer_whatever_the_seed(sim: SimulatorThread) -> None:
    answers = {chat(sim, "Qwen/Qwen3-32B", seed=seed, temperature=seed / 2).text for seed in (1, 2, 3)}
    others = {chat(sim, model).text for model in ("zai-org/GLM-5", "deepseek-ai/DeepSeek-V3")}
    assert len(answers) == 1
    assert len(answers | others) == 3
