"""Is the answer the JSON that was asked for?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from deepchat.errors import SchemaMismatch, UsageError

MOST_FAULTS_TOLD: Final = 5
_HINT: Final = "ask again, or choose a model that keeps to schemas: deepchat models --json lists the flag “json”"


def check_schema(schema: Mapping[str, object]) -> None:
    """Raise UsageError when this is no JSON Schema, before anything is asked with it."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(cast("Any", schema))
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        what = f"the schema is no JSON Schema: {where or 'at its top'}: {error.message[:200]}"
        raise UsageError(what, "mend the schema") from error
    if any(not ref.startswith("#") for ref in _references(schema)):
        raise UsageError("the schema refers to another schema, which is not fetched", "write it out whole")


def _references(schema: object) -> Iterator[str]:
    """Every `$ref` in it."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            known = cast("dict[str, object]", part)
            if isinstance(ref := known.get("$ref"), str):
                yield ref
            waiting.extend(known.values())
        elif isinstance(part, list):
            waiting.extend(cast("list[object]", part))


def check_answer(text: str, schema: Mapping[str, object]) -> object:
    """The answer as JSON; raises SchemaMismatch, which says where it is not what was asked for."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from referencing.exceptions import Unresolvable

    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaMismatch("the answer is no JSON", _HINT) from error
    validator: Any = Draft202012Validator(cast("Any", schema))  # its own types don't know all that is JSON
    try:
        faults: list[ValidationError] = sorted(validator.iter_errors(parsed), key=lambda fault: fault.json_path)
    except (Unresolvable, RecursionError) as error:
        raise SchemaMismatch("the schema refers to itself without end, or to nothing", "mend the schema") from error
    if faults:
        told = "; ".join(f"{fault.json_path}: {fault.message[:200]}" for fault in faults[:MOST_FAULTS_TOLD])
        raise SchemaMismatch(f"the answer does not fit the schema: {told}", _HINT)
    return parsed
