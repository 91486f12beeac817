"""A look at everything that DeepChat needs: each thing is well, or it is said what is wrong and what helps."""

from __future__ import annotations

import os
import platform
import stat
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from deepchat import __version__
from deepchat.config.paths import find_paths
from deepchat.errors import DeepChatError
from deepchat.workspace.user_settings import every_setting
from deepchat.workspace.workspace import Workspace

Verdict = Literal["ok", "warn", "bad"]
"""It is well; it could be better; it does not work."""
_LIBRARIES: Final = ("textual", "httpx")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    about: str
    verdict: Verdict
    found: str
    """How it is."""
    hint: str = ""
    """What helps."""


async def checks(*, online: bool) -> AsyncGenerator[Check]:
    """All that can be looked at from here; a provider is asked only when that is wanted."""
    for check in versions():
        yield check
    try:
        workspace = Workspace()
    except DeepChatError as error:
        yield _bad("settings", error)
        return
    for check in (*_settings(), *_keys(workspace), *_folders()):
        yield check
    async with workspace:
        async for check in _store(workspace):
            yield check
        if online:
            yield await _provider(workspace)


def versions() -> Iterator[Check]:
    """Of DeepChat, and of what it is built on."""
    yield Check("deepchat", "ok", __version__)
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    for name in _LIBRARIES:
        try:
            yield Check(name, "ok", version(name))
        except PackageNotFoundError:
            yield Check(name, "bad", "not installed", "install DeepChat again")


def _settings() -> Iterator[Check]:
    complaints = every_setting()[1]
    for complaint in complaints:
        yield Check("settings", "warn", str(complaint), "correct that line; until then its default counts")
    if not complaints:
        yield Check("settings", "ok", str(find_paths(os.environ).config_file))


def _keys(workspace: Workspace) -> Iterator[Check]:
    """Which providers have a key, and from where; the key itself is never shown."""
    try:
        chosen = workspace.settings.chosen_provider().name
    except DeepChatError as error:
        chosen = ""
        yield _bad("provider", error)
    without: list[str] = []
    for one in workspace.keys.status():
        if one.source:
            yield Check(f"key of {one.provider}", "warn" if one.problem else "ok", one.source, one.problem)
        elif one.provider == chosen and one.problem:
            yield Check(f"key of {one.provider}", "bad", one.problem, f"deepchat auth set {one.provider}")
        elif one.problem == "no key":
            without.append(one.provider)
        elif one.problem:
            yield Check(f"key of {one.provider}", "warn", one.problem, f"deepchat auth set {one.provider}")
    if without:
        yield Check("other keys", "ok", f"none for {', '.join(without)}")


def _folders() -> Iterator[Check]:
    """What is the user's own must be no one else's."""
    paths = find_paths(os.environ)
    for folder in dict.fromkeys((paths.config, paths.data, paths.state, paths.cache)):
        if folder.exists():
            yield _folder(folder)


def _folder(folder: Path) -> Check:
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Check("folder", "bad", f"nothing can be written into {folder}", "see to its owner and permissions")
    if mode & 0o077:
        return Check("folder", "warn", f"{folder} can be seen by others ({mode:04o})", f"chmod 700 {folder}")
    return Check("folder", "ok", str(folder))


async def _store(workspace: Workspace) -> AsyncGenerator[Check]:
    """What is kept of conversations: whether it can be opened, and is whole."""
    keeping = workspace.keeping
    keeping.tidies = False
    if not keeping.file.exists():
        yield Check("store", "ok", f"none yet; it will be {keeping.file}")
        return
    try:
        database = await keeping.database()
    except DeepChatError as error:
        yield _bad("store", error)
        return
    while workspace.notices:
        yield Check("store", "warn", workspace.notices.pop(0))


async def _provider(workspace: Workspace) -> Check:
    started = time.monotonic()
    try:
        where = await workspace.where()
        await workspace.refresh_models()
    except DeepChatError as error:
        return _bad("online", error)
    number = len(workspace.shelf.find(where.name, "").models)
    return Check("online", "ok", f"{where.name} has {number:,} models, told in {time.monotonic() - started:.1f} s")


def _bad(about: str, error: DeepChatError) -> Check:
    return Check(about, "bad", error.message, error.hint)
