"""What a server says of its tools, and what they give back, put in order: a stranger's words, bounded and narrowed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, cast

from deepchat.errors import ToolFailed
from deepchat.safe_text import make_safe, one_line

MOST_TOOLS: Final = 128
"""Of one server; each of them that is on is told with every request, and costs."""
MOST_TOLD: Final = 1_000
"""Of one server: what comes after them is not looked at, so that no number of bad ones takes long."""
MOST_REFUSED: Final = 20
LONGEST_NAME: Final = 64
LONGEST_ABOUT: Final = 2_048
LARGEST_SCHEMA: Final = 16_384
"""Characters, as JSON."""
_DEEPEST: Final = 32
_LONGEST_THEIR_NAME: Final = 256
_PLAIN_NAME: Final = f"[A-Za-z0-9_-]{{1,{LONGEST_NAME}}}"
_MARK_SIZE: Final = 8
_MARK: Final = f"_[0-9a-f]{{{_MARK_SIZE}}}$"
"""A name that ends so by itself is changed too, or it could be made to look like another."""
_Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ForeignTool:
    """A tool that somebody else has."""

    name: str
    """As models call it: whose it is, and what it is called there."""
    called: str
    """As its server calls it."""
    about: str
    parameters: Mapping[str, object]
    """The JSON Schema of its arguments."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be used of all that a server told."""

    tools: tuple[ForeignTool, ...] = ()
    refused: tuple[str, ...] = ()
    """Which can't, and why, in words."""


def listing(server: str, told: Sequence[object], allowed: Collection[str] | None) -> Listing:
    """Its tools, those alone that are allowed where that is said; no two have one name."""
    tools: dict[str, ForeignTool] = {}
    refused: list[str] = []
    unseen = [f"all after the first {MOST_TOLD:,} that it told"] if len(told) > MOST_TOLD else []
    seen: set[str] = set()
    for one in told[:MOST_TOLD]:
        called = _text(one, "name")
        if allowed is not None and called not in allowed:
            continue
        if called in seen:
            continue
        seen.add(called)
        name = _name_for_models(server, called)
        if why := _fault(one) or ("its name can't be told from another's" if name in tools else ""):
            refused.append(f"{one_line(called, 60) or 'one without a name'}: {why}")
        elif len(tools) == MOST_TOOLS:
            unseen = [f"more than {MOST_TOOLS} tools: name those that you want in mcp.{server}.tools"]
            break
        else:
            about = make_safe(_text(one, "description"))[:LONGEST_ABOUT]
            tools[name] = ForeignTool(name, called, about, schema_of(one))
    if (more := len(refused) - MOST_REFUSED) > 0:
        refused[MOST_REFUSED:] = [f"and {more:,} more"]
    return Listing(tuple(tools.values()), (*refused, *unseen))


def schema_of(told: object) -> Mapping[str, object]:
    """The schema of its arguments; one that does not say so is an object's."""
    schema = _field(told, "inputSchema")
    return {"type": "object", **cast("_Json", schema)} if isinstance(schema, Mapping) else {"type": "object"}


def as_the_sdk_wants_it(told: object) -> dict[str, object] | None:
    """So little of a tool that the SDK finds no fault with it, which would cost all the others; None for a bad one."""
    if _fault(told):
        return None
    return {"name": _text(told, "name"), "inputSchema": dict(schema_of(told))}


def words_of(result: _Json) -> str:
    """What a call gave back, in words; raises ToolFailed when it says that it failed, or wants more than we give."""
    if result.get("resultType", "complete") != "complete":
        raise ToolFailed("the server asks something back before it answers, which DeepChat does not allow")
    content = result.get("content")
    blocks = cast("list[object]", content) if isinstance(content, list) else []
    words = "\n\n".join(_block_words(block) for block in blocks)
    if not blocks and (structure := result.get("structuredContent")) is not None:
        words = json.dumps(structure, ensure_ascii=False)
    if result.get("isError") is True:
        raise ToolFailed(f"the tool says that it failed: {words or 'it does not say why'}")
    return words or "done; the tool gave nothing back"


def _block_words(block: object) -> str:
    kind = _text(block, "type")
    match kind:
        case "text":
            return _text(block, "text")
        case "image" | "audio":
            what = f"{kind}, {one_line(_text(block, 'mimeType'), 60) or 'of no known kind'}"
            return f"[{what}, about {len(_text(block, 'data')) * 3 // 4:,} bytes, which can't be shown here]"
        case "resource":
            resource = _field(block, "resource")
            address = one_line(_text(resource, "uri"), 200)
            return f"[{address}]\n{_text(resource, 'text')}" if _text(resource, "text") else f"[{address}, not a text]"
        case "resource_link":
            return f"[a link to {one_line(_text(block, 'uri'), 200)}: {one_line(_text(block, 'name'), 100)}]"
        case _:
            return "[something that DeepChat does not know]"


def _name_for_models(server: str, called: str) -> str:
    """A name that models may use; one that had to be changed says by its end which it was.

    The user's yes holds for a name: it must not become another tool's when the server tells them in another order.
    """
    wanted = f"{server}__{called}"
    if re.fullmatch(_PLAIN_NAME, wanted) and not re.search(_MARK, wanted):
        return wanted
    mark = sha256(called.encode(errors="surrogatepass")).hexdigest()[:_MARK_SIZE]
    return f"{re.sub('[^A-Za-z0-9_-]', '_', wanted)[: LONGEST_NAME - _MARK_SIZE - 1]}_{mark}"


def _fault(told: object) -> str:
    """Why this tool can't be used; empty when it can."""
    if not 0 < len(_text(told, "name")) <= _LONGEST_THEIR_NAME:
        return "its name is empty or endless"
    schema = _field(told, "inputSchema")
    if schema is not None and not isinstance(schema, Mapping):
        return "what it is called with is not described by a JSON Schema"
    whole = schema_of(told)
    if _is_deep(whole, _DEEPEST):
        return f"the JSON Schema of its arguments is nested more than {_DEEPEST} deep"
    if len(json.dumps(whole)) > LARGEST_SCHEMA:
        return f"the JSON Schema of its arguments has more than {LARGEST_SCHEMA:,} characters"
    return "" if _is_schema_of_object(whole) else "the JSON Schema of its arguments is none of an object"


def _is_schema_of_object(schema: _Json) -> bool:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    return (
        schema["type"] == "object"
        and isinstance(properties, Mapping)
        and all(isinstance(one, Mapping | bool) for one in cast("_Json", properties).values())
        and isinstance(required, list)
        and all(isinstance(one, str) for one in cast("list[object]", required))
    )


def _is_deep(value: object, most: int) -> bool:
    if isinstance(value, Mapping):
        value = list(cast("_Json", value).values())
    if not isinstance(value, list):
        return False
    return most == 0 or any(_is_deep(one, most - 1) for one in cast("list[object]", value))


def _field(value: object, name: str) -> object:
    return cast("_Json", value).get(name) if isinstance(value, Mapping) else None


def _text(value: object, name: str) -> str:
    found = _field(value, name)
    return found if isinstance(found, str) else ""
