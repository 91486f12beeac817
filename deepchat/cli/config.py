"""Settings: where their file is, what each is and where that came from, and changing one."""

from __future__ import annotations

import argparse

from deepchat.cli import voice
from deepchat.cli.arguments import add_verbs
from deepchat.cli.columns import Column, print_table
from deepchat.cli.opening import tell_complaints
from deepchat.cli.wrong_keys import wrong_keys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = add_verbs(parser, required=False)
    add("path", "print the path of config.toml, which is written, all of it commented out, if it is not there")
    show = add("show", "print every setting and where its value came from; what `config` alone does too")
    show.add_argument("--json", action="store_true", help="print a list of objects")
    set_ = add("set", "write one value into config.toml, and leave the rest of it alone")
    set_.add_argument("key", metavar="KEY", help="as in `config show`: model, budget.answer, providers.NAME.base_url …")
    set_.add_argument("value", metavar="VALUE", help="plain, or as TOML: 0.7, true, [flo2, lava]")


def run(options: argparse.Namespace) -> int:
    """Show or change them."""
    match options.verb:
        case "path":
            _path()
        case "set":
            _set(options.key, options.value)
        case _:
            _show(as_json=getattr(options, "json", False))
    return 0


def _path() -> None:
    from deepchat.workspace.user_settings import config_file

    path, is_new = config_file()
    print(path)
    if is_new:
        voice.notice("it was not there: now it is, with every setting in it commented out")
    elif not path.exists():
        voice.notice("it is not there, and nothing can be written there")


def _show(*, as_json: bool) -> None:
    from deepchat.workspace.user_settings import every_setting

    rows, complaints = every_setting()
    tell_complaints((*complaints, *wrong_keys()))
    if as_json:
        voice.data([{"key": row.key, "value": row.value, "origin": row.origin, "about": row.about} for row in rows])
        return
    columns = (Column("setting"), Column("value"), Column("from"), Column("what it is", rank=1))
    print_table(columns, [(row.key, row.value, row.origin, row.about) for row in rows])


def _set(key: str, value: str) -> None:
    from deepchat.workspace.user_settings import change, every_setting

    path = change(key, value)
    voice.notice(f"{key} is set in {path}")
    for row in every_setting()[0]:
        if row.key == key and row.origin != "config.toml":
            voice.notice(f"but {row.value} from the {row.origin} comes first, as long as that is there")
