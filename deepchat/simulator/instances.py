"""A small value that fits a JSON Schema, always the same one for the same schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from deepchat.simulator.answers import Refusal, refusal
from deepchat.simulator.values import Json, Object, as_count, as_list, as_object, as_text

DEEPEST = 32
"""Schemas that have no end within this depth are refused."""
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
        if depth == 0:
            raise _beyond("it refers to itself without an end")
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
        for number in range(len(made), as_count(schema.get("minProperties"), 0)):
            made[f"{name}{number}"] = self.make(extra if isinstance(extra, dict) else {"type": "string"}, "", depth - 1)
        return made

    def _array(self, schema: Object, name: str, depth: int) -> Json:
        first = as_list(schema.get("prefixItems"))
        items = schema.get("items")
        least = as_count(schema.get("minItems"), 0)
        count = max(least, len(first), 1 if isinstance(items, dict) else 0)
        count = min(count, as_count(schema.get("maxItems"), count))
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
    text = name or "text"
    text = text.ljust(as_count(schema.get("minLength"), 0), ".")
    return text[: as_count(schema.get("maxLength"), len(text))]


def _number(schema: Object, _name: str, _depth: int) -> Json:
    step = _bound(schema, "multipleOf") or 1
    low, above = _bound(schema, "minimum"), _bound(schema, "exclusiveMinimum")
    high, below = _bound(schema, "maximum"), _bound(schema, "exclusiveMaximum")
    whole = schema.get("type") == "integer"
    floor = max((bound for bound in (low, above) if bound is not None), default=None)
    ceiling = min((bound for bound in (high, below) if bound is not None), default=None)
    if floor is None:
        floor = min(1, ceiling) if ceiling is not None else 1
        made = math.floor(floor / step) * step
        made -= step if made == below else 0
    else:
        made = math.ceil(floor / step) * step
        made += step if made == above else 0
    if ceiling is not None and (made > ceiling or made == below):
        if whole or "multipleOf" in schema or floor >= ceiling:
            raise _beyond("no number fits its bounds")
        made = (floor + ceiling) / 2
    return int(made) if whole else made


def _bound(schema: Object, name: str) -> int | float | None:
    value = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _beyond(reason: str) -> Refusal:
    return refusal(400, f"Invalid JSON schema: {reason}", param="response_format")
