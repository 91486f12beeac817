"""Long pastes, files, and what lies above the line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.shelf import Shelf
from tests.tui.widgets.composing import Play, Stage, composing

LOG = "".join(f"line {number}\n" for number in range(20))


async def test_a_short_paste_stands_there_as_it_is() -> None:
    async with composing() as play:
        await play.paste("one\r\ntwo\rthree")
        assert play.composer.text == play.editor.text == "one\ntwo\nthree"


async def test_a_long_paste_is_shown_as_a_chip_and_sent_as_exact_text() -> None:
    async with composing() as play:
        await play.type("see ")
        await play.paste(LOG)
        await play.type(" please")
        assert "see [pasted 20 lines, 150 B] please" in play.screen_text()
        await play.press("enter")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == [f"see {LOG} please"]


async def test_the_cursor_steps_over_a_chip_and_backspace_takes_it_out_whole() -> None:
    async with composing() as play:
        await play.type("a")
        await play.paste(LOG)
        await play.press("left", "b", "right", "c")
        assert play.composer.text == f"ab{LOG}c"
        await play.press("left", "backspace")
        assert play.composer.text == "abc"
        await play.press("ctrl+z")
        assert play.composer.text == f"ab{LOG}c"


async def test_a_chip_is_cut_and_pasted_as_exact_text() -> None:
    async with composing() as play:
        await play.type("a")
        await play.paste(LOG)
        await play.press("shift+home", "ctrl+x")
        assert play.stage.clipboard == f"a{LOG}"
        assert play.composer.text == ""
        await play.press("ctrl+v")
        assert play.composer.text == f"a{LOG}"


async def test_two_pastes_of_the_same_size_keep_apart() -> None:
    async with composing() as play:
        other = LOG.replace("line", "LINE")
        for text in (LOG, other, LOG):
            await play.paste(text)
        assert play.composer.text == LOG + other + LOG


async def test_words_that_look_like_a_chip_are_words() -> None:
    async with composing() as play:
        await play.paste(LOG)
        await play.type("[pasted 20 lines, 150 B]")
        assert play.composer.text == f"{LOG}[pasted 20 lines, 150 B]"


async def test_a_chip_unfolds_by_key_or_click_while_it_is_small_enough() -> None:
    async with composing() as play:
        await play.paste(LOG)
        await play.press("ctrl+e")
        assert play.editor.text == LOG
        play.composer.clear()
        await play.paste(LOG)
        await play.pilot.click(play.editor, offset=(5, 0))
        await play.pilot.pause()
        assert play.editor.text == LOG


async def test_a_chip_that_would_make_typing_slow_stays_folded() -> None:
    async with composing() as play:
        await play.paste("x" * 50_000)
        await play.press("ctrl+e")
        assert "too long" in (await play.hear(Composer.Refused)).why
        assert play.composer.text == "x" * 50_000


async def test_text_that_is_given_back_is_folded_where_it_was_and_where_it_must_be() -> None:
    async with composing() as play:
        await play.type("see ")
        await play.paste(LOG)
        await play.press("enter")
        play.composer.put_text(f"see {LOG}")
        assert "\n" not in play.editor.text
        assert play.composer.text == f"see {LOG}"
        play.composer.put_text("y" * 100_000)
        assert len(play.editor.text) < 100
        assert play.composer.text == "y" * 100_000


async def test_pastes_of_long_ago_are_not_kept_in_memory() -> None:
    async with composing() as play:
        for number in range(20):
            await play.paste(f"{number}\n{LOG}")
            play.composer.clear()
        play.composer.put_text(f"19\n{LOG}")
        assert "\n" not in play.editor.text
        play.composer.put_text(f"0\n{LOG}")
        assert play.editor.text == f"0\n{LOG}"


@pytest.mark.parametrize("text", ["line of text\n" * 80_000, "z" * 1_000_000, "naïve line\r\n" * 90_000])
async def test_a_megabyte_is_pasted_without_a_halt(text: str) -> None:
    async with composing() as play:
        # Without the thread that looks for files, which is timed too: the CPU time of the whole process.
        began_s = time.process_time()
        await play.paste(text)
        assert time.process_time() - began_s < 0.2
        assert play.composer.text == text.replace("\r\n", "\n")


def written(folder: Path, *names: str) -> list[Path]:
    files = [folder / name for name in names]
    for file in files:
        file.write_text("x" * 5000)
    return files


@pytest.mark.parametrize("quoting", ["{0} {1}", "'{0}' '{1}'", "file://{0}\r\nfile://{1}\r\n", "{0}\n{1}"])
async def test_paths_that_are_dropped_become_attachments(quoting: str, tmp_path: Path) -> None:
    files = written(tmp_path, "plan.md", "data.csv")
    async with composing() as play:
        await play.type("look ")
        await play.paste(quoting.format(*files))
        assert play.composer.files == tuple(files)
        assert play.composer.text == "look "
        assert "[plan.md 4.9 KB ×] [data.csv 4.9 KB ×]" in play.screen_text()
        await play.press("enter")
        assert [sent.files for sent in play.all_heard(Composer.Sent)] == [tuple(files)]
        assert play.composer.files == ()


async def test_a_path_that_leads_nowhere_is_words(tmp_path: Path) -> None:
    (file,) = written(tmp_path, "here.md")
    async with composing() as play:
        await play.paste(f"{file} {tmp_path / 'nowhere.md'}")
        assert play.composer.files == ()
        assert play.composer.text.endswith("nowhere.md")


async def test_files_are_taken_off_by_backspace_at_the_start_and_by_click(tmp_path: Path) -> None:
    one, two, three = written(tmp_path, "1.md", "2.md", "3.md")
    async with composing() as play:
        for file in (one, two, three, two):
            play.composer.attach(file)
        await play.press("x", "home", "backspace")
        assert play.composer.files == (one, two)
        between = 1 + len("[1.md 4.9 KB ×]")
        await play.pilot.click(Shelf, offset=(between, 0))
        assert play.composer.files == (one, two)
        await play.pilot.click(Shelf, offset=(between - 1, 0))
        assert play.composer.files == (two,)


class Empty(Stage):
    def compose(self) -> ComposeResult:
        yield Static("above", id="above")


@pytest.mark.parametrize("when", ["early", "late"])
async def test_what_is_told_before_anything_is_seen_stands_above_the_line_in_its_order(
    when: str, tmp_path: Path
) -> None:
    stage, composer = Empty(), Composer()
    async with stage.run_test() as pilot:
        if when == "late":
            await stage.mount(composer)
        composer.locked, composer.queued = "it is locked", ("what next?",)
        composer.attach(*written(tmp_path, "1.md"))
        if when == "early":
            await stage.mount(composer)
        await pilot.pause()
        assert [type(row).__name__ for row in composer.children] == ["Shelf", "Static", "Horizontal"]


async def test_files_alone_are_not_sent(tmp_path: Path) -> None:
    async with composing() as play:
        play.composer.attach(*written(tmp_path, "1.md"))
        await play.press("enter")
        assert (await play.hear(Composer.Refused)).why == "say what to do with the files"
        assert len(play.composer.files) == 1


async def test_what_is_no_file_is_refused_in_words(tmp_path: Path) -> None:
    async with composing() as play:
        for path in (tmp_path, tmp_path / "none\x1b[31m.md"):
            play.composer.attach(path)
        await play.pilot.pause()
        said = [refused.why for refused in play.all_heard(Composer.Refused)]
        assert said[0].endswith("is no file")
        assert "No such file" in said[1]
        assert "\x1b" not in said[1]


async def look(play: Play, columns: int, rows: int) -> list[str]:
    await play.pilot.resize_terminal(columns, rows)
    await play.pilot.pause()
    return play.screen_text().splitlines()


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (60, 20), (20, 10)])
async def test_nothing_is_cut_without_a_sign_at_any_width(columns: int, rows: int, tmp_path: Path) -> None:
    async with composing() as play:
        play.composer.queued = ("what does [/x] cost", "a very long question " * 20, "c", "d", "e")
        play.composer.attach(*written(tmp_path, "a [bold]very [link=x] long name of a file.md"))
        seen = await look(play, columns, rows)
        assert any(row.strip().startswith("queued  2 more") for row in seen)
        assert any(row.strip().startswith("queued  a very") and row.rstrip().endswith("…") for row in seen)
        assert any("KB ×]" in row and ("…" in row or columns > 20) for row in seen)
        assert any("❯ Ask anything" in row for row in seen)
        assert ("/ commands · @ files" in "\n".join(seen)) is (columns > 20)


async def test_it_grows_to_ten_lines_and_to_a_third_of_the_screen() -> None:
    async with composing(rows=40) as play:
        assert play.editor.size.height == 1
        play.composer.put_text("\n".join(map(str, range(15))))
        await play.pilot.pause()
        assert play.editor.size.height == 10
        await look(play, 80, 12)
        assert play.editor.size.height == 4
        play.composer.clear()
        await play.pilot.pause()
        assert play.editor.size.height == 1


async def test_the_cursor_is_in_sight_once_the_line_has_grown() -> None:
    async with composing(60, 20) as play:
        play.composer.hint = "~42 tok"
        play.composer.put_text(
            "\n".join(f"{number} the quick brown fox jumps over the lazy dog" for number in range(15))
        )
        await play.pilot.pause()
        assert "14 the quick" in play.screen_text()


async def test_while_an_answer_streams_it_says_what_the_keys_do() -> None:
    async with composing() as play:
        play.composer.busy = True
        play.composer.hint = "~42 tok [/b]"
        await play.pilot.pause()
        assert "Enter queues · Esc stops" in play.screen_text()
        assert "~42 tok [/b]" in play.screen_text()


async def test_where_nothing_can_be_said_it_tells_why_and_takes_commands() -> None:
    async with composing() as play:
        play.composer.locked = "another DeepChat holds this [/conversation]"
        await play.type("why\r")
        assert "another DeepChat holds this [/conversation]" in play.screen_text()
        assert play.composer.text == "why"
        assert not play.all_heard(Composer.Sent)
        assert [refused.why for refused in play.all_heard(Composer.Refused)] == [play.composer.locked]
        play.composer.put_text("")
        await play.type("/fork\r")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["/fork"]
