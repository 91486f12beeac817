"""Is the answer the JSON that was asked for?"""

from __future__ import annotations

import asyncio
import json
import math
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from deepchat.errors import SchemaMismatch, UsageError

MOST_FAULTS_TOLD: Final = 5
CHECK_LIMIT_S: Final = 5.0
_ASK_AGAIN: Final = "ask again, or choose a model that keeps to schemas: deepchat models --json lists the flag “json”"
_MEND: Final = "mend the schema"
_MAY_TAKE_FOR_EVER: Final = frozenset({"pattern", "patternProperties", "$ref", "$dynamicRef", "uniqueItems"})
"""Words of a schema whose cost has no good bound: a pattern may backtrack, references may double at every step, and
each item may be compared with every other."""
_NAMING: Final = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Words of a schema that hold schemas by names of the user's."""
_DATA: Final = frozenset({"const", "enum", "default", "examples"})


def check_schema(schema: Mapping[str, object]) -> None:
    """Raise UsageError when this is no JSON Schema, before anything is asked with it."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if any(isinstance(part, float) and not math.isfinite(part) for part in _parts(schema)):
        raise UsageError("the schema holds a number that JSON has not: NaN, Infinity, or one beyond all bounds", _MEND)
    try:
        Draft202012Validator.check_schema(cast("Any", schema))
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        what = f"the schema is no JSON Schema: {where or 'at its top'}: {error.message[:200]}"
        raise UsageError(what, _MEND) from error
    if any(not ref.startswith("#") for ref in _references(schema)):
        raise UsageError("the schema refers to another schema, which is not fetched", "write it out whole")


def check_answer(text: str, schema: Mapping[str, object]) -> object:
    """The answer as JSON; raises SchemaMismatch, which says where it is not what was asked for. Nothing is fetched."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        parsed: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise SchemaMismatch("the answer is no JSON", _ASK_AGAIN) from error
    nowhere = cast("Any", Registry)()  # without one, what is elsewhere is fetched
    validator: Any = Draft202012Validator(cast("Any", schema), registry=nowhere)  # its types don't know all of JSON
    try:
        faults: list[ValidationError] = sorted(validator.iter_errors(parsed), key=lambda fault: fault.json_path)
    except (Unresolvable, RecursionError) as error:
        raise SchemaMismatch("the schema refers to itself without end, or to nothing", _MEND) from error
    except OverflowError as error:
        raise SchemaMismatch("the answer holds a number that is too large to be checked", _ASK_AGAIN) from error
    if faults:
        told = "; ".join(f"{fault.json_path}: {fault.message[:200]}" for fault in faults[:MOST_FAULTS_TOLD])
        raise SchemaMismatch(f"the answer does not fit the schema: {told}", _ASK_AGAIN)
    return parsed


async def check_answer_in_time(text: str, schema: Mapping[str, object], limit_s: float = CHECK_LIMIT_S) -> object:
    """As `check_answer`, but within the limit, or SchemaMismatch says that it took longer.

    What may take for ever is done by a child process, which is killed at the limit or when this is cancelled.
    """
    if not any(isinstance(part, dict) and _MAY_TAKE_FOR_EVER & part.keys() for part in _parts(schema)):
        return check_answer(text, schema)
    if refusal := await _checked_by_a_child(text, schema, limit_s):
        raise SchemaMismatch(*refusal)
    return cast("object", json.loads(text))


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is beyond all bounds")
    return value


def _parts(schema: object) -> Iterator[object]:
    """The schema, everything in it, and everything in that."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting.extend(cast("dict[str, object]", part).values())
        elif isinstance(part, list):
            waiting.extend(cast("list[object]", part))


def _references(schema: object) -> Iterator[str]:
    """Every reference in it; what only looks like one, in a constant or an example, is none."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(cast("list[object]", part))
        elif isinstance(part, dict):
            for word, value in cast("dict[str, object]", part).items():
                if word in {"$ref", "$dynamicRef"} and isinstance(value, str):
                    yield value
                elif word in _NAMING and isinstance(value, dict):
                    waiting.extend(cast("dict[str, object]", value).values())
                elif word not in _DATA:
                    waiting.append(value)


async def _checked_by_a_child(text: str, schema: Mapping[str, object], limit_s: float) -> list[str]:
    """The message and the hint of the refusal; nothing when the answer fits."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        # -P: a folder named deepchat where the user happens to stand must not be run instead of us.
        *(sys.executable, "-P", "-m", "deepchat.engine.shape", str(math.ceil(limit_s) + 1)),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(limit_s):
            said, _ = await child.communicate(json.dumps([text, schema]).encode())
    except TimeoutError as error:
        what = f"checking the answer against the schema took more than {limit_s:g} s"
        raise SchemaMismatch(what, "make the patterns and references of the schema simpler") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()
    if child.returncode:
        raise SchemaMismatch("the answer could not be checked against the schema", _MEND)
    return cast("list[str]", json.loads(said))


def _work_as_a_child() -> None:
    signal.alarm(int(sys.argv[1]))  # when the parent is killed, nobody else is left to end this
    text, schema = json.load(sys.stdin.buffer)
    refusal: list[str] = []
    try:
        check_answer(text, schema)
    except SchemaMismatch as error:
        refusal = [error.message, error.hint]
    json.dump(refusal, sys.stdout)


if __name__ == "__main__":
    _work_as_a_child()
