"""The limits on the fields of a request, as rows; what breaks one is refused with 422."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deepchat.simulator.answers import Refusal, misfit, refusal
from deepchat.simulator.values import Json, Object, as_object, as_text

MOST_STOPS = 16


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a field takes; null stands for its default."""

    low: float
    """The least."""
    high: float
    """The greatest."""
    whole: bool = False
    """Integers only."""
    above_low: bool = False
    """`low` itself is out."""
    below_high: bool = False
    """`high` itself is out."""

    def fault(self, value: Json) -> str:
        """Why this is not a number of the range; empty when it is."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"Input should be a valid {'integer' if self.whole else 'number'}"
        if value < self.low or (self.above_low and value == self.low):
            return f"Input should be greater than {'' if self.above_low else 'or equal to '}{self.low:g}"
        if value > self.high or (self.below_high and value == self.high):
            return f"Input should be less than {'' if self.below_high else 'or equal to '}{self.high:g}"
        if self.whole and value != int(value):
            return "Input should be a valid integer, got a number with a fractional part"
        return ""


_SAMPLING: Mapping[str, Range] = {
    "temperature": Range(0, 2),
    "top_p": Range(0, 1, above_low=True),
    "top_k": Range(0, 1000, whole=True, below_high=True),
    "min_p": Range(0, 1),
    "repetition_penalty": Range(0.01, 5),
    "presence_penalty": Range(-2, 2),
    "frequency_penalty": Range(-2, 2),
    "n": Range(1, 4, whole=True),
    "seed": Range(-(2**63), 2**64, whole=True, below_high=True),
}
CHAT_RANGES: Mapping[str, Range] = {
    **_SAMPLING,
    "max_tokens": Range(0, 1_000_000, whole=True),
    "top_logprobs": Range(0, 20, whole=True),
}
COMPLETION_RANGES: Mapping[str, Range] = {
    **_SAMPLING,
    "max_tokens": Range(1, 1_000_000, whole=True),
    "logprobs": Range(0, 20, whole=True),
}
NATIVE_RANGES: Mapping[str, Range] = {
    **_SAMPLING,
    "max_new_tokens": Range(1, 1_000_000, whole=True),
    "num_responses": Range(1, 4, whole=True),
}
EMBEDDING_RANGES: Mapping[str, Range] = {"dimensions": Range(32, 8192, whole=True)}
IMAGE_RANGES: Mapping[str, Range] = {"n": Range(1, 4, whole=True)}

CHOICES: Mapping[str, tuple[str, ...]] = {
    "reasoning_effort": ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "service_tier": ("default", "priority", "flex"),
    "encoding_format": ("float", "base64"),
}
TYPES: Mapping[str, tuple[type, str]] = {
    "stream": (bool, "boolean"),
    "echo": (bool, "boolean"),
    "stream_options": (dict, "dictionary"),
    "chat_template_kwargs": (dict, "dictionary"),
    "reasoning": (dict, "dictionary"),
    "response_format": (dict, "dictionary"),
    "tools": (list, "list"),
    "user": (str, "string"),
    "prompt_cache_key": (str, "string"),
}


def check_fields(body: Object, ranges: Mapping[str, Range]) -> None:
    """Every field that has a limit keeps it; raises the Refusal of the first that does not."""
    for name, value in body.items():
        if value is None:
            continue
        if name in ranges and (fault := ranges[name].fault(value)):
            raise unfit(name, fault)
        if name in CHOICES and value not in CHOICES[name]:
            raise unfit(name, f"Input should be {_either(CHOICES[name])}")
        if name in TYPES and not isinstance(value, TYPES[name][0]):
            raise misfit([name], f"Input should be a valid {TYPES[name][1]}", f"{TYPES[name][1]}_type")
    _check_stop(body.get("stop"))


def check_chat_fields(body: Object) -> None:
    """The limits of a chat request, but for its messages; raises the Refusal of the first that is broken."""
    check_fields(body, CHAT_RANGES)
    if not isinstance(body.get("logprobs"), bool | None):
        raise misfit(["logprobs"], "Input should be a valid boolean", "bool_type")
    _check_flags(body, "stream_options", ("include_usage", "continuous_usage_stats"))
    _check_flags(body, "reasoning", ("enabled",))
    effort = as_object(body.get("reasoning")).get("effort")
    if effort is not None and effort not in ("low", "medium", "high"):
        raise unfit("reasoning.effort", "Input should be 'low', 'medium' or 'high'")
    _check_response_format(as_object(body.get("response_format")))
    _check_tools(body)


def required_text(body: Object, name: str) -> str:
    """The string of a field that must be there; raises a Refusal when it is not."""
    value = body.get(name)
    if name not in body:
        raise misfit([name], "Field required", "missing")
    if not isinstance(value, str):
        raise misfit([name], "Input should be a valid string", "string_type")
    return value


def unfit(param: str, message: str) -> Refusal:
    """The 422 of a value that is out of its limits."""
    return refusal(422, message, param=param)


def _check_stop(stop: Json) -> None:
    stops = stop if isinstance(stop, list) else [] if stop is None else [stop]
    if len(stops) > MOST_STOPS:
        raise unfit("stop", f"List should have at most {MOST_STOPS} items after validation, not {len(stops)}")
    for sequence in stops:
        if not isinstance(sequence, str):
            raise misfit(["stop"], "Input should be a valid string", "string_type")
        if not sequence:
            raise unfit("stop", "stop cannot contain an empty string")


def _check_flags(body: Object, name: str, flags: tuple[str, ...]) -> None:
    for flag in flags:
        if not isinstance(as_object(body.get(name)).get(flag), bool | None):
            raise misfit([name, flag], "Input should be a valid boolean", "bool_type")


def _check_response_format(wanted: Object) -> None:
    if not wanted:
        return
    kind = wanted.get("type")
    if kind not in ("text", "json_object", "json_schema", "regex"):
        raise unfit("response_format.type", "Input should be 'text', 'json_object', 'json_schema' or 'regex'")
    if kind == "json_schema":
        schema = as_object(wanted.get("json_schema"))
        if not as_text(schema.get("name")):
            raise misfit(["response_format", "json_schema", "name"], "Field required", "missing")
        if not isinstance(schema.get("schema"), dict):
            raise misfit(["response_format", "json_schema", "schema"], "Field required", "missing")


def _check_tools(body: Object) -> None:
    names: list[str] = []
    tools = body.get("tools")
    for place, tool in enumerate(tools if isinstance(tools, list) else []):
        name = as_text(as_object(as_object(tool).get("function")).get("name"))
        if as_object(tool).get("type") != "function":
            raise unfit(f"tools.{place}.type", "Input should be 'function'")
        if not name:
            raise misfit(["tools", place, "function", "name"], "Field required", "missing")
        names.append(name)
    choice = body.get("tool_choice")
    if choice is None or choice in ("none", "auto", "required"):
        return
    if not isinstance(choice, dict):
        raise unfit("tool_choice", "Input should be 'none', 'auto', 'required' or a tool")
    if as_text(as_object(choice.get("function")).get("name")) not in names:
        raise refusal(400, "tool_choice names a function that is not in tools", param="tool_choice")


def _either(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
