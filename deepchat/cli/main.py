"""The command line: finds the verb, runs it, and turns what goes wrong into two lines and an exit status."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from deepchat import __version__
from deepchat.cli import stopping, voice
from deepchat.errors import ConfigError, DeepChatError, Stopped, UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from deepchat.cli.arguments import Parser

VERBS: Final = {
    "ask": "one answer to stdout, streamed",
    "models": "what models there are, what they can do, what they cost",
    "complete": "go on from raw text, without a chat template",
    "embed": "texts as vectors",
    "image": "a picture from words",
    "list": "saved conversations",
    "show": "one of them in words",
    "search": "find words in everything that was said",
    "export": "one of them as a file: Markdown, JSON or HTML",
    "import": "conversations from a file: ours, ChatGPT's, Claude's, llm's, elia's, oterm's",
    "tag": "put tags on one of them, or take them off",
    "rename": "give one of them another title",
    "pin": "mark one of them with a star",
    "delete": "into the trash, or for good",
    "trash": "what was deleted: list, restore, empty",
    "usage": "what was spent, by day, model, provider or conversation; what the provider's account has",
    "auth": "API keys: set, status, remove",
    "config": "settings: where they are, what they are, change one",
    "backup": "a safety copy of all conversations",
    "restore": "put a safety copy in the place of all conversations",
    "doctor": "a check of terminal, keys, settings, store and versions",
    "local": "run a real small model on this machine",
    "simulate": "run the simulator: a pretend provider for trying things, and every way they fail",
    "completion": "completion for bash, zsh or fish",
}
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_ALIKE: Final = 0.8
_LIKELY: Final = 0.6
"""How much a first word must be like a verb to be one that was mistyped; a word alone is hardly a question."""
_LONGEST_SHOWN: Final = 40
_SHOWN_FIRST: Final = """\
Start here:
  deepchat auth set                    keep your DeepInfra key, then
  deepchat ask "What is a lighthouse?"

No key at hand?
  deepchat local                       a real small model on this machine; then, in another terminal:
  deepchat ask -p local "What is a lighthouse?"
"""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit status, and tells every error of ours: two lines, and in JSON too."""
    try:
        status = _obey(arguments)
        voice.finish()
        if stopping.status_or(0):
            voice.let_go()
        return status
    except KeyboardInterrupt:
        voice.let_go()
        return stopping.status()
    except BrokenPipeError:
        # Whoever read our output had enough (`| head -1`): nothing failed, and nobody is left to tell.
        voice.forget_stdout()
        return stopping.status_or(0)
    except OSError as error:
        if stopping.status_or(0):  # the terminal that closed is where it would be told
            voice.let_go()
            return stopping.status()
        if error.errno in _NO_ROOM:
            return _output_lost(error)
        return _fail(_shut_out(error) if isinstance(error, PermissionError) else _fault(error), arguments)
    except Exception as error:  # noqa: BLE001  # the last place that can keep a key out of a traceback
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python 3.11 makes a RuntimeError of it within a class
            voice.let_go()
            return stopping.status()
        return _fail(_fault(error), arguments)


def _obey(arguments: Sequence[str]) -> int:
    try:
        voice.speak_utf8()
        stopping.heed()
        return _run(list(arguments))
    except DeepChatError as error:
        return _fail(error, arguments)
    except KeyboardInterrupt:
        if _wants_json(arguments):
            _tell_json(Stopped("stopped", "nothing was printed yet"), arguments)
        return stopping.status()


def _fail(error: DeepChatError, arguments: Sequence[str]) -> int:
    if _wants_json(arguments):
        _tell_json(error, arguments)
    voice.error(error)
    return error.exit_status


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether a program reads the answer, even where the arguments can't be understood."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _tell_json(error: DeepChatError, arguments: Sequence[str]) -> None:
    from deepchat.cli.report import failure_json

    voice.data(failure_json(arguments[0], error))


def _run(arguments: list[str]) -> int:
    if not arguments:
        return _run_without()
    first, rest = arguments[0], arguments[1:]
    if first in ("-h", "--help", "help"):
        print(_usage(), end="")
        return 0
    if first in ("-V", "--version"):
        print(f"deepchat {__version__}")
        return 0
    name = first if first in VERBS else _app_or_raise(arguments)
    verb = module_of(name)
    try:
        options = parser_of(name, verb).read(rest if first in VERBS else arguments)
    except SystemExit:
        return 0  # its help was shown; all else that argparse may say is a UsageError
    return verb.run(options)


def _run_without() -> int:
    """The app as it is; what arguments are read with is not loaded."""
    if not (sys.stderr and sys.stderr.isatty()):
        print(f"{_usage()}\n{_SHOWN_FIRST}", end="")  # nobody could see the app
        return 0
    from deepchat.cli.front_end import open_app
    from deepchat.tui.starting import Start

    return open_app(Start())


def module_of(verb: str) -> ModuleType:
    """Where a verb is; one that Python keeps for itself has a line after its name there."""
    return import_module(f"deepchat.cli.{verb}{'_' * iskeyword(verb)}")


def parser_of(name: str, verb: ModuleType) -> Parser:
    """The verb's own parser."""
    from deepchat.cli.arguments import Parser

    parser = Parser("deepchat" if name == "app" else f"deepchat {name}", verb.__doc__)
    verb.add_arguments(parser)
    return parser


def _usage() -> str:
    rows = "\n".join(f"  {name:<11} {about}" for name, about in VERBS.items())
    return (
        "usage: deepchat [QUESTION]   the app: a chat that fills the terminal\n"
        "       deepchat VERB …       without it; deepchat VERB --help says more\n\n"
        "the app:\n"
        "  -c, --continue          the most recent conversation\n"
        "  -r, --resume [WORDS]    the one with these words or this id; without words, the list\n"
        "  -m MODEL  -p PROVIDER  --preset NAME  -s SYSTEM  -a FILE  --theme NAME  --temporary  --demo\n"
        "  --plain                 in plain lines, for screen readers and simple terminals\n\n"
        "verbs:\n"
        f"{rows}\n\n"
        "  --version   the version\n\n"
        "exit status: 0 done, 1 failed, 2 usage, 3 key, 4 budget, 5 the answer is incomplete, 130 interrupted\n"
    )


def _app_or_raise(arguments: Sequence[str]) -> str:
    """What has no verb is for the app: its options, or a question; but its first word may be a verb, mistyped."""
    import difflib

    first = arguments[0]
    if first and not first.startswith("-") and " " not in first:
        guess = difflib.get_close_matches(first, VERBS, n=1, cutoff=_ALIKE if arguments[1:] else _LIKELY)
        if guess:
            what = " ".join(arguments)[:_LONGEST_SHOWN]
            hint = f"did you mean deepchat {guess[0]}? as a question, in quotes: deepchat {what!r}"
            raise UsageError(f"there is no verb {first!r}", hint)
    return "app"


def _output_lost(error: OSError) -> int:
    """What the rooms write themselves they answer for themselves: this was stdout."""
    voice.forget_stdout()
    what = f"the output can't be written: {error.strerror}"
    with suppress(OSError):  # a terminal that closed takes both away
        voice.error(DeepChatError(what, "make room there, or send it elsewhere"))
    return stopping.status_or(1)


def _shut_out(error: PermissionError) -> DeepChatError:
    where = f"{error.filename}" if error.filename else "a file or folder of DeepChat's"
    return ConfigError(
        f"{where} can't be entered: permission was denied",
        "give your user the right to it (chmod u+rwx), or set DEEPCHAT_HOME to another folder",
    )


def _fault(error: Exception) -> DeepChatError:
    from deepchat.workspace.crash import keep_report

    where = keep_report(error)
    hint = f"please report it with {where}, which has no key in it" if where else "please report it"
    return DeepChatError(f"this is a fault in DeepChat: {type(error).__name__}", hint)
