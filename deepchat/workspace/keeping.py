"""The store of one run: opened when it is first needed, put in order, and closed at the end."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from deepchat.config.paths import find_paths, make_private_folder
from deepchat.errors import ConfigError, StoreError

if TYPE_CHECKING:  # what is not needed in a run is not loaded in it
    from deepchat.session.accounts import Accounts
    from deepchat.session.library import Library, Unrecovered
    from deepchat.store.database import Database
    from deepchat.store.turns import Recovered

INDEX_LIMIT_S: Final = 0.5
"""Nobody waits longer for the index of words at the end of a run; the next one goes on with it."""
_DAY_MS: Final = 86_400_000
T = TypeVar("T")


class Keeping:
    """What is kept of conversations; use it as an async context manager."""

    def __init__(self, data: Path, notices: list[str], trash_days: Callable[[], int]) -> None:
        """Nothing is opened yet. `notices` takes what the user should hear of although nothing failed."""
        self.tidies = True
        """Whether it is tidied up before it is closed, which takes a moment."""
        self.notices = notices
        self.file = data / "deepchat.db"
        self.locks = data / "locks"
        self.backups = data / "backups"
        self._days = trash_days
        self._database: Database | None = None
        self._opening = asyncio.Lock()

    @classmethod
    def of_this_user(cls) -> Keeping:
        """For what asks no model: of the settings, only what the trash needs is read, and only when it is needed."""
        return cls(find_paths(os.environ).data, [], days_in_trash)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; after a run that ended well it is tidied up first."""
        if self._database is None:
            return
        try:
            if kind is None and self.tidies and not self._database.read_only:
                await self._tidy(self._database)
        finally:
            self._tell(self._database)
            await self._database.close()
            self._database = None

    async def database(self) -> Database:
        """The store; raises StoreError, or ConfigError when there can be no folder for it."""
        async with self._opening:
            if self._database is None:
                self._database = await self._open()
        return self._database

    async def library(self) -> Library:
        """The conversations; raises as `database` does."""
        from deepchat.session.library import Library

        return Library(await self.database(), self.locks)

    async def accounts(self) -> Accounts:
        """The ledger; raises as `database` does."""
        from deepchat.session.accounts import Accounts

        return Accounts(await self.database())

    async def back_up(self, target: Path | None = None) -> Path:
        """Copy the store while it is in use, into this new file or into one of its backups; raises StoreError."""
        from deepchat.store import backup

        path = target or self._free_name()
        await (await self.database()).read(lambda c: backup.back_up(c, path))
        return path

    def put_back(self, copy: Path) -> Path | None:
        """Put a copy in the place of the store, which nobody may have open; gives where the old one was put.

        What was spent since the copy was made stays in the ledger. Raises StoreError, and then nothing is lost; or
        ConfigError when there can be no folder for it.
        """
        from deepchat.store.restoring import restore

        make_private_folder(self.file.parent)
        return restore(copy, self.file, _now_ms())

    def mend(self) -> str:
        """Read what can be read of a damaged store into a new one; what came of it, in words. Raises StoreError."""
        from deepchat.store.salvage import is_whole, mend

        if is_whole(self.file):
            return f"the store {self.file} is whole: there is nothing to mend"
        return mend(self.file, _now_ms())

    def copies(self) -> list[Path]:
        """Files that may have what was erased: backups, and stores that were put aside.

        Weekly ones go by themselves when there are newer ones.
        """
        aside = (
            one
            for one in self.file.parent.glob(f"{self.file.name}.*-[0-9]*")
            if not one.name.endswith(("-shm", "-wal", "-journal"))
        )
        return sorted((*self.backups.glob("*.db"), *aside))

    def _free_name(self) -> Path:
        today = time.strftime("%Y-%m-%d")
        names = (f"deepchat-{today}{f'-{number}' if number > 1 else ''}.db" for number in count(1))
        return next(path for name in names if not (path := self.backups / name).exists())

    @property
    def trash_days(self) -> int:
        """How long deleted conversations are kept; raises ConfigError."""
        return self._days()

    async def _open(self) -> Database:
        from deepchat.store.database import Database

        try:
            make_private_folder(self.locks)
        except ConfigError:
            if not self.file.exists():  # one that is there may be read where nothing can be written
                raise
        database = await Database.open(self.file, now_ms=_now_ms())
        try:
            self._tell(database)
            if not database.read_only:
                await self._attempt("answers that were cut off can't be looked for", self._recover(database))
        except BaseException:
            await database.close()
            raise
        return database

    async def _recover(self, database: Database) -> None:
        from deepchat.session.library import Library

        self.notices += map(_recovered, await Library(database, self.locks).recover(_now_ms()))

    async def _tidy(self, database: Database) -> None:
        """Do what keeps the store well; the work of this run is done, whatever becomes of it.

        The backup comes first: it has what the others may erase.
        """
        made = await self._attempt("no weekly backup was made", self._back_up_weekly(database))
        await self._attempt("the index of words is left as it is", self._index(database, is_checked=bool(made)))
        await self._attempt("the trash is left as it is", self._empty_trash(database))

    async def _attempt(self, otherwise: str, step: Awaitable[T]) -> T | None:
        try:
            return await step
        except (StoreError, ConfigError) as error:
            self.notices.append(f"{otherwise}: {error.message}")
            return None

    async def _back_up_weekly(self, database: Database) -> Path | None:
        from deepchat.store import backup

        return await database.read(lambda c: backup.back_up_weekly(c, self.file, self.backups, _now_ms()))

    async def _index(self, database: Database, *, is_checked: bool) -> None:
        from deepchat.session.library import Library
        from deepchat.store import word_index

        if not await Library(database, self.locks).index(INDEX_LIMIT_S) and is_checked:
            await database.write(word_index.check)

    async def _empty_trash(self, database: Database) -> None:
        """Erase what was in it for long enough."""
        from deepchat.session.trash import Trash
        from deepchat.store import trash

        now_ms = await database.write(lambda c: trash.moment(c, _now_ms()))
        contents = Trash(database, self.locks)
        thrown = [one.trashed_ms for one in await contents.contents() if one.trashed_ms is not None]
        if thrown and min(thrown) < (before_ms := now_ms - self.trash_days * _DAY_MS):
            await contents.empty(before_ms)

    def _tell(self, database: Database) -> None:
        while database.notices:
            self.notices.append(database.notices.pop(0))


def days_in_trash() -> int:
    """How long the settings keep deleted conversations; raises ConfigError."""
    from deepchat.config.settings import load_settings

    return load_settings(os.environ).trash.days


def _recovered(one: Recovered | Unrecovered) -> str:
    from deepchat.session.library import Unrecovered

    if isinstance(one, Unrecovered):
        return f"an answer that was cut off in {one.conversation_id} can't be recovered: {one.why.message}"
    when = time.strftime("%H:%M", time.localtime(one.created_ms / 1000))
    return f"recovered an answer that was cut off at {when} in «{one.title or 'untitled'}» ({one.conversation_id})"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
