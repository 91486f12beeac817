"""A look at everything that DeepChat needs: each thing is well, or it is said what is wrong and what helps."""

from __future__ import annotations

import os
import platform
import stat
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from deepchat import __version__
from deepchat.config.paths import find_paths
from deepchat.errors import DeepChatError, StoreDamaged
from deepchat.workspace.user_settings import every_setting
from deepchat.workspace.workspace import Workspace

if TYPE_CHECKING:
    from deepchat.config.files import Complaint
    from deepchat.store.checks import Health
    from deepchat.workspace.keeping import Keeping

Verdict = Literal["ok", "warn", "bad"]
"""It is well; it could be better; it does not work."""
_LIBRARIES: Final = ("textual", "httpx")
_OLDEST_COPY_DAYS: Final = 30
_LEAST_FREE_BYTES: Final = 64 * 2**20
"""As large as the store's log may become."""
_RESTORE: Final = (
    "deepchat doctor --mend reads what can be read into a new file; deepchat restore FILE takes a backup back"
)

_ERASE: Final = "deepchat delete ID --now, deepchat trash empty"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    about: str
    verdict: Verdict
    found: str
    """How it is."""
    hint: str = ""
    """What helps."""


async def checks(wrong_keys: Callable[[], Iterable[Complaint]], *, online: bool) -> AsyncGenerator[Check]:
    """All that can be looked at from here; a provider is asked only when that is wanted.

    `wrong_keys` tells what can't be used of the user's keys for commands.
    """
    for check in versions():
        yield check
    try:
        workspace = Workspace()
    except DeepChatError as error:
        yield _bad("settings", error)
        return
    for check in (*_settings(wrong_keys()), *_keys(workspace), *_servers(workspace), *_folders()):
        yield check
    async with workspace:
        for check in await _store(workspace.keeping):
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


def _settings(wrong_keys: Iterable[Complaint]) -> Iterator[Check]:
    complaints = (*every_setting()[1], *wrong_keys)
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


def _servers(workspace: Workspace) -> Iterator[Check]:
    """Which MCP servers are named; none of them is started for it."""
    told = [server for server in workspace.servers.told() if server.name in workspace.servers.names]
    if told and find_spec("mcp") is None:
        yield Check("mcp", "warn", "the package mcp is not installed", "pip install 'deepchat[mcp]'")
    for server in told:
        yield Check(f"mcp server {server.name}", "ok", f"{server.where}, {server.state}")


def _folders() -> Iterator[Check]:
    """What is the user's own must be no one else's."""
    paths = find_paths(os.environ)
    for folder in dict.fromkeys((paths.config, paths.data, paths.state, paths.cache)):
        yield _folder(folder)


def _folder(folder: Path) -> Check:
    about = f"folder {folder.name}"
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Check(about, "bad", f"nothing can be written into {there}", "see to its owner, or set DEEPCHAT_HOME")
    if there != folder:
        return Check(about, "ok", f"{folder}, made when it is needed")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return Check(about, "warn", f"{folder} can be seen by others ({mode:04o})", f"chmod 700 {folder}")
    return Check(about, "ok", str(folder))


async def _store(keeping: Keeping) -> list[Check]:
    """What is kept of conversations: whether it is whole, and how old its last copy is."""
    from deepchat.store.checks import VERSION

    sqlite = Check("sqlite", "ok", VERSION)
    if not keeping.file.exists():
        return [sqlite, Check("store", "ok", f"none yet; it will be {keeping.file}")]
    try:
        health, notices = await _health(keeping.file)
    except DeepChatError as error:
        hint = _RESTORE if isinstance(error, StoreDamaged) else error.hint
        said = Check("store", "bad", error.message, hint)
        return [sqlite, said, *_around(keeping.file), _copies(keeping.backups)]
    return [
        sqlite,
        *(Check("store", "warn", notice) for notice in notices),
        *_whole(keeping.file, health),
        *_around(keeping.file),
        *_locks(keeping.locks),
        _copies(keeping.backups),
    ]


def _whole(file: Path, health: Health) -> Iterator[Check]:
    if health.faults:
        yield Check("store", "bad", f"{file} is damaged: {'; '.join(health.faults)}", _RESTORE)
        return
    size = file.stat().st_size / 2**20
    kept = f"{health.conversations:,} conversations, {health.messages:,} messages"
    yield Check("store", "ok", f"{file}, {kept}, {size:,.1f} MiB")
    if health.orphans:
        found = f"{health.orphans:,} messages have lost the one before them; they are at their conversation's beginning"
        yield Check("store", "warn", found, "deepchat restore FILE takes back a backup that may have it")
    if not health.is_logged_ahead:
        found = "it can't log ahead where it lies: it works, but more slowly, and one program waits for the other"
        yield Check("store", "warn", found, "set DEEPCHAT_HOME to a folder on a disk of this machine")


def _around(file: Path) -> Iterator[Check]:
    """Who may look into it, and whether there is room for more."""
    from deepchat.store.checks import look_around

    place = look_around(file)
    if place.seen_by_others:
        names = ", ".join(str(one.relative_to(file.parent)) for one in place.seen_by_others)
        hint = f"chmod -R go= {file.parent}"
        yield Check("store files", "warn", f"others can look into {names} in {file.parent}", hint)
    free = f"{place.free_bytes / 2**20:,.0f} MiB free"
    if place.is_full:
        found = f"full, {free}: what was said can be read, but nothing is asked, as its answer could not be kept"
        yield Check("disk", "bad", found, f"make room there, or erase conversations: {_ERASE}")
    elif place.free_bytes < _LEAST_FREE_BYTES:
        yield Check("disk", "warn", f"nearly full: {free}", "make room, or what is said next can't be kept")
    elif place.free_bytes < place.copy_needs_bytes:
        needed = f"{place.copy_needs_bytes / 2**20:,.0f} MiB"
        yield Check("disk", "warn", f"{free}: no weekly backup is made", f"make room, up to {needed}")
    else:
        yield Check("disk", "ok", free)


def _locks(folder: Path) -> Iterator[Check]:
    """Whether a conversation can be held, as it must be to go on with it."""
    from deepchat.store.locks import ConversationLock

    lock = ConversationLock(folder, f"doctor-{os.getpid()}")
    try:
        if folder.exists():
            lock.acquire()
    except DeepChatError as error:
        found = f"no conversation can be held, and so none gone on with: {error.message}"
        yield Check("locks", "bad", found, f"see to the owner of {folder}, or move it away")
    finally:
        lock.release()


async def _health(file: Path) -> tuple[Health, list[str]]:
    """How the store is, only read, and what it has to tell; raises StoreError."""
    from deepchat.store.checks import look
    from deepchat.store.database import Database

    database = await Database.open(file, now_ms=time.time_ns() // 1_000_000, read_only=True)
    try:
        return await database.read(look), database.notices
    finally:
        await database.close()


def _copies(folder: Path) -> Check:
    """A copy is made every week; one that is much older has been in vain for long."""
    copies = [copy.stat().st_mtime for copy in folder.glob("*.db")]
    if not copies:
        return Check("backups", "ok", "none yet; one is made every week")
    days = int(max(time.time() - max(copies), 0) // 86_400)
    found = f"{len(copies)} in {folder}, the last one {days} days old"
    if days > _OLDEST_COPY_DAYS:
        return Check("backups", "warn", found, "deepchat backup")
    return Check("backups", "ok", found)


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
