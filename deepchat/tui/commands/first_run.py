"""The first run: three ways to an answer, and what is done for each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, assert_never

from deepchat.errors import ConfigError, DeepChatError, KeyMalformed, KeyRejected, UsageError
from deepchat.tui.ongoing import Ongoing
from deepchat.tui.starting import TOUR
from deepchat.workspace import first_run
from deepchat.workspace.model_at import ModelAt

if TYPE_CHECKING:
    from deepchat.config.providers import Provider
    from deepchat.secret import Secret
    from deepchat.tui.screens.welcome import PastedKey, Way, Welcome
    from deepchat.tui.stage import Stage


QUIET_S: Final = 1.0
"""Who has not written for so long is not in the middle of a sentence."""


async def greet(stage: Stage, refused: DeepChatError | None = None) -> None:
    """Show the three ways, when there is no key for whom the settings mean.

    Else tell what was refused, if it was, or that nobody is called as the settings say.
    """
    from deepchat.tui.screens.welcome import Welcome

    workspace = stage.desk.workspace
    lacks_key = await stage.desk.bridge.call(lambda: first_run.lacks_key(workspace))
    if lacks_key and not refused:
        await until_quiet(lambda: stage.chat.composer.text)
    if lacks_key and isinstance(screen := stage.app.screen, Welcome):
        screen.waits = bool(stage.chat.composer.text)  # asked while it was being opened
    elif lacks_key:
        await welcome(stage, "")
    elif refused or (refused := await stage.desk.misnamed(stage.front)):
        stage.tell(refused)


async def until_quiet(written: Callable[[], str]) -> None:
    """Wait for the end of what somebody is writing, or else its rest would be taken for a key."""
    before = ""
    while (words := written()) != before:
        before = words
        await asyncio.sleep(QUIET_S)


async def welcome(stage: Stage, _: str) -> None:
    """A key, a server on this machine, the small model, or the tour."""
    from deepchat.tui.commands import asking  # only then: every start looks whether there is a key
    from deepchat.tui.screens.welcome import Demo, Here, PastedKey, SmallModel

    way, bridge, workspace, held = await _choose(stage), stage.desk.bridge, stage.desk.workspace, stage.front
    while isinstance(way, PastedKey) and (why := await _keep(stage, way)):
        way = await _choose(stage, (way, why))
    match way:
        case PastedKey():
            stage.notice(f"the key is kept for {way.where.name}; choose who answers")
            await asking.model(stage, "")
        case Here(provider):
            model = await bridge.call(lambda: first_run.first_model(workspace, provider))
            await stage.desk.pick(held, ModelAt(provider, model))
            await stage.look()
        case SmallModel():
            with Ongoing(stage.app, "the small model is being loaded …"):
                held.whom, running = await bridge.call(lambda: first_run.start_small_model(workspace))
            stage.closing.append(running.close)
            await stage.look()
            stage.notice(
                "SmolLM2, 135 million parameters, on this machine: for trying things, not for truth", "warning"
            )
        case Demo():
            stage.app.exit(TOUR, return_code=0)
        case None:
            pass
        case _:
            assert_never(way)
    stage.chat.composer.focus()


async def _choose(stage: Stage, unkept: tuple[PastedKey, str] | None = None) -> Way | None:
    from deepchat.tui.screens.welcome import Welcome

    where, why_none = (unkept[0].where, "") if unkept else _whose_key(stage)
    screen = Welcome(where, why_none=why_none, keys_file=str(stage.desk.workspace.keys.file), unkept=unkept)
    screen.waits = bool(stage.chat.composer.text)
    stage.do(_look_around(stage, screen))
    return await stage.app.push_screen_wait(screen)


def _whose_key(stage: Stage) -> tuple[Provider | None, str]:
    """For whom a key is taken; or nobody, and why."""
    try:
        where = stage.desk.workspace.settings.chosen_provider()
    except ConfigError as error:
        return None, "; ".join(filter(None, (error.message, error.hint)))
    if not where.needs_key:
        return None, f"{where.name} is asked without a key. `deepchat auth set NAME` keeps one for another provider."
    return where, ""


async def _keep(stage: Stage, pasted: PastedKey) -> str:
    """Keep it where it was wanted; gives the reason why it could not be."""
    keys = stage.desk.workspace.keys
    try:
        # A keyring may ask for a password: answers stream meanwhile, and who leaves does not wait for it.
        await stage.desk.bridge.beside(lambda: keys.keep(pasted.where, pasted.key, pasted.keep))
    except DeepChatError as error:
        return error.message
    return ""


async def check(stage: Stage, screen: Welcome, where: Provider, key: Secret) -> None:
    """Say whether this provider, whom the screen named, takes this key."""
    from deepchat.workspace.proof import prove_key

    workspace = stage.desk.workspace
    try:
        checked = workspace.keys.checked(key.reveal())
        proven = await stage.desk.bridge.call(lambda: prove_key(workspace, where, checked))
        has_keyring = await asyncio.to_thread(workspace.keys.has_keyring)
    except KeyRejected as error:
        screen.put_verdict(ok=False, words=f"{where.name}: {error.message}")
    except (KeyMalformed, UsageError) as error:
        screen.put_verdict(ok=False, words=error.message)
    except DeepChatError as error:
        screen.put_unchecked(error.message)
    else:
        words = f"{where.name} takes the key" if proven else f"{where.name} does not say whether the key is good"
        screen.put_verdict(ok=True, words=words, has_keyring=has_keyring)


async def _look_around(stage: Stage, screen: Welcome) -> None:
    workspace = stage.desk.workspace
    found = await stage.desk.bridge.call(lambda: first_run.ways(workspace))
    if screen.is_attached:
        screen.put_found(found.servers, found.has_small_model)
