"""What was chosen for a conversation, over the settings: who answers next, how, and with which tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, cast

from deepchat.conversation.parameters import LIMITS, JsonObject, JsonSchema, Parameters, Regex, ResponseFormat, problems

MOST_NESTED: Final = 100
"""Levels of a schema; one with very many more can be read, but not written again."""
_WORDS: Final = ("reasoning_effort", "service_tier", "prompt_cache_key")


@dataclass(frozen=True, slots=True)
class Chosen:
    """It stays with the conversation until something else is chosen there."""

    provider: str = ""
    model: str = ""
    """Both are empty where nobody was named: then who answered last goes on."""
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    """Those that were set, by their names and with the values that `Parameters` has."""
    tools: tuple[str, ...] = ()
    """Those that are turned on."""


NOTHING_CHOSEN: Final = Chosen()


def parameters_json(given: Mapping[str, object]) -> dict[str, object]:
    """Those that are set, as JSON knows them."""
    told = dict(_set(given))
    if isinstance(form := given.get("response_format"), JsonObject | JsonSchema | Regex):
        told["response_format"] = {
            "kind": type(form).__name__,
            **{one.name: getattr(form, one.name) for one in fields(form)},
        }
    return told


def as_given(parameters: Parameters) -> dict[str, object]:
    """Those that are set, by their names."""
    return dict(_set({one.name: getattr(parameters, one.name) for one in fields(parameters)}))


def chosen_json(chosen: Chosen) -> dict[str, object]:
    """It as a JSON object, of which `read_chosen` makes the same again."""
    return {
        "provider": chosen.provider,
        "model": chosen.model,
        "parameters": parameters_json(chosen.parameters),
        "tools": list(chosen.tools),
    }


def read_chosen(value: object) -> Chosen:
    """What a JSON object says of it; each thing that is nonsense, or from a newer DeepChat, counts as not chosen."""
    row = _table(value)
    provider, model, tools = row.get("provider"), row.get("model"), row.get("tools")
    is_named = isinstance(provider, str) and isinstance(model, str) and provider and model
    named = cast("tuple[str, str]", (provider, model)) if is_named else ("", "")
    turned_on = cast("list[object]", tools) if isinstance(tools, list) else []
    return Chosen(
        *named,
        dict(_read_parameters(_table(row.get("parameters")))),
        tuple(dict.fromkeys(name for name in turned_on if isinstance(name, str) and name)),
    )


def _set(given: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((name, value) for name, value in given.items() if value not in (None, ()))


def _read_parameters(row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, told in row.items():
        value = _read(name, told)
        only: dict[str, Any] = {name: value}
        if value is not None and not any(problems(Parameters(**only))):
            yield name, value


def _read(name: str, told: object) -> object:
    """The value of a parameter; None when it has none of its kind, or when there is no such parameter."""
    if name == "response_format":
        return _read_form(_table(told))
    if name == "stop":
        texts = cast("list[object]", told) if isinstance(told, list) else []
        return tuple(text for text in texts if isinstance(text, str)) or None
    if name == "logprobs":
        return told if isinstance(told, bool) else None
    kind = str if name in _WORDS else int | float if name in LIMITS else ()
    return told if isinstance(told, kind) else None


def _read_form(row: Mapping[str, object]) -> ResponseFormat | None:
    match row:
        case {"kind": "JsonObject"}:
            return JsonObject()
        case {"kind": "JsonSchema", "name": str(name), "schema": dict()} if not _is_too_deep(row["schema"]):
            return JsonSchema(name, _table(row["schema"]))
        case {"kind": "Regex", "pattern": str(pattern)}:
            return Regex(pattern)
        case _:
            return None


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MOST_NESTED):
        level = [inner for outer in level for inner in _inner(outer)]
    return bool(level)


def _inner(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
