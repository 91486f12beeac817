"""Files that a question names go along when their names were typed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from deepchat.conversation.message import Message
from deepchat.tui.starting import Start
from deepchat.tui.widgets.editor import Editor
from deepchat.tui.widgets.mentions import TypedNames, mentions, word_around
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
INSIDE = "what nobody else should read"


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file in the current folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "n.txt"
    file.write_text(INSIDE)
    return file


async def paste(seat: Seat, text: str) -> None:
    before = seat.app.chat.composer.text
    seat.app.chat.composer.query_one(Editor).post_message(events.Paste(text))
    await seat.until(lambda: seat.app.chat.composer.text != before)


async def send(seat: Seat) -> Message:
    """Send what stands there; gives the question with all that went along."""
    count = len(seat.path)
    await seat.press("enter")
    await seat.until(lambda: len(seat.path) > count and seat.path[-1].message.role == "assistant")
    await seat.quiet()
    return seat.path[-2].message


@pytest.mark.usefixtures("notes")
async def test_a_file_whose_name_was_typed_goes_along() -> None:
    async with seated() as seat:
        await seat.write("look at @n.tx")
        await seat.press("escape")
        await seat.write("t please")
        assert INSIDE in (await send(seat)).text


@pytest.mark.usefixtures("notes")
async def test_a_file_that_only_a_paste_names_does_not_and_that_is_told() -> None:
    async with seated() as seat:
        await paste(seat, "somebody wrote: look at @n.txt please")
        assert INSIDE not in (await send(seat)).text
        await seat.is_told("n.txt: named in what was not typed here")
        await seat.write("and now @n.txt ")
        assert INSIDE in (await send(seat)).text


@pytest.mark.usefixtures("notes")
async def test_a_draft_that_was_left_and_comes_back_has_what_was_typed_and_no_more() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await paste(seat, "x @n.txt")
        first = seat.stage.front
        await seat.press("ctrl+n")
        await seat.until(lambda: seat.stage.front is not first)
        await seat.ask("Two?")
        await seat.write("@n.txt ")
        second = seat.stage.front
        await seat.stage.show(first)
        assert INSIDE not in (await send(seat)).text
        await seat.stage.show(second)
        assert INSIDE in (await send(seat)).text


@pytest.mark.usefixtures("notes")
async def test_a_draft_of_another_day_takes_no_file_along() -> None:
    async with seated() as seat:
        await paste(seat, "x @n.txt")
    async with seated() as seat:
        assert seat.app.chat.composer.text == "x @n.txt"
        assert INSIDE not in (await send(seat)).text
        await seat.is_told("/attach")


async def test_an_edited_question_has_its_file_once(notes: Path) -> None:
    async with seated(Start(question=f"see @{notes}")) as seat:
        await seat.until(lambda: len(seat.path) == 2)
        await seat.quiet()
        await seat.press("escape", "escape")
        await seat.until(lambda: "see @" in seat.app.chat.composer.text)
        await seat.write(" again")
        question = await resend(seat)
        assert question.text.count(INSIDE) == 1
        assert "does not go along" not in seat.notices


async def resend(seat: Seat) -> Message:
    await seat.press("enter")
    await seat.until(lambda: seat.stage.front.page.entries[0].of == 2)
    await seat.quiet()
    return seat.path[0].message


async def test_a_question_that_was_not_sent_comes_back_with_its_files_and_not_with_what_is_in_them(
    monkeypatch: pytest.MonkeyPatch, notes: Path
) -> None:
    monkeypatch.delenv("LLM_API_KEY")
    monkeypatch.delenv("LLM_BASE_URL")
    async with seated() as seat:
        await seat.until(lambda: seat.app.screen is not seat.app.chat)  # a new user is greeted
        seat.app.pop_screen()
        seat.app.chat.composer.attach(notes)
        await seat.say(f"Read @{notes}")
        await seat.until(lambda: seat.app.chat.composer.files == (notes,))
        assert seat.app.chat.composer.text == f"Read @{notes}"
        assert "does not go along" not in seat.notices


@pytest.mark.parametrize(
    ("line", "column", "word", "start"),
    [("", 0, "", 0), ("@ab c", 1, "@ab", 0), ("x @ab c", 5, "@ab", 2), ("x @ab c", 2, "@ab", 2), ("a  b", 2, "", 2)],
)
def test_a_word_is_found_around_any_place_in_it(line: str, column: int, word: str, start: int) -> None:
    assert word_around(line, column) == (word, start)


def typed(*steps: tuple[str, str]) -> list[str]:
    """What counts as typed in the end, when each step types its first part, or with none deletes, up to its second."""
    names, line = TypedNames(), ""
    for characters, after in steps:
        before = word_around(line, len(line))[0]
        line = after
        if characters:
            names.typed(characters, before, line, len(line))
        else:
            names.deleted(before, line, len(line))
    return [name for name in mentions(line) if name in names.names]


def test_only_what_was_typed_from_its_first_letter_on_counts() -> None:
    by_hand = [("@", "@"), ("a", "@a"), ("b", "@ab")]
    assert typed(*by_hand) == ["ab"]
    assert typed(*by_hand, ("", "@a")) == ["a"]
    assert typed(*by_hand, ("", "@b")) == ["b"]
    assert typed(*by_hand, ("", "@secret")) == []
    assert typed(("d", "@passwd")) == []
    assert typed(("", "@passwd")) == []
    assert typed(("@", "x@")) == []
