"""Prompts are read from their folder as they are now, and filled word by word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config.prompts import LARGEST_BYTES, Prompt, load_prompts
from tests.config.homes import Home


@pytest.fixture
def folder(home: Home) -> Path:
    home.paths.prompts_dir.mkdir(parents=True)
    return home.paths.prompts_dir


def test_a_heading_tells_what_a_prompt_is_for_and_is_not_asked(home: Home, folder: Path) -> None:
    (folder / "review.md").write_bytes(b"\xef\xbb\xbf# Look over a change\r\n\r\nReview {{file}}.\r\n")
    (folder / "short.md").write_text("Say it shorter: {{text}}\nand kindly\n")
    (folder / "notes.txt").write_text("no prompt")
    assert load_prompts(home.paths, ()) == (
        [
            Prompt("review", "Look over a change", "Review {{file}}."),
            Prompt("short", "Say it shorter: {{text}}", "Say it shorter: {{text}}\nand kindly"),
        ],
        (),
    )


def test_what_can_not_be_used_is_told_and_the_others_count(home: Home, folder: Path) -> None:
    (folder / "good.md").write_text("Why?")
    (folder / "model.md").write_text("Mine.")
    (folder / "two words.md").write_text("Hm.")
    (folder / "blank.md").write_text("# Only a heading\n")
    (folder / "latin.md").write_bytes(b"pi\xf9")
    (folder / "long.md").write_text("x" * (LARGEST_BYTES + 1))
    (folder / "gone.md").symlink_to(folder / "nowhere")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    prompts, complaints = load_prompts(home.paths, {"model"})
    assert [one.name for one in prompts] == ["good"]
    told = {one.path.stem: one.message for one in complaints}
    assert len(told) == 8
    assert "command of DeepChat's own" in told["model"]
    assert "can't be typed" in told["two words"]
    assert "asks nothing" in told["blank"]
    assert "not UTF-8" in told["latin"]
    assert "32 KiB" in told["long"]


def test_without_a_folder_there_are_no_prompts(home: Home) -> None:
    assert load_prompts(home.paths, ()) == ([], ())
    home.paths.config.mkdir(parents=True)
    home.paths.prompts_dir.touch()
    prompts, complaints = load_prompts(home.paths, ())
    assert (prompts, len(complaints)) == ([], 1)


@pytest.mark.parametrize(
    ("text", "words", "asked"),
    [
        ("Into {{language}}: {{text}}", "French good day to you", "Into French: good day to you"),
        ("Into {{language}}: {{text}}", '"old French" "good day"', "Into old French: good day"),
        ("Into {{language}}: {{text}}", "French", "Into French: {{text}}"),
        ("Into {{language}}: {{text}}", "", "Into {{language}}: {{text}}"),
        ("{{ a }} and {{a}}, {{b-c}}", "one two", "one and one, two"),
        ("Shorter: {{text}}", 'don\'t say "it" so', 'Shorter: don\'t say "it" so'),
        ("{{a}} {{b}}", "{{b}} x", "{{b}} x"),
        ("Why?", "because of this", "Why?\n\nbecause of this"),
        ("{{}} {{a b}} {x}", "y", "{{}} {{a b}} {x}\n\ny"),
    ],
)
def test_words_fill_what_is_left_open_in_order(text: str, words: str, asked: str) -> None:
    assert Prompt("any", "", text).filled(words) == asked


@given(st.text(), st.lists(st.text("ab{} \"'", max_size=9), max_size=4))
def test_no_words_are_lost_and_none_upset_it(text: str, words: list[str]) -> None:
    said = " ".join(" ".join(words).replace('"', "").split())
    asked = Prompt("any", "", "{{one}}" + text).filled(said)
    assert all(word in asked for word in said.split())
