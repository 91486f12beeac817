"""What stands in the composer, without a screen."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.tui.widgets.chips import CHIP, Chips, is_editable, shown, size_in_words
from deepchat.tui.widgets.dropped import dropped_files
from deepchat.tui.widgets.recall import Recall
from deepchat.tui.widgets.typed import fit
from deepchat.tui.widgets.units import unit_around

LINE = st.text(min_size=1, max_size=5).map(lambda text: fit(text) + "\n")
LONG = st.tuples(LINE, st.integers(10, 20)).map(lambda line: line[0] * line[1])
WORDS = st.text(max_size=20).map(fit)


@given(st.text())
def test_what_is_fit_has_no_controls_and_stays_as_it_is(text: str) -> None:
    once = fit(text)
    assert fit(once) == once
    assert not {char for char in once if unicodedata.category(char) in ("Cc", "Cs")} - {"\n", "\t"}
    assert once.split("\n") == once.splitlines() + [""] * (not once or once.endswith("\n"))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Cn"])))
def test_all_that_a_person_can_write_stays(text: str) -> None:
    assert fit(text) == text


@given(st.lists(WORDS | LONG, max_size=8))
def test_folding_loses_nothing(pieces: list[str]) -> None:
    chips = Chips()
    folded = "".join(chips.fold(piece) if piece.count("\n") > 8 else piece for piece in pieces)
    assert chips.unfolded(folded) == "".join(pieces)
    assert chips.unfolded(chips.refolded("".join(pieces))) == "".join(pieces)
    assert len(shown(folded)) == len(folded)


@given(st.text(max_size=100_000).map(fit))
def test_what_is_put_back_can_be_edited(text: str) -> None:
    chips = Chips()
    assert is_editable(chips.refolded(text))


def test_old_pastes_are_forgotten_and_the_latest_are_known() -> None:
    chips = Chips()
    folded = [chips.fold("x\n" * lines) for lines in range(10, 40)]
    chips.forget_old()
    assert chips.unfolded(folded[-1]) == "x\n" * 39
    assert not CHIP.search(chips.refolded("x\n" * 10))


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (1_023_990, "1.0 MB"), (1_048_576, "1.0 MB"), (5 << 30, "5.0 GB")],
)
def test_sizes_are_told_in_words(size: int, words: str) -> None:
    assert size_in_words(size) == words


@pytest.mark.parametrize(
    ("line", "column", "around"),
    [
        ("ab", 1, None),
        ("a👩\u200d👧b", 2, (1, 4)),
        ("a👩\u200d👧b", 3, (1, 4)),
        ("a👩\u200d👧b", 4, None),
        ("❤\ufe0f", 1, (0, 2)),
        ("👍🏽", 1, (0, 2)),
        ("🇳🇴🇸🇪", 1, (0, 2)),
        ("🇳🇴🇸🇪", 2, None),
        ("1\ufe0f\u20e3", 2, (0, 3)),
        ("é日本", 1, None),
    ],
)
def test_a_unit_is_found_from_inside_of_it(line: str, column: int, around: tuple[int, int] | None) -> None:
    assert unit_around(line, column) == around


@given(st.lists(st.text(max_size=5), max_size=5), st.text(max_size=5), st.lists(st.booleans(), max_size=20))
def test_a_walk_always_finds_back_to_what_was_being_written(history: list[str], draft: str, steps: list[bool]) -> None:
    recall, text = Recall(), draft
    for back in steps:
        there = recall.older(text, history) if back else recall.newer(text)
        text = text if there is None else there
    while (there := recall.newer(text)) is not None:
        text = there
    assert text == draft


def test_paths_are_read_in_the_ways_terminals_quote_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "my plan's 100%.md"
    file.write_text("x")
    escaped = str(file).replace(" ", "\\ ").replace("'", "\\'")
    for pasted in (str(file), f" {file}\n", f'"{file}"', escaped, f"{escaped} {escaped}", file.as_uri()):
        assert dropped_files(pasted) == (file,), pasted
    monkeypatch.setenv("HOME", str(tmp_path))
    assert dropped_files(f"'~/{file.name}'".replace("'s", "'\\''s")) == (file,)
    monkeypatch.chdir(tmp_path)
    assert dropped_files(f"./{file.name}") == (Path(file.name),)


@pytest.mark.parametrize(
    "pasted", ["", "README.md", "it's", "/", "file://elsewhere/etc/hosts", "/" + "x" * 5000, "/x\0y", "see /etc/hosts"]
)
def test_all_else_is_words(pasted: str) -> None:
    assert dropped_files(pasted) == ()
