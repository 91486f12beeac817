"""Two legs are joined without a stutter, and whoever goes on exactly loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepchat.conversation.message import user
from deepchat.engine.continuation import next_request
from deepchat.engine.forms import Form
from deepchat.engine.seam import Found, Seam
from deepchat.wire.request import ChatRequest
from tests.engine.markdown import documents, pieces_of

HEAD = (
    "The lighthouse keeper counted the ships each evening and wrote their names in a green ledger.\n\n"
    "On the ninth night he counted one ship too"
)
TAIL = " many, and the last name he wrote was his own."
QUESTION = ChatRequest("any", (user("What is a lighthouse?"),))
LONG = "".join(f"{n}. Sentence number {n} of a long answer about ropes, lamps and tides.\n" for n in range(1, 60))
HALVED = f"A long line, all of it new. {LONG[:50]} lighthouse lighthouse, lighthouse, 12345 words"
CODE = "Here it is:\n\n```python\ndef add(a, b):\n"
ROW = "<div>\n  <div>\n    text\n  </div>"
BODY = "    return a + b\n```\n"


def join(before: str, pieces: list[str], form: Form = "prefill") -> tuple[str, Seam]:
    """The joined answer, by what was shown."""
    seam = Seam(before, form)
    shown = "".join([*map(seam.feed, pieces), seam.end()])
    leg = "".join(pieces)
    assert shown == leg[seam.skipped :]
    return before + shown, seam


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    before: str
    leg: str
    joined: str
    found: Found = ""


BOTH = (
    Case("goes on", HEAD, TAIL, HEAD + TAIL),
    Case("inside a word", "It is impor", "tant.", "It is important."),
    Case(
        "inside a picture",
        "a family \U0001f468\u200d",
        "\U0001f469\u200d\U0001f467.",
        "a family \U0001f468\u200d\U0001f469\u200d\U0001f467.",
    ),
    Case("before a mark", "e", "\u0301te\u0301", "e\u0301te\u0301"),
    Case("the blank again", HEAD + " ", TAIL, HEAD + TAIL),
    Case("the blank lines again", "One.\n\n", "\n\nTwo.", "One.\n\nTwo."),
    Case("more blank lines", "One.\n\n", "\n\n\nTwo.", "One.\n\n\nTwo."),
    Case("the blank not again", "One.\n\n", "Two.", "One.\n\nTwo."),
    Case("the indent alone", "def f():\n    ", "    return 1", "def f():\n    return 1"),
    Case("nothing but blanks before", " \n", " \nHello.", " \nHello."),
    Case("nothing before", "", "Sure, continuing:\n\nHello.", "Sure, continuing:\n\nHello."),
    Case("nothing after", HEAD, "", HEAD),
    Case("blanks after", "One.\n", " \n\n", "One.\n \n\n"),
    Case("the last words", HEAD, HEAD[-40:] + TAIL, HEAD + TAIL, "overlap"),
    Case("the last line", HEAD, HEAD.rpartition("\n")[2] + TAIL, HEAD + TAIL, "overlap"),
    Case("the last words and the blank", HEAD + " ", HEAD[-42:] + TAIL, HEAD + TAIL, "overlap"),
    Case("the last words and nothing else", HEAD, HEAD[-60:], HEAD, "overlap"),
    Case("the last line of a long answer", LONG, LONG[-70:] + "60. End.", LONG + "60. End.", "overlap"),
    Case("a short answer anew", HEAD, HEAD + TAIL, HEAD + TAIL, "overlap"),
    Case("a long answer anew", LONG, LONG + "The end.", LONG + "The end.", "restart"),
    Case("a long answer nearly anew", LONG, LONG.replace("ropes", "rope", 1) + "End.", LONG + "End.", "restart"),
    Case("anew up to the same place", LONG, LONG.rstrip(), LONG, "restart"),
    Case("anew and less far", LONG, LONG[:1000], LONG, "restart"),
    Case("anew in other words later on", LONG, LONG[:300] + "Now something else.", LONG, "restart"),
    Case("a little anew", LONG, LONG[:50], LONG, "restart"),
    Case("anew with the first words only", LONG, LONG[:60] + "otters.", LONG + LONG[:60] + "otters."),
    Case("anew too little", LONG, LONG[:30], LONG + LONG[:30]),
    Case(
        "JSON anew", '{"fox":"quick","dog":', '{"fox":"quick","dog":"lazy"}', '{"fox":"quick","dog":"lazy"}', "overlap"
    ),
    Case("a mark", HEAD, "[continued]" + TAIL, HEAD + TAIL, "preamble"),
    Case("a mark alone", HEAD, "[Continued]", HEAD, "preamble"),
    Case("an empty thought", HEAD, "<think>\n\n</think>\n\n" + TAIL, HEAD + TAIL, "preamble"),
    Case("a thought", HEAD, "<think>Hm.</think>", HEAD + "<think>Hm.</think>"),
    Case("a tag", HEAD, "<think", HEAD + "<think"),
    Case("an announcement", "One.\n\n", "Sure, continuing:\n\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a mark and the blank", "One.\n\n", "[continued]\n\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a mark and the last words", HEAD, "[continued]\n" + HEAD[-42:] + TAIL, HEAD + TAIL, "overlap"),
    Case("certainty", "One. ", "Sure, it is.", "One. Sure, it is."),
    Case("certainty in a long line", "One.", "Sure, continuing " + "and " * 30, "One.Sure, continuing " + "and " * 30),
    Case("the fence again", CODE, "```python\n" + BODY, CODE + BODY, "fence"),
    Case("the fence and the line end again", CODE, "\n```python\n" + BODY, CODE + BODY, "fence"),
    Case("the fence within a line", CODE[:-1], "```python\n" + BODY, CODE + BODY, "fence"),
    Case("the fence and the indent", CODE + "    ", "```python\n" + BODY, CODE + BODY, "fence"),
    Case("the fence again in a fence's line", "See:\n\n```python", "```python\nx", "See:\n\n```python\nx", "fence"),
    Case("the fence alone", CODE, "```python", CODE, "fence"),
    Case("the fence closed at once", CODE, "```\n\nThat is all.", CODE + "```\n\nThat is all."),
    Case("another fence", CODE, "```rust\n", CODE + "```rust\n"),
    Case("a longer language", CODE, "```python3\n", CODE + "```python3\n"),
    Case("a fence without language", "See:\n```\nx\n", "```\nDone.", "See:\n```\nx\n```\nDone."),
    Case("a fence after a fence", CODE + BODY, "```python\nx\n", CODE + BODY + "```python\nx\n"),
    Case("two table rules", "| a | b |\n", "|---|---|\n", "| a | b |\n|---|---|\n"),
    Case("lines meant to be the same", "ho ho ho\n" * 9, "ho ho ho\n" * 9, "ho ho ho\n" * 18),
    Case("a row of the same", "0, " * 60, "0, " * 40, "0, " * 100),
)
"""What holds in either form."""  # A model that goes on exactly gives the blanks at the end again, so they are skipped.

PREFILL = (
    Case("a fence in a longer one", "````md\n```python\n", "```python\n", "````md\n```python\n```python\n"),
    Case("a short repetition", HEAD, HEAD[-25:] + TAIL, HEAD + HEAD[-25:] + TAIL),
    Case("an announcement on its own line", "One.", "Sure, continuing:\nTwo.", "One.Sure, continuing:\nTwo."),
    Case("half a word", HALVED, HALVED[-42:] + "!", HALVED + HALVED[-42:] + "!"),
    Case("a role", "One.", "Assistant:\nTwo.", "One.Assistant:\nTwo."),
    Case("a key named so", "Press the key ", "[Continue] to go on.", "Press the key [Continue] to go on."),
    Case("a key named so behind a blank", "Press", " [Continue] now.", "Press [Continue] now."),
    Case("a link named so", "See ", "[continued](b.html)", "See [continued](b.html)"),
    Case(
        "a consent that is told",
        "Bob: ",
        "Sure, here's the rest of it:\n\nA.",
        "Bob: Sure, here's the rest of it:\n\nA.",
    ),
    Case("a consent in a sentence", "One and", "Sure, continuing:\n\ntwo.", "One andtwo.", "preamble"),
    Case("a line three times", f"{HEAD[:94]}" * 2, HEAD[:94], HEAD[:94] * 3),
)
NUDGE = (
    Case("twenty characters", HEAD, HEAD[-20:] + TAIL, HEAD + TAIL, "overlap"),
    Case("two words", HEAD, "ship too" + TAIL, HEAD + TAIL, "overlap"),
    Case("from the middle of a word", HEAD, "hip too" + TAIL, HEAD + "hip too" + TAIL),
    Case("the last words, broken otherwise", HEAD, "\nhe  counted\tone ship too" + TAIL, HEAD + TAIL, "overlap"),
    Case("a partial line", "Call it:\n\nfoo(ba", "foo(bar)", "Call it:\n\nfoo(bar)", "overlap"),
    Case("a brace", "{\n  }\n}", "}\nx", "{\n  }\n}}\nx"),
    Case("a brace that stands alone", "{\n}", "}\nx", "{\n}}\nx"),
    Case("what closes twice", ROW, "\n  </div>\n</div>\nEnd", f"{ROW}\n  </div>\n</div>\nEnd"),
    Case("what closes twice in code", f"```html\n{ROW}\n", "  </div>\n", f"```html\n{ROW}\n  </div>\n"),
    Case("a refrain", "Sing:\nRow the boat", "\nRow the boat\nHome", "Sing:\nRow the boat\nRow the boat\nHome"),
    Case("digits", "x 1234567890", "1234567890", "x 12345678901234567890"),
    Case("the fence and the partial line", CODE[:-1], "```python\ndef add(a, b):\n" + BODY, CODE + BODY, "overlap"),
    Case("an announcement", "One.\n\n", "Here's the rest of the answer:\n\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("an announcement in one line", "One.\n\n", "Continuing where I stopped...\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a consent", "One.\n\n", "Of course! Continuing:\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a role", "One.\n\n", "**Assistant:**\n\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a template's role", "One.\n\n", "<|im_start|>assistant\nTwo.", "One.\n\nTwo.", "preamble"),
    Case("a role in a line", "The ", "assistant: yes", "The assistant: yes"),
    Case("no announcement", "One. ", "Continuing east.", "One. Continuing east."),
    Case("blanks only", HEAD, " \n", HEAD + " \n"),
)
CASES = [
    *((form, case) for case in BOTH for form in ("prefill", "nudge")),
    *(("prefill", case) for case in PREFILL),
    *(("nudge", case) for case in NUDGE),
]


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize(("form", "case"), CASES, ids=lambda value: value if isinstance(value, str) else value.name)
def test_what_is_said_again_is_skipped_and_all_else_is_kept(form: Form, case: Case, size: int) -> None:
    joined, seam = join(case.before, [case.leg[at : at + size] for at in range(0, len(case.leg), size)], form)
    assert (joined, seam.found) == (case.joined, case.found)


def twice_in_a_row(whole: str, cut: int) -> bool:
    """Whether what a cut divides is 20 characters or more that are said twice: the one thing that can't be told."""
    before, after = whole[:cut].rstrip(), whole[cut:].lstrip()
    return any(before.endswith(after[:length]) for length in range(20, len(after) + 1))


@given(data=st.data())
def test_whoever_goes_on_exactly_loses_nothing_wherever_it_is_cut(data: st.DataObject) -> None:
    whole = data.draw(documents)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    assume(not any(twice_in_a_row(whole, cut) for cut in cuts))
    trims = data.draw(st.booleans())
    answer = ""
    for cut in [*cuts, len(whole)]:
        last = next_request(QUESTION, answer, "", "prefill").messages[-1]
        begun = last.text if last.role == "assistant" else ""
        leg = whole[len(begun.rstrip() if trims else begun) : cut]
        answer, _ = join(answer, data.draw(st.composite(pieces_of)(leg)))
    assert answer == whole


@given(before=documents, leg=documents, form=st.sampled_from(["prefill", "nudge"]), data=st.data())
def test_only_the_head_of_a_leg_is_ever_left_out_and_the_pieces_do_not_matter(
    before: str, leg: str, form: Form, data: st.DataObject
) -> None:
    end = data.draw(st.sampled_from([before[-60:], before[-9:], before[:250], ""]))
    leg = data.draw(st.sampled_from(["", "[continued]", "Sure, continuing:\n\n", "\n```python\n"])) + end + leg
    joined, seam = join(before, data.draw(st.composite(pieces_of)(leg)), form)
    assert (joined, seam.found) == (join(before, [leg], form)[0], join(before, [leg], form)[1].found)


def test_the_first_words_show_at_once_when_they_are_new() -> None:
    seam = Seam(LONG, "prefill")
    assert seam.feed("Zebras") == "Zebras"
    assert seam.feed(" and") == " and"


def test_what_may_be_a_repetition_is_shown_when_nothing_follows_it() -> None:
    seam = Seam(HEAD, "prefill")
    assert seam.feed("On the ninth night") == ""
    assert seam.release() == "On the ninth night"
    assert (seam.release(), seam.feed(" again"), seam.end(), seam.skipped) == ("", " again", "", 0)


def test_a_long_repetition_stays_held_however_slowly_it_comes() -> None:
    seam = Seam(LONG, "prefill")
    again = LONG[-300:]
    assert [seam.feed(again[:200]), seam.release(), seam.feed(again[200:] + "60. End.")] == ["", "", "60. End."]
    assert (seam.found, seam.skipped) == ("overlap", len(again))


def test_a_long_repetition_that_breaks_off_is_kept() -> None:
    seam = Seam(LONG, "prefill")
    again = LONG[-300:-100]
    assert [seam.feed(again), seam.release(), seam.end()] == ["", "", again]


def test_blanks_that_were_said_again_stay_skipped_when_nothing_follows_them() -> None:
    seam = Seam("One.\n\n", "prefill")
    assert (seam.feed("\n"), seam.release(), seam.feed("\nTwo."), seam.end()) == ("", "", "Two.", "")
    assert seam.skipped == 2


def test_an_answer_begun_anew_stays_skipped_when_it_stalls() -> None:
    seam = Seam(LONG, "prefill")
    assert (seam.feed(LONG[:300]), seam.release(), seam.feed(LONG[300:]), seam.feed("End.")) == ("", "", "", "End.")
    assert seam.skipped == len(LONG)
