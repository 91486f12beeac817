"""A saved conversation in words: the messages of its active path, or only the last of them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from deepchat.cli import voice
from deepchat.cli.arguments import whole
from deepchat.cli.kept import counted, kept, node_json, summary_json, usd_words
from deepchat.cli.moments import here
from deepchat.conversation.chosen import Chosen, chosen_json
from deepchat.conversation.conversation import Summary
from deepchat.conversation.copies import originals
from deepchat.conversation.export.facts import speaker
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.told import chosen_words
from deepchat.conversation.tree import Node

if TYPE_CHECKING:
    from deepchat.workspace import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="+", help="its id, the beginning of it, or words of its title")
    parser.add_argument("--last", metavar="N", type=whole(1, 1_000_000_000), help="only the last messages, so many")
    parser.add_argument("--branches", action="store_true", help="the messages on other branches too, after the others")
    parser.add_argument("--json", action="store_true", help="print one object, with all branches")


def run(options: argparse.Namespace) -> int:
    """Show it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with kept() as keeping:
        library = await keeping.library()
        summary = await library.one(" ".join(options.id))
        shown = await (_end(library, summary.id, options.last) if options.last else _whole(library, summary.id))
    if options.json:
        voice.data({**summary_json(summary), "chosen": chosen_json(shown.chosen), "messages": list(shown.as_json)})
        return 0
    words = voice.Words(sys.stdout)
    for paragraph in _paragraphs(summary, shown, branches=options.branches):
        words.say(paragraph)
    words.end()
    if shown.others and not options.branches:
        voice.notice(f"{counted(len(shown.others), 'message')} on other branches: --branches shows them too")
    return 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """Messages without instructions that are empty."""

    path: Sequence[Node]
    chosen: Chosen
    others: Sequence[Node] = ()
    hidden: str | None = None
    """The id of such instructions."""
    originals: Mapping[str, Node] = field(default_factory=dict[str, Node])
    """What copies were copied from, by their ids."""

    @property
    def as_json(self) -> Iterator[dict[str, object]]:
        for nodes, active in ((self.path, True), (self.others, False)):
            for node in nodes:
                parent = None if node.parent == self.hidden else node.parent
                yield node_json(node, parent, self.originals.get(node.id), active=active)


async def _whole(library: Library, conversation_id: str) -> _Shown:
    opened = await library.open(conversation_id)
    if opened.unreadable:
        voice.notice(f"{counted(opened.unreadable, 'message')} could not be read whole: deepchat doctor says more")
    tree = opened.conversation.tree
    path = tree.path
    on_path = {node.id for node in path}
    others = [node for node in tree if node.id not in on_path]
    chosen = opened.conversation.chosen
    is_hidden = _is_empty_root(path[0])
    return _Shown(path[is_hidden:], chosen, others, path[0].id if is_hidden else None, originals(tree))


async def _end(library: Library, conversation_id: str, last: int) -> _Shown:
    # One more, to see whether what stands before them is shown at all.
    path, chosen, copied = await library.end_of(conversation_id, last + 1)
    if path and _is_empty_root(path[0]):
        return _Shown(path[1:], chosen, hidden=path[0].id, originals=copied)
    return _Shown(path[-last:], chosen, originals=copied)


def _is_empty_root(node: Node) -> bool:
    return node.parent is None and all(part == Text("") for part in node.message.parts)


def _paragraphs(summary: Summary, shown: _Shown, *, branches: bool) -> Iterator[str]:
    """The text, piece by piece; what is not the messages' own is on one line."""
    about = [
        summary.id,
        here(summary.created_ms),
        counted(summary.messages, "message"),
        usd_words(summary.cost),
        ", ".join(summary.tags),
        chosen_words(shown.chosen),
    ]
    yield f"{voice.title(summary.title or 'Untitled conversation')}\n{voice.title(' · '.join(filter(None, about)))}\n"
    for node in shown.path:
        yield _told(node, shown.originals.get(node.id))
    if branches and shown.others:
        yield "\n━━ on other branches ━━\n"
        for node in shown.others:
            yield _told(node, shown.originals.get(node.id))


def _told(node: Node, original: Node | None) -> str:
    answer = (original or node).answer
    cost = answer.cost if answer and answer.legs else None
    about = [
        speaker(node),
        here(node.created_ms),
        node.state if node.state != "whole" else "",
        f"{usd_words(cost)}{', paid once: a copy' if original else ''}" if cost else "",
        node.answer.error if node.answer else "",
    ]
    words = "".join(map(_words, node.message.parts))
    return f"\n── {voice.title(' · '.join(filter(None, about)))}\n{words}{'' if words.endswith(chr(10)) else chr(10)}"


def _words(part: Part) -> str:
    match part:
        case Text(text):
            return text
        case Image(_, _, name):
            return f"[picture{f' {voice.title(name)}' if name else ''}]\n"
        case ToolCall(_, name, arguments):
            return f"[calls {voice.title(name)}: {arguments}]\n"
        case ToolResult(_, text):
            return text if text.endswith("\n") else f"{text}\n"
        case _:
            assert_never(part)
