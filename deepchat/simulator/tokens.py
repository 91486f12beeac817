"""The simulator's tokenizer: one regular expression, the same for what is asked and for what is said.

A token is a short run of letters or digits with the blank before it, a run of white space, or one other code point.
English comes out at about four characters a token, and a combining mark or a joined emoji falls apart into several,
as it does with real models.
"""

from __future__ import annotations

import re

from deepchat.simulator.values import Json, Object, as_list, as_object, as_text, spell

_TOKEN = re.compile(r" ?[^\W_]{1,6}|\s{1,4}|.", re.DOTALL)

IMAGE_TOKENS = 256
"""What one image of a question counts, whatever its size."""


def split(text: str) -> list[str]:
    """The tokens of a text; joined they are the text."""
    return _TOKEN.findall(text)


def split_between(whole: str, start: int, end: int) -> list[str]:
    """The tokens of the whole text, as far as they lie between two places; those on the edges are cut there."""
    found: list[str] = []
    place = 0
    for token in split(whole):
        after = place + len(token)
        if after > start:
            found.append(token[max(0, start - place) : end - place])
        place = after
        if place >= end:
            break
    return [token for token in found if token]


def text_of(content: Json) -> str:
    """The words of a message's content: a string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    return "".join(as_text(as_object(part).get("text")) for part in as_list(content))


def of_conversation(messages: list[Object], tools: list[Json]) -> list[str]:
    """The tokens of a prompt, with a mark where each message begins and ends.

    A last message by the assistant stays open, so that the next leg's prompt is this one's plus what was said.
    """
    prompt = ["<tools>", *split(spell(tools))] if tools else []
    for message in messages:
        prompt += [f"<{as_text(message['role'])}>", *_of_message(message), "<end>"]
    if messages and messages[-1]["role"] == "assistant":
        return prompt[:-1]
    return [*prompt, "<assistant>"]


def _of_message(message: Object) -> list[str]:
    found = split(text_of(message.get("content")))
    for part in as_list(message.get("content")):
        if as_object(part).get("type") in {"image_url", "input_audio"}:
            found += [spell(part)] * IMAGE_TOKENS
    for call in as_list(message.get("tool_calls")):
        found += split(spell(call))
    return found
