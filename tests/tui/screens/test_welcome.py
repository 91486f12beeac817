"""The first screen: a key is checked, never shown, and kept where its user says; other ways are offered beside it."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Button, Input, Static

from deepchat.config.addresses import server_of
from deepchat.config.providers import BUILT_IN, Provider
from deepchat.secret import Secret
from deepchat.tui.screens.welcome import Demo, Here, PastedKey, SmallModel, Welcome
from tests.tui.stage import Seen, lines, opened

KEY = "sk-abc123-not-a-real-one"
DEEPINFRA = BUILT_IN["deepinfra"]
WORK = Provider("work", base_url="https://llm.example.com:8443/v1")


def pasted(seen: Seen) -> list[Secret]:
    return [message.key for message in seen.heard(Welcome.KeyPasted)]


def verdict(screen: Welcome) -> str:
    return str(screen.query_one(".verdict", Static).render())


def ways(screen: Welcome) -> list[str]:
    return [str(button.label) for button in screen.query(Button)]


def seen_in(screen: Welcome) -> str:
    return "\n".join(line for widget in screen.query("Static, Input, Button") for line in lines(widget))


async def test_a_key_is_checked_by_whoever_opened_the_screen() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter")
        assert [key.reveal() for key in pasted(seen)] == [KEY]
        assert verdict(screen) == "checking with deepinfra…"
        assert seen.given_back == []


@pytest.mark.parametrize(("keys", "keep"), [(["enter"], "keyring"), (["down", "enter"], "file")])
async def test_a_good_key_is_given_back_with_where_to_keep_it(keys: list[str], keep: str) -> None:
    screen = Welcome(DEEPINFRA, keys_file="/home/me/credentials.toml")
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter")
        screen.put_verdict(True, "It works.", has_keyring=True)
        await seen.settle()
        assert verdict(screen) == "It works."
        await seen.press(*keys)
        answer = await seen.answer()
        assert isinstance(answer, PastedKey)
        assert (answer.key.reveal(), answer.keep) == (KEY, keep)
        assert KEY not in repr(answer)


async def test_without_a_keyring_it_is_not_offered_and_the_file_is_named() -> None:
    screen = Welcome(DEEPINFRA, keys_file="/home/me/credentials.toml")
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter")
        screen.put_verdict(True, "It works.")
        await seen.settle()
        assert ways(screen) == ["› keep it in a file that only you can read", "› begin the tour"]
        assert "no keyring that encrypts answers here; the file: /home/me/credentials.toml" in " ".join(
            seen_in(screen).split()
        )


async def test_a_bad_key_is_explained_and_another_one_can_be_pasted() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter")
        screen.put_verdict(False, "the key was refused [/b]")
        await seen.settle()
        assert verdict(screen) == "the key was refused [/b]"
        await seen.press(*"other-key", "enter")
        assert [key.reveal() for key in pasted(seen)] == [KEY, "other-key"]


async def test_a_key_that_nobody_could_check_stays_and_is_tried_again() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter")
        screen.put_unchecked("no network [/b]")
        await seen.settle()
        assert verdict(screen) == "it could not be checked with deepinfra, ⏎ tries again: no network [/b]"
        assert KEY[-4:] not in seen_in(screen)
        await seen.press("enter")
        screen.put_unchecked("no network")
        await seen.settle()
        assert [key.reveal() for key in pasted(seen)] == [KEY, KEY]
        screen.query_one(Input).post_message(events.Paste("other-key"))
        await seen.press("enter")
        assert pasted(seen)[-1].reveal() == "other-key"


async def test_a_key_that_nobody_could_check_takes_the_place_of_no_other() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter", *"other-key")
        screen.put_unchecked("no network")
        await seen.press("enter")
        assert [key.reveal() for key in pasted(seen)] == [KEY, "other-key"]


async def test_only_one_key_is_checked_at_a_time() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY, "enter", *"other-key", "enter", "enter")
        assert len(pasted(seen)) == 1


async def test_an_empty_line_is_no_key() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press("space", "enter")
        assert pasted(seen) == []


async def test_a_key_is_pasted_without_the_line_ends_around_it() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        line = screen.query_one(Input)
        line.post_message(events.Paste(f"\n {KEY} \r\nmore"))
        await seen.settle()
        await seen.press("enter")
        assert [key.reveal() for key in pasted(seen)] == [KEY]


async def test_nothing_typed_is_seen_or_gets_to_the_clipboard() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        await seen.press(*KEY)
        assert KEY[-4:] not in seen_in(screen)
        for key in ("c", "x"):
            screen.query_one(Input).select_all()
            await seen.press(f"ctrl+{key}")
        assert seen.pilot.app.clipboard == ""
        assert screen.query_one(Input).value == ""


async def test_servers_and_the_small_model_are_offered_once_they_were_looked_for() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        assert "looking…" in seen_in(screen)
        screen.put_found(["ollama", "lmstudio[/b]"], True)
        await seen.settle()
        assert "looking…" not in seen_in(screen)
        assert ways(screen)[:2] == ["› ollama", "› lmstudio[/b]"]
        assert ways(screen)[2].startswith("› the small model")
        await seen.press("down", "down", "enter")
        assert await seen.answer() == Here("lmstudio[/b]")


async def test_the_small_model_needs_no_server() -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen) as seen:
        screen.put_found([], True)
        await seen.settle()
        assert "No server was found here" in seen_in(screen)
        await seen.press("down", "enter")
        assert await seen.answer() == SmallModel()


async def test_the_tour_needs_nothing() -> None:
    async with opened(Welcome(DEEPINFRA)) as seen:
        await seen.press("up", "enter")
        assert await seen.answer() == Demo()


async def test_esc_takes_none_of_the_ways() -> None:
    async with opened(Welcome(DEEPINFRA)) as seen:
        await seen.press("escape")
        assert await seen.answer() is None


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (40, 12), (20, 10)])
async def test_every_way_is_seen_when_it_is_gone_to(width: int, height: int) -> None:
    screen = Welcome(DEEPINFRA)
    async with opened(screen, width, height) as seen:
        screen.put_found(["ollama"], True)
        await seen.settle()
        for _ in range(4):
            focused = screen.focused
            assert focused is not None
            assert screen.region.contains_region(focused.region), focused
            await seen.press("down")
        await seen.press(*KEY, "enter")
        screen.put_verdict(True, "It works.")
        await seen.settle()
        assert screen.focused is not None
        assert screen.region.contains_region(screen.focused.region)


@pytest.mark.parametrize(("width", "height"), [(120, 34), (60, 20), (20, 10)])
@pytest.mark.parametrize(
    "where", [BUILT_IN["openrouter"], WORK, Provider("n" * 32, base_url="https://llm.example.com")]
)
async def test_whose_key_it_is_can_be_read_whole_at_every_size(where: Provider, width: int, height: int) -> None:
    screen = Welcome(where)
    async with opened(screen, width, height) as seen:
        told = "".join(seen_in(screen).split())
        assert f"Pasteakeyfor{where.name}" in told
        page_or_server = "openrouter.ai/settings/keys" if where.name == "openrouter" else server_of(where.base_url)
        assert page_or_server in told
        await seen.press(*KEY, "enter")
        screen.put_verdict(True, "It works.")
        await seen.settle()
        told = "".join(seen_in(screen).split())
        assert f"Itiskeptfor{where.name}at{server_of(where.base_url)}only." in told
        assert "deepinfra" not in told


async def test_words_of_a_config_are_words() -> None:
    screen = Welcome(Provider("w[/b]\x1b[31m", base_url="https://llm.example.com"))
    async with opened(screen):
        assert "Paste a key for w[/b]" in seen_in(screen)
        assert "\x1b" not in seen_in(screen)


async def test_without_anybody_to_take_a_key_it_says_why_before_the_other_ways() -> None:
    screen = Welcome(None, why_none="there is no provider office[/b]\x1b[31m")
    async with opened(screen, 20, 10) as seen:
        assert "thereisnoprovideroffice[/b]" in "".join(seen_in(screen).split())
        assert "\x1b" not in seen_in(screen)
        assert not screen.query(Input)
        assert screen.region.contains_region(screen.query(Static).filter(".about").first().region)
        await seen.press("down", "enter")
        assert await seen.answer() == Demo()
