"""Goes on from raw text, without a chat template; streamed. Standard input is appended to the text, as it is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from deepchat.cli import options as shared
from deepchat.cli.answering import Put, Wanted, answer
from deepchat.cli.arguments import whole
from deepchat.cli.question import read_words
from deepchat.errors import UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Answering, Workspace

_MOST_LOGPROBS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="*", help="the text to go on from; without it, standard input")
    shared.add_place(parser)
    parser.add_argument("--echo", action="store_true", help="print the text first, then what follows it")
    parser.add_argument(
        "--logprobs",
        metavar="N",
        type=whole(0, _MOST_LOGPROBS),
        help="tell how likely each token and N others were; with --json",
    )
    shared.add_answer(parser)
    shared.add_sampling(parser)


def run(options: argparse.Namespace) -> int:
    """Complete; the exit status says how it ended, as that of `ask` does."""
    if options.logprobs is not None and not options.json:
        raise UsageError("--logprobs has nowhere to show them", "add --json")

    def read() -> Put:
        prompt = read_words(options.prompt, 'deepchat complete "Once upon a time"')
        return lambda workspace: _put(workspace, prompt, options)

    return answer(Wanted(shared.place_of(options), read, as_json=options.json))


async def _put(workspace: Workspace, prompt: str, options: argparse.Namespace) -> Answering:
    parameters = workspace.parameters(shared.parameters_of(options))
    cost, echo, logprobs = options.max_cost, options.echo, options.logprobs
    return await workspace.complete(prompt, parameters, cost, echo=echo, logprobs=logprobs)
