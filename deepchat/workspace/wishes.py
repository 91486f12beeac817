"""What the user wants of an answer: the settings, and over them the command line; checked before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from deepchat.conversation.parameters import Parameters, problems
from deepchat.errors import UsageError

if TYPE_CHECKING:
    from deepchat.config.settings import Settings


def parameters_from(settings: Settings, given: Mapping[str, object]) -> Parameters:
    """The parameters of an answer; raises UsageError for the first that no server would take."""
    names = [field.name for field in fields(Parameters) if hasattr(settings, field.name)]
    wanted: dict[str, Any] = {name: getattr(settings, name) for name in names}
    wanted.update({name: value for name, value in given.items() if value not in (None, ())})
    parameters = Parameters(**wanted)
    if problem := next(problems(parameters), ""):
        raise UsageError(problem, "--help says what each option may be")
    return parameters


def checked_schema(schema: Mapping[str, object]) -> Mapping[str, object]:
    """The schema, known to be one; raises UsageError."""
    from deepchat.engine.shape import check_schema

    check_schema(schema)
    return schema
