"""API keys. A key is asked for on the terminal, where it is not shown, or read from standard input.

It is never an argument: other programs can see those, and the shell writes them down.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.arguments import add_verbs
from deepchat.cli.columns import Column, print_table
from deepchat.cli.opening import tell_complaints
from deepchat.cli.question import read_stdin
from deepchat.errors import ConfigError, DeepChatError, PaymentNeeded, UsageError, WireError

if TYPE_CHECKING:
    from deepchat.secret import Secret
    from deepchat.workspace import KeyStatus, Provider, Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = add_verbs(parser)
    set_ = add("set", "ask for a provider's key, check it, and keep it")
    _add_provider(set_, "default: the one that questions go to")
    set_.add_argument("--file", action="store_true", help="keep it in a file that only you can read, not in a keyring")
    set_.add_argument("--no-check", action="store_true", help="keep it without asking the provider whether it is good")
    status = add("status", "show which keys would be used, and where each comes from")
    _add_provider(status, "default: all")
    status.add_argument("--json", action="store_true", help="print a list of objects")
    remove = add("remove", "forget a kept key")
    _add_provider(remove, "default: the one that questions go to")


def run(options: argparse.Namespace) -> int:
    """Do what the verb says; raises UsageError, without a word that may be a key, when it can't be understood."""
    if len(options.provider) > 1:
        raise UsageError(
            "auth takes one provider's name and nothing else: a key is never an argument",
            f"run `deepchat auth {options.verb}` and the name alone; the key itself is asked for",
        )
    from deepchat.workspace import Workspace

    workspace = Workspace()
    tell_complaints(workspace.complaints)
    name = "".join(options.provider)
    match options.verb:
        case "set":
            _set(workspace, workspace.keys.place(name), options)
        case "status":
            _status(workspace, name, as_json=options.json)
        case _:
            _remove(workspace, workspace.keys.place(name))
    return 0


def _set(workspace: Workspace, place: Provider, options: argparse.Namespace) -> None:
    if not place.needs_key:
        raise UsageError(f"{place.name} is asked without a key", "nothing need be set")
    key = workspace.keys.checked(_read_key(place.name))
    if not options.no_check:
        asyncio.run(_check(workspace, place, key))
    kept = _keep(workspace, place, key, in_file=options.file)
    voice.notice(f"the key is kept in {kept}, for {place.base_url} only")
    used = workspace.keys.status(place.name)[0].source
    if used.startswith("environment") or used == "key_command":
        voice.notice(f"but the one from {used} comes first, as long as that is there")


def _read_key(name: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        return read_stdin()
    import warnings
    from getpass import GetPassWarning, getpass

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"Key for {name} (it is not shown): ")
        except (EOFError, GetPassWarning) as error:
            print(file=sys.stderr)  # the prompt's line was not ended
            raise UsageError("no key was given", f"pipe it in: deepchat auth set {name} < FILE") from error
        except KeyboardInterrupt:
            print(file=sys.stderr)
            raise


async def _check(workspace: Workspace, place: Provider, key: Secret) -> None:
    """Raises KeyRejected; where the provider can't be asked, the user is told so."""
    from deepchat.workspace.proof import prove_key

    try:
        async with workspace:
            proven = await prove_key(workspace, place, key)
    except PaymentNeeded as error:
        voice.notice(f"{place.name} knows the key, but {error.message}")
    except WireError as error:
        voice.notice(f"the key could not be checked: {error.message}")
    else:
        shown = "takes the key" if proven else "shows too little to anybody to tell whether the key is good"
        voice.notice(f"{place.name} {shown}")


def _keep(workspace: Workspace, place: Provider, key: Secret, *, in_file: bool) -> str:
    """Keep it in the keyring if there is one, else in a file after a yes; gives the place in words."""
    desk = workspace.keys
    if not in_file and workspace.settings.keyring:
        try:
            desk.keep(place, key, "keyring")
            return "the keyring"
        except ConfigError as error:
            _ask_for_file(error.message, str(desk.file))
    elif not in_file:
        _ask_for_file("the keyring is not used (setting keyring)", str(desk.file))
    desk.keep(place, key, "file")
    return str(desk.file)


def _ask_for_file(why: str, file: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"the key was not kept: {why}", f"add --file to keep it in {file}, which only you can read")
    voice.notice(why)
    print(f"Keep it in a file that only you can read ({file})? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DeepChatError("the key was not kept", "set it in the environment, or answer y next time")


def _status(workspace: Workspace, name: str, *, as_json: bool) -> None:
    found = workspace.keys.status(name)
    if as_json:
        voice.data([_as_json(one) for one in found])
        return
    columns = (Column("provider"), Column("key"), Column("from"), Column("note"))
    print_table(columns, [(one.provider, _is_set(one), one.source, one.problem or _nothing(one)) for one in found])


def _as_json(one: KeyStatus) -> dict[str, object]:
    return {
        "provider": one.provider,
        "source": one.source or None,
        "set": bool(one.source),
        "problem": one.problem or None,
    }


def _is_set(one: KeyStatus) -> str:
    return "set" if one.source else ""


def _nothing(one: KeyStatus) -> str:
    return "" if one.source else "needs none"


def _remove(workspace: Workspace, place: Provider) -> None:
    places = workspace.keys.forget(place)
    if places:
        voice.notice(f"the key for {place.name} was removed from {' and '.join(places)}")
    else:
        voice.notice(f"no key for {place.name} was kept")
    if used := workspace.keys.status(place.name)[0].source:
        voice.notice(f"{place.name} still gets one from {used}")


def _add_provider(parser: argparse.ArgumentParser, default: str) -> None:
    # Any number, so that no message of argparse repeats a word that may be a key.
    parser.add_argument("provider", nargs="*", metavar="PROVIDER", help=default)
