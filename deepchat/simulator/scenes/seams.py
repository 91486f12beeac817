"""Seams: what the second leg of a cut answer repeats, loses, or says before it goes on."""

from __future__ import annotations

from deepchat.simulator.scenes.building import END, chunk, ok_stream, say, think
from deepchat.simulator.scenes.legs import LAST_LEG, cut_at, last, then
from deepchat.simulator.scenes.words import FOX, OTHER_MODEL, TALE, TALE_HEAD, TALE_TAIL, THOUGHT

MIDDLE_OF_A_WORD = TALE.index("nted the ships")
FIRST_PARAGRAPH, LAST_LINE = TALE_HEAD.split("\n\n")
BETWEEN = f"{FOX} It does so every day.\n\n"
CODE_HEAD = "Here it is:\n\n```python\ndef add(a, b):\n"
CODE_TAIL = "    return a + b\n```\n"
FAMILY = "👩\u200d👩\u200d👧"
TABLE = "| what | how many |\n| ---- | -------: |\n"
ROW = "| tea  |        2 |\n"

BLANKS = (
    then("exactly", "the rest and nothing else", "W93", LAST_LEG),
    cut_at("mid-word", "cut inside a word", "W93", TALE[:MIDDLE_OF_A_WORD], TALE[MIDDLE_OF_A_WORD:]),
    cut_at("mid-emoji", "cut inside a joined emoji", "W57 W93", f"A family {FAMILY[:2]}", f"{FAMILY[2:]} of three."),
    cut_at("mid-accent", "cut between a letter and its accent", "W57 W93", "Voila", "\u0300, said the keeper."),
    cut_at("half-letter", "the first leg ends with U+FFFD", "W57 W93", TALE_HEAD + " 犬\ufffd", "," + TALE_TAIL),
    cut_at("blank-kept", "a blank before the seam", "W93", TALE_HEAD + " ", TALE_TAIL.removeprefix(" ")),
    cut_at("blank-doubled", "a blank before the seam and after it", "W97", TALE_HEAD + " ", TALE_TAIL),
    then("blank-lost", "no blank at the seam, where one belongs", "W97", last(TALE_TAIL.removeprefix(" "))),
    cut_at(
        "break-doubled",
        "a paragraph's end before the seam and after it",
        "W97",
        FIRST_PARAGRAPH + "\n\n",
        f"\n\n{LAST_LINE}{TALE_TAIL}",
    ),
)

OVERLAPS = (
    then("overlaps-words", "the last words again, then the rest", "W97", last(TALE_HEAD[-40:] + TALE_TAIL)),
    then("overlaps-line", "the last line again, then the rest", "W97", last(LAST_LINE + TALE_TAIL)),
    then("overlaps-reflowed", "the last words on new lines", "W97", last(LAST_LINE.replace(" ", "\n") + TALE_TAIL)),
    cut_at(
        "overlaps-paragraph",
        "the last whole paragraph again, and what had begun after it",
        "W97",
        BETWEEN + TALE_HEAD,
        TALE_HEAD + TALE_TAIL,
    ),
    cut_at(
        "overlaps-half-line",
        "the last line, which was cut in a name, from its beginning",
        "W97",
        CODE_HEAD + "    return add_the(fi",
        "    return add_the(first_one, second_one)\n```\n",
    ),
    cut_at("repeats-rightly", "a row of a table that was to come twice", "W97", TABLE + ROW, ROW + "\nTwo of each."),
    then("restarts", "the whole answer from its beginning", "W97", last(TALE)),
    then("restarts-nearly", "the whole answer, one word changed", "W97", last(TALE.replace("green", "red"))),
)

PREAMBLES = (
    then("preamble", "`Sure, continuing:` before the rest", "W98", last("Sure, continuing:\n\n" + TALE_TAIL.lstrip())),
    then("preamble-here", "`Here is the rest` before it", "W98", last("Here is the rest of the tale:\n\n" + TALE_TAIL)),
    then("preamble-role", "a role before the rest", "W98", last("assistant\n\n" + TALE_TAIL.lstrip())),
    then("preamble-mark", "`[continued]` before the rest", "W98", last("[continued]" + TALE_TAIL)),
    then("preamble-think", "an empty <think> block", "W98", last("<think>\n\n</think>\n\n" + TALE_TAIL)),
    then("thinks-again", "a thought before the rest", "W89", ok_stream(think(THOUGHT), say(TALE_TAIL), END)),
    then("by-another", "another model", "W100", ok_stream(chunk({"content": TALE_TAIL}, model=OTHER_MODEL), END)),
)

FORMS = (
    cut_at("fence-reopened", "the code fence is opened again", "W98", CODE_HEAD, "```python\n" + CODE_TAIL),
    cut_at("fence-closed", "the code fence is closed at once", "W98", CODE_HEAD, "```\n\nThat is all."),
    cut_at(
        "fence-fresh",
        "cut before a code fence, which is opened rightly",
        "W98",
        CODE_HEAD[:13],
        CODE_HEAD[13:] + CODE_TAIL,
    ),
    cut_at("json-anew", "JSON begins anew", "W97", '{"fox":"quick","dog":', '{"fox":"quick","dog":"lazy"}'),
)

SCENES = BLANKS + OVERLAPS + PREAMBLES + FORMS
