"""The command line: finds the verb, runs it, and turns what goes wrong into two lines and an exit status."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from deepchat import __version__
from deepchat.cli import voice
from deepchat.errors import DeepChatError, UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from deepchat.cli.arguments import Parser

VERBS: Final = {
    "ask": "one answer to stdout, streamed",
    "models": "what models there are, what they can do, what they cost",
    "complete": "go on from raw text, without a chat template",
    "embed": "texts as vectors",
    "image": "a picture from words",
    "usage": "what the provider's account has and has spent",
    "auth": "API keys: set, status, remove",
    "config": "settings: where they are, what they are, change one",
    "local": "run a real small model on this machine",
    "simulate": "run the simulator: a pretend provider for trying things, and every way they fail",
    "completion": "completion for bash, zsh or fish",
}
STOPPED: Final = 130
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_SHOWN_FIRST: Final = """\
Start here:
  deepchat auth set                    keep your DeepInfra key, then
  deepchat ask "What is a lighthouse?"

No key at hand?
  deepchat local                       a real small model on this machine; then, in another terminal:
  deepchat ask -p local "What is a lighthouse?"
"""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit status, and prints every error of ours in two lines."""
    try:
        voice.speak_utf8()
        status = _run(list(arguments))
        voice.finish()
        return status
    except DeepChatError as error:
        voice.error(error)
        return error.exit_status
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # Whoever read our output had enough (`| head -1`): nothing failed, and nobody is left to tell.
        voice.forget_stdout()
        return 0
    except OSError as error:
        return _output_lost(error) if error.errno in _NO_ROOM else _crashed(error)
    except Exception as error:  # noqa: BLE001  # the last place that can keep a key out of a traceback
        return _crashed(error)


def _run(arguments: list[str]) -> int:
    if not arguments:
        print(f"{_usage()}\n{_SHOWN_FIRST}", end="")
        return 0
    first, rest = arguments[0], arguments[1:]
    if first in ("-h", "--help", "help"):
        print(_usage(), end="")
        return 0
    if first in ("-V", "--version"):
        print(f"deepchat {__version__}")
        return 0
    if first not in VERBS:
        raise _unknown(first)
    verb = import_module(f"deepchat.cli.{first}")
    try:
        options = parser_of(first, verb).read(rest)
    except SystemExit:
        return 0  # its help was shown; all else that argparse may say is a UsageError
    return verb.run(options)


def parser_of(name: str, verb: ModuleType) -> Parser:
    """The verb's own parser."""
    from deepchat.cli.arguments import Parser

    parser = Parser(f"deepchat {name}", verb.__doc__)
    verb.add_arguments(parser)
    return parser


def _usage() -> str:
    rows = "\n".join(f"  {name:<11} {about}" for name, about in VERBS.items())
    return (
        "usage: deepchat VERB …      deepchat VERB --help says more\n\n"
        f"{rows}\n\n"
        "  --version   the version\n\n"
        "exit status: 0 done, 1 failed, 2 usage, 3 key, 4 budget, 5 the answer is incomplete, 130 interrupted\n"
    )


def _unknown(word: str) -> UsageError:
    import difflib

    if word.startswith("-"):
        return UsageError(f"{word} goes with a verb", "see deepchat --help")
    guess = difflib.get_close_matches(word, VERBS, n=1)
    if guess:
        return UsageError(f"there is no verb {word!r}", f"did you mean deepchat {guess[0]}?")
    return UsageError(f"there is no verb {word[:40]!r}", f"to ask a question: deepchat ask {word[:40]!r}")


def _output_lost(error: OSError) -> int:
    """What the rooms write themselves they answer for themselves: this was stdout."""
    voice.forget_stdout()
    voice.error(
        DeepChatError(f"the output can't be written: {error.strerror}", "make room there, or send it elsewhere")
    )
    return 1


def _crashed(error: Exception) -> int:
    from deepchat.workspace.crash import keep_report

    where = keep_report(error)
    voice.error(
        DeepChatError(
            f"this is a fault in DeepChat: {type(error).__name__}",
            f"please report it with {where}, which has no key in it" if where else "please report it",
        )
    )
    return 1
