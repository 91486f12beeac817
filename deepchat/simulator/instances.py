"""A small value that fits a JSON Schema, always the same one for the same schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from deepchat.simulator.answers import Refusal, refusal
from deepchat.simulator.values import Json, Object, as_count, as_list, as_object, as_text

DEEPEST = 32
"""Schemas that have no end within this depth are refused."""
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


def instance(schema: Json) -> Json:
    """A value that the schema accepts; raises a Refusal for a schema that is beyond this server."""
    return _Maker(as_object(schema)).make(schema, "", DEEPEST)


class _Maker:
    """Makes values for one schema, whose root holds the definitions."""

    def __init__(self, root: Object) -> None:
        self._root = root
        self._made = 0
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
        if depth == 0 or self._made > LARGEST:
            raise _beyond("it has no end, or none in sight")
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema:
            return self.make(self._resolve(as_text(schema["$ref"])), name, depth - 1)
        if "const" in schema:
            return schema["const"]
        if options := as_list(schema.get("enum")):
            return options[0]
        for word in _COMBINING:
            if options := as_list(schema.get(word)):
                return self.make(self._combined(schema, word, options), name, depth - 1)
        kind = _kind(schema)
        if kind not in self._kinds:
            raise _beyond(f"unrecognized type {kind}")
        return self._kinds[kind](schema, name, depth)

    def _combined(self, schema: Object, word: str, options: list[Json]) -> Object:
        merged = {key: value for key, value in schema.items() if key != word}
        for option in options if word == "allOf" else options[:1]:
            part = as_object(option)
            if "$ref" in part:
                part = {**as_object(self._resolve(as_text(part["$ref"]))), **part}
                del part["$ref"]
            properties: Object = {**as_object(merged.get("properties")), **as_object(part.get("properties"))}
            required = [*as_list(merged.get("required")), *as_list(part.get("required"))]
            merged |= part
            merged |= ({"properties": properties} if properties else {}) | ({"required": required} if required else {})
        return merged

    def _resolve(self, reference: str) -> Json:
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
        wanted = required or list(properties)[:MOST_PROPERTIES]
        made: Object = {key: self.make(properties.get(key, {"type": "string"}), key, depth - 1) for key in wanted}
        extra = schema.get("additionalProperties")
        for number in range(len(made), _size(schema, "minProperties", 0)):
            made[f"{name}{number}"] = self.make(extra if isinstance(extra, dict) else {"type": "string"}, "", depth - 1)
        return made

    def _array(self, schema: Object, name: str, depth: int) -> Json:
        first = as_list(schema.get("prefixItems"))
        items = schema.get("items")
        count = max(_size(schema, "minItems", 0), len(first), 1 if isinstance(items, dict) else 0)
        count = min(count, _size(schema, "maxItems", count))
        rest: Json = items if isinstance(items, dict) else {"type": "integer"}
        made = [self.make(first[n] if n < len(first) else rest, name, depth - 1) for n in range(count)]
        if schema.get("uniqueItems") is True and any(made.count(item) > 1 for item in made):
            raise _beyond("uniqueItems with more than one item")
        return made


def _kind(schema: Object) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((as_text(option) for option in kind if option != "null"), "null")
    if kind is None:
        return "object" if not schema or "properties" in schema or "required" in schema else _guess(schema)
    return as_text(kind)


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
