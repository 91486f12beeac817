"""Prints completion for a shell, made from the verbs and options as they are.

bash:  deepchat completion bash > ~/.local/share/bash-completion/completions/deepchat
zsh:   deepchat completion zsh > "${fpath[1]}/_deepchat"
fish:  deepchat completion fish > ~/.config/fish/completions/deepchat.fish
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from deepchat.cli.arguments import Parser

_FILES: Final = ("FILE", "FILE.gguf")


@dataclass(frozen=True, slots=True)
class Option:
    """An option, or the words that a verb takes."""

    names: tuple[str, ...]
    """Empty for words."""
    about: str
    takes: str
    """What comes after it: `none`, `one`, `file`, or one of `choices`."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A verb, or a verb of a verb."""

    path: tuple[str, ...]
    """`("auth", "set")`"""
    about: str
    options: tuple[Option, ...]
    verbs: tuple[str, ...]
    """Its own verbs."""

    @property
    def words(self) -> list[str]:
        """All that can stand after it."""
        fixed = [choice for option in self.options if not option.names for choice in option.choices]
        return [*self.verbs, *fixed, *(name for option in self.options for name in option.names)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=list(_SHELLS), help="for which")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    print("\n".join(_SHELLS[options.shell](list(commands()))))
    return 0


def commands() -> Iterator[Command]:
    """The program itself, its verbs, and theirs."""
    from deepchat.cli.main import VERBS, module_of, parser_of

    top = (Option(("--help",), "what there is", "none"), Option(("--version",), "the version", "none"))
    yield Command((), "", top, tuple(VERBS))
    for name, about in VERBS.items():
        parser = parser_of(name, module_of(name))
        yield _command((name,), about, parser)
        for inner, inner_parser in parser.verbs.items():
            yield _command((name, inner), (inner_parser.description or "").strip(), inner_parser)


def _command(path: tuple[str, ...], about: str, parser: Parser) -> Command:
    shown = (action for action in parser.actions if action.dest != "verb")
    return Command(path, about, tuple(map(_option, shown)), tuple(parser.verbs))


def _option(action: argparse.Action) -> Option:
    takes = "none" if action.nargs == 0 else "file" if action.metavar in _FILES else "one"
    choices = tuple(map(str, action.choices or ()))
    return Option(tuple(action.option_strings), action.help or "", takes, choices)


def _bash(known: Sequence[Command]) -> Iterator[str]:
    yield "# Completion of deepchat for bash; where none of its words fit, bash offers files."
    yield "_deepchat() {"
    yield '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" place=""'
    yield '  [ "$COMP_CWORD" -lt 2 ] || place="${COMP_WORDS[1]}"'
    yield f'  case "$place" in {_nested(known)}) [ "$COMP_CWORD" -lt 3 ] || place="$place ${{COMP_WORDS[2]}}" ;; esac'
    yield "  COMPREPLY=()"
    yield '  case "$place:$before" in'
    for command in known:
        taking = [option for option in command.options if option.names and option.takes != "none"]
        for option in taking:
            patterns = "|".join(f'"{" ".join(command.path)}:{name}"' for name in option.names)
            reply = f"{_bash_reply(option.choices)}; return" if option.choices else "return"
            yield f"    {patterns}) {reply} ;;"
    yield "  esac"
    yield '  case "$place" in'
    for command in known:
        yield f'    "{" ".join(command.path)}") {_bash_reply(command.words)} ;;'
    yield "  esac"
    yield "}"
    yield "complete -o default -F _deepchat deepchat"


def _bash_reply(words: Sequence[str]) -> str:
    return f'COMPREPLY=($(compgen -W {_quoted(" ".join(words))} -- "$word"))'


def _nested(known: Sequence[Command]) -> str:
    """The verbs that have verbs of their own, as a pattern of a shell."""
    return "|".join(sorted({command.path[0] for command in known if len(command.path) > 1}))


def _zsh(known: Sequence[Command]) -> Iterator[str]:
    yield "#compdef deepchat"
    yield "# Completion of deepchat for zsh."
    yield "_deepchat() {"
    yield "  local place=${words[2]}"
    yield "  (( CURRENT > 2 )) || place="
    yield f'  [[ $place == ({_nested(known)}) ]] && (( CURRENT > 3 )) && place+=" ${{words[3]}}"'
    yield "  case $place in"
    for command in known:
        yield f"    ({_quoted(' '.join(command.path))})"
        if command.verbs:
            about = {other.path[-1]: other.about for other in known if other.path[:-1] == command.path and other.path}
            rows = " ".join(_quoted(f"{verb}:{about.get(verb, '')}") for verb in command.verbs)
            yield f"      local -a verbs=({rows}); _describe verb verbs"
        yield f"      _arguments {' '.join(_zsh_row(option) for option in command.options)} ;;"
    yield "  esac"
    yield "}"
    yield '_deepchat "$@"'


def _zsh_row(option: Option) -> str:
    values = f"({' '.join(option.choices)})" if option.choices else "_files" if option.takes == "file" else " "
    about = option.about.replace("[", "(").replace("]", ")").replace(":", ",")
    if not option.names:
        return _quoted(f"*:{about}:{values if option.choices else '_files'}")
    after = "" if option.takes == "none" else f":{option.names[-1].lstrip('-')}:{values}"
    return " ".join(_quoted(f"*{name}[{about}]{after}") for name in option.names)


def _fish(known: Sequence[Command]) -> Iterator[str]:
    yield "# Completion of deepchat for fish."
    yield "complete -c deepchat -f"
    for command in known:
        seen = " ".join(command.path)
        here = f"__fish_seen_subcommand_from {command.path[0]}" if seen else "__fish_use_subcommand"
        if len(command.path) > 1:
            here += f"; and __fish_seen_subcommand_from {command.path[1]}"
        first = f"{here}; and not __fish_seen_subcommand_from {' '.join(command.verbs)}"
        for verb in command.verbs:
            about = next((other.about for other in known if other.path == (*command.path, verb)), "")
            yield f"complete -c deepchat -n {_quoted(first)} -a {verb} -d {_quoted(about)}"
        for option in command.options:
            yield f"complete -c deepchat -n {_quoted(here)} {_fish_row(option)} -d {_quoted(option.about)}"


def _fish_row(option: Option) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    if option.choices:
        return " ".join([*names, *(["-x"] if names else []), "-a", _quoted(" ".join(option.choices))])
    if not names:
        return "-F" if option.takes == "file" else "-f"
    return " ".join([*names, *{"none": [], "one": ["-x"], "file": ["-r", "-F"]}[option.takes]])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_SHELLS: Final = {"bash": _bash, "zsh": _zsh, "fish": _fish}
