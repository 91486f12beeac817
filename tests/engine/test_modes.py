"""Every way in which carrying on goes wrong, played by a server: what is asked, what stands, what is said."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from deepchat.conversation.parameters import NOTHING_SET, JsonObject, Parameters
from deepchat.engine.continuation import Rules
from deepchat.errors import AnswerCut, AnswerIncomplete
from deepchat.simulator import SimulatorThread
from deepchat.simulator.scenes.words import TALE, TALE_HEAD
from tests.engine.asking import take

SHORT: Final = Parameters(max_tokens=400)
LETTER: Final = "letter"
"""What is spoken, not scripted, without a cut."""
NO_BLANK: Final = TALE_HEAD + TALE[len(TALE_HEAD) :].lstrip()
"""A blank that the server swallowed is not made up: the cut could have been in the middle of a word."""
FOX: Final = "The quick brown fox"
CODE: Final = "Here it is:\n\n```python\ndef add(a, b):\n    return a + b\n```\n"


class Mode(NamedTuple):
    number: int
    """As the catalogue of failures counts them."""
    scene: str
    requests: int
    text: str
    error: str = ""
    """A word of what is said when the answer is not whole."""
    asked: Parameters = NOTHING_SET


MODES: Final = (
    Mode(1, "continued-exactly", 2, TALE),
    Mode(1, "continued-mid-word", 2, TALE),
    Mode(1, "continued-mid-emoji", 2, "A family 👩\u200d👩\u200d👧 of three."),
    Mode(1, "continued-blank-kept", 2, TALE),
    Mode(1, "continued-blank-doubled", 2, TALE),
    Mode(1, "cut-every-40", 6, LETTER),
    Mode(2, "continued-overlaps-words", 2, TALE),
    Mode(2, "continued-overlaps-line", 2, TALE),
    Mode(2, "continued-nudged-overlaps", 3, TALE),
    Mode(3, "continued-restarts", 2, TALE),
    Mode(3, "ignores-prefill", 3, LETTER, asked=SHORT),
    Mode(3, "reset-mid-answer", 2, FOX, "broke off"),
    Mode(4, "continued-preamble", 2, NO_BLANK),
    Mode(4, "continued-preamble-mark", 2, TALE),
    Mode(4, "continued-preamble-think", 2, TALE),
    Mode(4, "continued-nudged-preamble", 3, NO_BLANK),
    Mode(5, "continued-fence-reopened", 2, CODE),
    Mode(5, "continued-fence-fresh", 2, CODE),
    Mode(6, "continued-thinks-again", 2, TALE),
    Mode(6, "continued-thinks-only", 2, TALE_HEAD, "thought until nothing was left"),
    Mode(6, "all-thinking", 1, "", "thought until nothing was left"),
    Mode(8, "continued-context-full", 2, TALE_HEAD, "longer than the model"),
    Mode(9, "continued-empty", 2, TALE_HEAD),
    Mode(9, "continued-no-progress", 2, TALE_HEAD, "nothing new came"),
    Mode(10, "continued-repeats-only", 2, TALE_HEAD, "nothing new came"),
    Mode(11, "no-prefill", 3, LETTER, asked=SHORT),
    Mode(11, "continued-refused-llama", 3, TALE),
    Mode(11, "continued-refused-anthropic", 3, TALE),
    Mode(11, "continued-refused-transformers", 3, TALE),
    Mode(13, "tool-cut", 1, "", "call of a tool was cut off"),
    Mode(14, "continued-json-anew", 1, '{"fox":"quick","dog":', "fixed form", Parameters(response_format=JsonObject())),
    Mode(16, "continued-by-another", 2, TALE),
    Mode(18, "break-every-40", 6, LETTER),
    Mode(18, "broken-then-rest", 2, TALE),
    Mode(18, "continued-breaks", 3, TALE),
    Mode(18, "continued-busy", 3, TALE),
    Mode(21, "continued-half-letter", 2, f"{TALE_HEAD} 犬,{TALE[len(TALE_HEAD) :]}"),
    Mode(22, "continued-filtered", 2, f"{TALE_HEAD} many", "filter"),
)


@pytest.mark.parametrize("mode", MODES, ids=[f"{mode.number}-{mode.scene}" for mode in MODES])
def test_however_it_goes_on_nothing_is_lost_or_said_twice(simulator: SimulatorThread, mode: Mode) -> None:
    turn, error = take(simulator, f"sim/{mode.scene}", mode.asked, rules=Rules(automatic=True, legs=8))
    requests = len(simulator.heard)
    assert (error.message if error else "") == "" if not mode.error else error and mode.error in error.message
    wanted = take(simulator, "sim/cut-every-100000")[0].draft.text if mode.text == LETTER else mode.text
    assert turn.draft.text == wanted
    assert requests == mode.requests
    assert turn.draft.text == "".join(leg.kept for leg in turn.legs)


def test_an_answer_that_never_ends_is_ended(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/length-forever", rules=Rules(automatic=True, legs=5))
    assert (len(simulator.heard), len(turn.legs)) == (5, 5)
    assert error
    assert "as many requests as it may" in error.message


def test_a_model_in_a_loop_is_not_carried_on(simulator: SimulatorThread) -> None:
    _, error = take(simulator, "sim/repetition-loop", rules=Rules(automatic=True, legs=8))
    assert len(simulator.heard) == 1
    assert error
    assert "again and again" in error.message


def test_who_could_not_prefill_once_is_not_asked_to_again(simulator: SimulatorThread) -> None:
    turn, _ = take(simulator, "sim/no-prefill", Parameters(max_tokens=100), rules=Rules(automatic=True, legs=8))
    assert [leg.state for leg in turn.legs].count("refused") == 1


def test_by_hand_means_by_hand(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/continued-exactly", rules=Rules(automatic=False, legs=8))
    assert len(simulator.heard) == 1
    assert turn.draft.text == TALE_HEAD
    assert error
    assert "cut off" in error.message


def test_a_limit_is_checked_before_each_leg(simulator: SimulatorThread) -> None:
    asked = Parameters(max_tokens=64)
    whole, _ = take(simulator, "sim/essay", asked, rules=Rules(automatic=True, legs=100))
    some, error = take(simulator, "sim/essay", asked, most_nano=300_000, rules=Rules(automatic=True, legs=100))
    assert error
    assert error.kind == "budget"
    assert 1 < len(some.legs) < len(whole.legs)
    assert whole.draft.text.startswith(some.draft.text)
    assert some.cost.nano
    assert some.cost.nano < 400_000


@pytest.mark.parametrize("max_tokens", [7, 33])
def test_legs_shorter_than_the_padding_of_a_table_get_through_it(simulator: SimulatorThread, max_tokens: int) -> None:
    whole, _ = take(simulator, "sim/essay")
    cut, error = take(
        simulator, "sim/essay", Parameters(max_tokens=max_tokens), rules=Rules(automatic=True, legs=1_000)
    )
    assert error is None
    assert cut.draft.text == whole.draft.text


ANOTHER_WAY: Final = " Here it was said in other words, which the model does not say again."
IGNORING: Final = "sim/ignores-prefill"


@pytest.mark.parametrize(("automatic", "requests", "said"), [(True, 2, "nothing new came"), (False, 1, "cut off")])
def test_an_answer_begun_anew_that_never_comes_to_its_end_is_not_whole(
    simulator: SimulatorThread, automatic: bool, requests: int, said: str
) -> None:
    begun = take(simulator, IGNORING)[0].draft.text[:260] + ANOTHER_WAY
    before = len(simulator.heard)
    turn, error = take(simulator, IGNORING, rules=Rules(automatic, legs=1 + automatic), so_far=begun)
    assert isinstance(error, AnswerIncomplete)
    assert said in error.message
    assert len(simulator.heard) - before == len(turn.legs) == requests
    assert turn.cannot_prefill == {("test", IGNORING)}


def test_begun_anew_in_words_it_is_not_whole_either_though_the_model_says_so(simulator: SimulatorThread) -> None:
    speaking = "sim/cut-every-100000"
    begun = take(simulator, speaking)[0].draft.text[:260] + ANOTHER_WAY
    turn, error = take(simulator, speaking, rules=Rules(), so_far=begun, in_words=True)
    assert turn.draft.finish == "stop"
    assert turn.draft.text == ""
    assert isinstance(error, AnswerIncomplete)
    assert "nothing new came" in error.message


def test_it_is_the_provider_that_refused_that_cannot_prefill(simulator: SimulatorThread) -> None:
    turn, error = take(simulator, "sim/no-prefill", so_far="A lighthouse is", as_fallback=True)
    assert isinstance(error, AnswerCut)
    assert turn.cannot_prefill == {("test", "sim/no-prefill")}
    assert [leg.state for leg in turn.legs] == ["refused", "whole"]


def test_another_model_is_told_once_where_it_begins_to_speak(simulator: SimulatorThread) -> None:
    notices: list[str] = []
    turn, _ = take(simulator, "sim/continued-by-another", rules=Rules(), notices=notices)
    first, second = turn.legs
    assert notices == [f"{second.served_model} goes on with what {first.model} began"]
