"""Commands about who answers, and how: model, provider, preset, parameters."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from deepchat.config.presets import find_preset, load_presets
from deepchat.conversation.parameters import LIMITS, REASONING_EFFORTS, SERVICE_TIERS, JsonObject, JsonSchema
from deepchat.errors import DeepChatError, UsageError
from deepchat.tui.choosing import clear_parameters, set_parameters
from deepchat.tui.commands.words import path_of
from deepchat.tui.screens.models import Candidate, ModelList, Picked, Picker
from deepchat.workspace.attaching import LARGEST_TEXT, read_file
from deepchat.workspace.model_at import ModelAt
from deepchat.workspace.wishes import checked_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepchat.tui.stage import Stage

_NUMBERS: Final = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "max_tokens",
    "seed",
    "presence_penalty",
    "frequency_penalty",
)


async def model(stage: Stage, words: str) -> None:
    """Choose who answers next."""
    held = stage.front
    if words:
        provider = provider_of(stage)
        shelf = stage.desk.workspace.shelf
        found = shelf.catalog.find(words, shelf.known_as(provider))
        await _choose(stage, ModelAt(provider, found.id_to_send))
        return
    candidates, provider = await candidates_of(stage), provider_of(stage)
    age = stage.desk.workspace.shelf.age(provider)
    picker = Picker(candidates, held.whom.model if held.whom else "", age, current_provider=provider)
    picked = await stage.app.push_screen_wait(picker)
    match picked:
        case None:
            pass
        case Picked(chosen_provider, chosen_model):
            await _choose(stage, ModelAt(chosen_provider or provider, chosen_model))


def provider_of(stage: Stage) -> str:
    """Whose models are asked in the conversation in front."""
    whom = stage.front.whom
    return whom.provider if whom else stage.desk.workspace.settings.provider


async def candidates_of(stage: Stage) -> list[Candidate]:
    """Every model that could answer next in the conversation in front."""
    picked = stage.desk.picked
    found: list[Candidate] = []
    for one in await stage.desk.market.prospects(stage.front):
        name = (one.model.provider, one.model.id)
        note = f"too long for it: {one.left_out} of its messages would be left out" if one.left_out else ""
        found.append(
            Candidate(
                one.model, one.model.provider, one.next_nano, name in picked.favourites, name in picked.recent, note
            )
        )
    return found


async def toggle_favourite(stage: Stage, where: str, name: str) -> None:
    """Let it stand first in the list of models, or no longer."""
    stage.desk.remember(stage.desk.picked.marking((where, name)))
    screen = stage.app.screen
    if isinstance(screen, ModelList):
        screen.put_candidates(await candidates_of(stage), stage.desk.workspace.shelf.age(provider_of(stage)))


async def refresh_models(stage: Stage, words: str) -> None:
    """Ask for models and prices now: the provider of the conversation in front, or the one that is named."""
    await _ask_anew(stage, words.strip())
    if not await _show_fresh(stage):
        stage.notice("the list of models is fresh")


async def refresh_quietly(stage: Stage) -> None:
    """The same while somebody chooses; without a network, the list is as it was."""
    with suppress(DeepChatError):
        await _ask_anew(stage)
        await _show_fresh(stage)


async def _ask_anew(stage: Stage, provider: str = "") -> None:
    whom = stage.front.whom
    await stage.desk.market.refresh_models(provider or (whom.provider if whom else ""))
    await stage.look()


async def _show_fresh(stage: Stage) -> bool:
    """Where somebody chooses a model, show what there is now."""
    screen = stage.app.screen
    if isinstance(screen, ModelList):
        screen.put_candidates(await candidates_of(stage), stage.desk.workspace.shelf.age(provider_of(stage)))
        return True
    return False


async def provider(stage: Stage, words: str) -> None:
    """Ask another provider from now on, for the same model where it has it."""
    settings = stage.desk.workspace.settings
    if not words:
        stage.notice(f"there are {', '.join(settings.providers)} · /provider NAME")
        return
    where = settings.provider_named(words.strip())
    shelf = stage.desk.workspace.shelf
    now = stage.front.whom
    try:
        known = shelf.catalog.find(now.model if now else settings.model, shelf.known_as(where.name)).id_to_send
    except DeepChatError:
        models = shelf.catalog.models(shelf.known_as(where.name))
        if not models:
            raise UsageError(
                f"no model of {where.name} is known yet", f"/model NAME after deepchat models -p {where.name} --refresh"
            ) from None
        known = models[0].id
        stage.notice(f"{where.name} is not known to have that model: {known} answers next, ctrl+o has the others")
    await _choose(stage, ModelAt(where.name, known))


def providers(stage: Stage) -> Sequence[str]:
    """Their names."""
    return list(stage.desk.workspace.settings.providers)


async def preset(stage: Stage, words: str) -> None:
    """Use a preset: its model, its instructions, its parameters."""
    paths = stage.desk.workspace.paths
    all_of_them, _ = load_presets(paths)
    if not words:
        names = ", ".join(one.name for one in all_of_them)
        stage.notice(
            f"presets: {names}" if names else f"there are no presets yet; they are files in {paths.presets_dir}"
        )
        return
    found = find_preset(all_of_them, words.strip(), paths.presets_dir)
    held = stage.front
    if found.system:
        await held.change(lambda chat: chat.instruct(found.system))
    await set_parameters(held, found.parameters)
    await stage.look()  # whatever becomes of its model
    if found.provider and found.model:
        await _choose(stage, ModelAt(found.provider, found.model))
    elif found.provider:
        await provider(stage, found.provider)
    elif found.model:
        await model(stage, found.model)
    for complaint in found.complaints:
        stage.notice(str(complaint), "warning")
    stage.notice(f"{found.name}: from the next question on")


def presets(stage: Stage) -> Sequence[str]:
    """Their names."""
    return [one.name for one in load_presets(stage.desk.workspace.paths)[0]]


async def params(stage: Stage, words: str) -> None:
    """How freely words are chosen, and how many: `temperature=0.2 max_tokens=500`."""
    held = stage.front
    if not words:
        told = ", ".join(f"{name}={value}" for name, value in held.chosen.parameters.items())
        stage.notice(f"{told or 'nothing is set here'} · /params temperature=0.2 max_tokens=500, /params none clears")
        return
    if words.strip() == "none":
        await clear_parameters(held)
    else:
        given = dict(_parameter(one) for one in words.replace(",", " ").split())
        stage.desk.workspace.parameters({**held.chosen.parameters, **given})
        await set_parameters(held, given)
    await stage.look()
    stage.notice("from the next question on")


async def effort(stage: Stage, words: str) -> None:
    """How long the model thinks first."""
    await _one_of(stage, "reasoning_effort", words, REASONING_EFFORTS)


async def tier(stage: Stage, words: str) -> None:
    """Faster and dearer, or slower and cheaper."""
    await _one_of(stage, "service_tier", words, SERVICE_TIERS)


def efforts(_: Stage) -> Sequence[str]:
    """What may be said."""
    return REASONING_EFFORTS


def tiers(_: Stage) -> Sequence[str]:
    """What may be said."""
    return SERVICE_TIERS


async def as_json(stage: Stage, _: str) -> None:
    """Answers are JSON objects from now on, or no longer."""
    held = stage.front
    was_json = "response_format" in held.chosen.parameters
    await set_parameters(held, {"response_format": None if was_json else JsonObject()})
    await stage.look()
    if was_json:
        stage.notice("answers are words again")
    else:
        stage.notice("answers are JSON objects from the next question on; /json again ends it")


async def schema(stage: Stage, words: str) -> None:
    """Answers are JSON that fits this schema."""
    if not words:
        raise UsageError("/schema wants the file of a JSON Schema", "/schema FILE; /json ends it")
    try:
        told: object = json.loads(read_file(path_of(words), LARGEST_TEXT))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{words} is no JSON: {error}", "mend the file") from error
    if not isinstance(told, dict):
        raise UsageError(f"{words} is no JSON Schema: it must be an object", "mend the file")
    checked = checked_schema(cast("Mapping[str, object]", told))
    await set_parameters(stage.front, {"response_format": JsonSchema("answer", checked)})
    await stage.look()
    stage.notice("answers fit this schema from the next question on; /json ends it")


async def _choose(stage: Stage, whom: ModelAt) -> None:
    held = stage.front
    await stage.desk.pick(held, whom)
    await stage.look()
    outlook = held.page.outlook
    if outlook.window and outlook.used_tokens > outlook.window:
        stage.notice(
            f"the conversation has about {outlook.used_tokens:,} tokens, and {whom.model} has room for "
            f"{outlook.window:,}: /compact sums it up",
            "warning",
        )


async def _one_of(stage: Stage, name: str, words: str, allowed: Sequence[str]) -> None:
    held, word = stage.front, words.strip()
    if not word:
        stage.notice(
            f"{held.chosen.parameters.get(name, 'the server decides')} · one of {', '.join(allowed)}, or: unset"
        )
        return
    if word not in (*allowed, "unset"):
        raise UsageError(f"{word} is none of {', '.join(allowed)}", "say one of them")
    await set_parameters(held, {name: None if word == "unset" else word})
    await stage.look()
    stage.notice(f"{'the server decides again' if word == 'unset' else word}, from the next question on")


def _parameter(text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    if name not in _NUMBERS:
        raise UsageError(f"{text} can't be set", f"NAME=NUMBER with one of {', '.join(_NUMBERS)}")
    if not sign:
        raise UsageError(f"{name} is set to what?", f"write it without a blank, such as {name}=1")
    if value in ("", "none"):
        return name, None
    try:
        return name, int(value) if LIMITS[name].whole else float(value)
    except (ValueError, KeyError):
        raise UsageError(f"{value} is no number that {name} can be", f"{name} is {LIMITS[name]}") from None
