"""A small value that fits a JSON Schema, always the same one for the same schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TypeVar

from deepchat.simulator.answers import Refusal, refusal
from deepchat.simulator.values import Json, Object, as_count, as_list, as_object, as_text

DEEPEST = 32
"""Schemas whose smallest instance is deeper are refused."""
LARGEST = 10_000
"""Schemas that ask for more values or longer texts are refused."""
FARTHEST = 10**12
"""So are bounds beyond this on either side of zero."""
MOST_PROPERTIES = 16
"""Optional properties beyond these are left out."""
FORMATS: Mapping[str, str] = {
    "date": "2026-01-31",
    "time": "12:30:00Z",
    "date-time": "2026-01-31T12:30:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_COMBINING = ("allOf", "anyOf", "oneOf")
_Choice = TypeVar("_Choice")


class _NoEndError(Exception):
    """What is being made would contain another one of its own kind, or is too deep."""


def instance(schema: Json) -> Json:
    """A value that the schema accepts; raises a Refusal for a schema that is beyond this server.

    What refers to itself is made without a second one inside: a tree is a leaf.
    """
    try:
        return _Maker(as_object(schema)).make(schema, "", DEEPEST)
    except _NoEndError:
        raise _beyond("it has no end, or none in sight") from None


class _Maker:
    """Makes values for one schema, whose root holds the definitions."""

    def __init__(self, root: Object) -> None:
        self._root = root
        self._made = 0
        self._open = {"#"}
        """The references that are being made; one inside itself is not begun, but something smaller is chosen."""
        self._kinds: Mapping[str, Callable[[Object, str, int], Json]] = {
            "object": self._object,
            "array": self._array,
            "string": _string,
            "integer": _number,
            "number": _number,
            "boolean": lambda _schema, _name, _depth: True,
            "null": lambda _schema, _name, _depth: None,
        }

    def make(self, schema: Json, name: str, depth: int) -> Json:
        """A value for this part of the schema; the name of its place flavours the words."""
        self._made += 1
        if self._made > LARGEST:
            raise _beyond("it is too large")
        if depth == 0:
            raise _NoEndError
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema:
            with self._opened(as_text(schema["$ref"])) as target:
                return self.make(target, name, depth - 1)
        if "const" in schema:
            return schema["const"]
        if options := as_list(schema.get("enum")):
            return options[0]
        for word in _COMBINING:
            if options := as_list(schema.get(word)):
                return self._chosen(schema, word, options, name, depth)
        return _first(_kinds(schema), lambda kind: self._of_kind(kind, schema, name, depth))

    def _of_kind(self, kind: str, schema: Object, name: str, depth: int) -> Json:
        if kind not in self._kinds:
            raise _beyond(f"unrecognized type {kind}")
        return self._kinds[kind](schema, name, depth)

    def _chosen(self, schema: Object, word: str, options: list[Json], name: str, depth: int) -> Json:
        rest = {key: value for key, value in schema.items() if key != word}
        choices = [options] if word == "allOf" else [[option] for option in options]
        return _first(choices, lambda parts: self._combined(rest, parts, name, depth))

    def _combined(self, merged: Object, parts: list[Json], name: str, depth: int) -> Json:
        with ExitStack() as opened:
            for part in map(as_object, parts):
                while "$ref" in part:
                    beside = {key: value for key, value in part.items() if key != "$ref"}
                    part = {**opened.enter_context(self._opened(as_text(part["$ref"]))), **beside}
                properties: Object = {**as_object(merged.get("properties")), **as_object(part.get("properties"))}
                required = [*as_list(merged.get("required")), *as_list(part.get("required"))]
                merged = {**merged, **part}
                merged |= {"properties": properties} if properties else {}
                merged |= {"required": required} if required else {}
            return self.make(merged, name, depth - 1)

    @contextmanager
    def _opened(self, reference: str) -> Generator[Object]:
        if reference in self._open:
            raise _NoEndError
        target = self._resolve(reference)
        self._open.add(reference)
        try:
            yield target
        finally:
            self._open.remove(reference)

    def _resolve(self, reference: str) -> Object:
        place: Json = self._root
        if not reference.startswith("#"):
            raise _beyond(f"cannot resolve {reference}")
        for step in reference[1:].split("/")[1:]:
            place = as_object(place).get(step.replace("~1", "/").replace("~0", "~"))
        if not isinstance(place, dict):
            raise _beyond(f"cannot resolve {reference}")
        return place

    def _object(self, schema: Object, name: str, depth: int) -> Json:
        properties = as_object(schema.get("properties"))
        required = [as_text(key) for key in as_list(schema.get("required"))]
        made: Object = {key: self.make(properties.get(key, {"type": "string"}), key, depth - 1) for key in required}
        for key in [] if required else list(properties)[:MOST_PROPERTIES]:
            with suppress(_NoEndError):
                made[key] = self.make(properties[key], key, depth - 1)
        extra = schema.get("additionalProperties")
        for number in range(len(made), _size(schema, "minProperties", 0)):
            made[f"{name}{number}"] = self.make(extra if isinstance(extra, dict) else {"type": "string"}, "", depth - 1)
        return made

    def _array(self, schema: Object, name: str, depth: int) -> Json:
        first = as_list(schema.get("prefixItems"))
        items = schema.get("items")
        least = _size(schema, "minItems", 0)
        count = max(least, len(first), 1 if isinstance(items, dict) else 0)
        count = min(count, _size(schema, "maxItems", count))
        rest: Json = items if isinstance(items, dict) else {"type": "integer"}
        made: list[Json] = []
        for n in range(count):
            try:
                item = self.make(first[n] if n < len(first) else rest, name, depth - 1)
            except _NoEndError:
                if n < least:
                    raise
                break
            made.append(item)
        if schema.get("uniqueItems") is True and any(made.count(item) > 1 for item in made):
            raise _beyond("uniqueItems with more than one item")
        return made


def _first(choices: Sequence[_Choice], make: Callable[[_Choice], Json]) -> Json:
    """What can be made of the first choice that comes to an end; raises _NoEndError when none does."""
    for choice in choices:
        with suppress(_NoEndError):
            return make(choice)
    raise _NoEndError


def _kinds(schema: Object) -> list[str]:
    """The types that it may have, the one that says most first."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return sorted(map(as_text, kind), key=lambda name: name == "null")
    if kind is None:
        return ["object" if not schema or "properties" in schema or "required" in schema else _guess(schema)]
    return [as_text(kind)]


def _guess(schema: Object) -> str:
    signs = {"items": "array", "minItems": "array", "minimum": "number", "maximum": "number", "minProperties": "object"}
    return next((kind for sign, kind in signs.items() if sign in schema), "string")


def _string(schema: Object, name: str, _depth: int) -> Json:
    if "pattern" in schema:
        raise _beyond("pattern is not supported")
    if form := as_text(schema.get("format")):
        return FORMATS.get(form, form)
    text = (name or "text").ljust(_size(schema, "minLength", 0), ".")
    if len(text) > LARGEST:
        raise _beyond("minLength is too far out")
    return text[: _size(schema, "maxLength", len(text))]


def _number(schema: Object, _name: str, _depth: int) -> Json:
    step = _bound(schema, "multipleOf", 1)
    low = max(_bound(schema, "minimum", -math.inf), _bound(schema, "exclusiveMinimum", -math.inf))
    high = min(_bound(schema, "maximum", math.inf), _bound(schema, "exclusiveMaximum", math.inf))
    if step <= 0:
        raise _beyond("multipleOf has to be above 0")
    start = low if low > -math.inf else min(1, high)
    nearby = [(math.floor(start / step) + steps) * step for steps in range(-1, 3)]
    if schema.get("type") != "integer" and "multipleOf" not in schema:
        nearby += [start, (start + min(high, start + 1)) / 2]
    for number in sorted(nearby, key=lambda number: abs(number - start)):
        if low <= number <= high and number not in (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")):
            return int(number) if number == int(number) else number
    raise _beyond("no number fits its bounds")


def _bound(schema: Object, name: str, default: float) -> float:
    value = schema.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _beyond(f"{name} is not a number")
    if value != default and not -FARTHEST <= value <= FARTHEST:
        raise _beyond(f"{name} is too far out")
    return value


def _size(schema: Object, name: str, default: int) -> int:
    size = as_count(schema.get(name), default)
    if size < 0:
        raise _beyond(f"{name} is negative")
    return min(size, LARGEST + 1)


def _beyond(reason: str) -> Refusal:
    return refusal(400, f"Invalid JSON schema: {reason}", param="response_format")
