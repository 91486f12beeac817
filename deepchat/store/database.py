"""The store's one connection, on a thread of its own: what is written is on disk when it is said to be."""

from __future__ import annotations

import asyncio
import atexit
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self, TypeVar

from deepchat.errors import StoreError, StoreFull, StoreReadOnly
from deepchat.store.displaced import Place, bring_back
from deepchat.store.failures import is_damage, is_unsafe, is_want_of_room, our_error
from deepchat.store.locks import FileLock, WriterLock, lock_of, use_of
from deepchat.store.migrations import version_of
from deepchat.store.opening import open_store
from deepchat.store.reserve import EMPTY_LOG, Reserve, shrink
from deepchat.store.surroundings import why_not_written

Connection = sqlite3.Connection
T = TypeVar("T")
Work = Callable[[Connection], T]
"""What is done with the connection; it begins and ends no transaction."""
Room = Literal["free", "begin", "end"]
"""What a write may take: what is free; that, if a reserve is there for its end; or the reserve, to end it or make room.

Nothing is asked, and so billed, unless its answer can be kept.
"""


class Database:
    """A store that is open; `open` makes it, `close` ends it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_only = False
        self.notices: list[str] = []
        """What the user should hear of although nothing failed."""
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon, so that a program that forgot to close it ends; but not before all that was handed over is written.
        self._thread = threading.Thread(target=self._live, name="store", daemon=True)
        self._connection: Connection | None = None
        self._place: Place | None = None
        self._full: StoreFull | None = None
        """Why it is only read until there is room again."""
        self._was_full = False
        """The reserve was given up here."""
        self._is_closed = False
        self._opened_ms = 0
        self._in_use = FileLock(use_of(path))
        self._reserve = Reserve(path)

    @classmethod
    async def open(cls, path: Path, *, now_ms: int, read_only: bool = False) -> Self:
        """The store at this path, made when it is not there. Raises StoreError."""
        database = cls(path)
        database._thread.start()
        atexit.register(database._finish)
        try:
            await _outlasting(database._hand_over(lambda: database._open(now_ms, read_only=read_only)))
        except BaseException:
            database._finish()
            database._in_use.release()
            raise
        return database

    @property
    def lacks_room(self) -> bool:
        """It is only read for want of room, and written again as soon as there is some."""
        return self._full is not None

    async def read(self, work: Work[T]) -> T:
        """What the work finds. Raises StoreError."""
        return await _outlasting(self._hand_over(lambda: work(self._connected())))

    async def write(self, work: Work[T], room: Room = "free") -> T:
        """What the work returns, once all it did is on disk; all of it or nothing. Raises StoreError.

        Who is cancelled while waiting has it written all the same.
        """
        return await _outlasting(self.submit(work, room))

    def submit(self, work: Work[T], room: Room = "free") -> Future[T]:
        """The same without waiting: the future holds the StoreError if there is one."""
        return self._hand_over(lambda: self._transaction(work, room))

    async def close(self) -> None:
        """Finish what was handed over, and let go; once it is closed, closing it does nothing."""
        if self._is_closed:
            return
        closing = self._hand_over(self._close)
        self._is_closed = True
        try:
            await _outlasting(closing)
        finally:
            self._finish()

    def _finish(self) -> None:
        """Let the thread end when it has done all that it was given."""
        atexit.unregister(self._finish)
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _live(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _hand_over(self, job: Callable[[], T]) -> Future[T]:
        if self._is_closed:
            raise StoreError(f"{self.path} was closed already", "start DeepChat again")
        told: Future[T] = Future()

        def run() -> None:
            try:
                result = self._attempt(job)
            except BaseException as error:  # noqa: BLE001  # whatever it is belongs to whoever waits for it
                told.set_exception(error)
            else:
                told.set_result(result)

        self._jobs.put(run)
        return told

    def _attempt(self, job: Callable[[], T]) -> T:
        """Do it; foreign failures become ours here, and an untrustworthy connection is not used again."""
        try:
            return job()
        except sqlite3.Error as error:
            if is_unsafe(error):
                self._let_go()
            raise our_error(error, self.path) from error
        except OSError as error:
            raise our_error(error, self.path) from error

    def _open(self, now_ms: int, *, read_only: bool) -> None:
        self._opened_ms = now_ms
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._share()
        self._connect(read_only=read_only)

    def _share(self) -> None:
        """Say that the store is open; but leave no file of ours in a folder of somebody else."""
        with suppress(OSError):  # where no lock can be kept, nothing can be restored over us either
            if not why_not_written(self.path) and not self._in_use.acquire(shared=True):
                raise StoreError("the store is being restored or mended just now", "try again in a moment")

    def _connect(self, *, read_only: bool) -> Connection:
        opened = open_store(self.path, self._opened_ms, self._in_use, read_only=read_only)
        self._connection, self.read_only = opened.connection, opened.read_only
        self._place = Place.of(self.path)
        if not (opened.full and self._full):
            self.notices += opened.notices
        if self._full and not opened.full:
            self.notices.append(f"there is room again: {self.path} is written")
        self._full = opened.full
        return opened.connection

    def _connected(self) -> Connection:
        """The connection, opened anew when the last one could not be trusted any more, or lost its file."""
        if self._connection and self._place and not self.read_only and not self._place.is_still(self.path):
            if done := bring_back(self._connection, self.path, self._place, self._opened_ms):
                self.notices.append(done)
            self._let_go()
            self._in_use.release()
            self._share()
        return self._connection or self._connect(read_only=self.read_only and not self._full)

    def _transaction(self, work: Work[T], room: Room) -> T:
        if self._full:  # perhaps there is room again
            self._let_go()
        try:
            return self._written(work, room)
        except (StoreFull, sqlite3.Error, OSError) as error:
            is_short = isinstance(error, StoreFull) or is_want_of_room(error)
            if room != "end" or not is_short or not self._give_up_reserve():
                raise
        if self._full:
            self._full, self.read_only = None, False
        self._let_go()
        return self._written(work, room)

    def _written(self, work: Work[T], room: Room) -> T:
        while True:
            c = self._connected()
            if self._full:
                raise StoreFull(self._full.message, self._full.hint)
            if self.read_only:
                raise StoreReadOnly(f"{self.path} is only read", "deepchat doctor says why")
            with WriterLock(lock_of(self.path)):
                # While we waited for the lock, its last holder may have found the file gone, and brought it back.
                if self._place and self._place.is_still(self.path):
                    if room == "begin":
                        self._keep_reserve(c)
                    return self._commit(c, work)

    def _keep_reserve(self, c: Connection) -> None:
        """Where there is no room for it, what was erased is given back to the disk first."""
        while True:
            try:
                return self._reserve.keep()
            except StoreFull:
                if not shrink(c):
                    raise

    def _give_up_reserve(self) -> bool:
        is_given = self._reserve.give_up()
        if is_given:
            self._was_full = True
            self.notices.append(f"the disk is full: {self.path} was written into the room that is kept for that")
        return is_given

    def _commit(self, c: Connection, work: Work[T]) -> T:
        c.execute("BEGIN IMMEDIATE")
        try:
            result = work(c)
            c.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                if c.in_transaction:
                    c.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error) and is_unsafe(error) and not is_damage(error):
                    _overwrite_last(c)
            raise
        return result

    def _close(self) -> None:
        try:
            if self._connection is not None and not self.read_only:
                with suppress(sqlite3.Error, OSError, StoreError), WriterLock(lock_of(self.path)):
                    self._empty_log(self._connection)
                    self._connection.close()
                    self._connection = None
        finally:
            self._let_go()
            self._in_use.release()

    def _empty_log(self, c: Connection) -> None:
        """Into the file with it, in the reserve if need be, whose room comes back when the log is cut."""
        try:
            c.execute(EMPTY_LOG).fetchall()
        except sqlite3.Error as error:
            if not is_want_of_room(error) or not self._give_up_reserve():
                raise
            c.execute(EMPTY_LOG).fetchall()
        if self._was_full:
            while shrink(c):
                pass
            self._reserve.keep()

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


async def _outlasting(future: Future[T]) -> T:
    """Wait for it; being cancelled does not cancel it, and then nobody has to look at how it ended."""
    waiting = asyncio.wrap_future(future)
    waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(waiting)


def _overwrite_last(c: Connection) -> None:
    """Make sure that what was said to have failed does not come back.

    Its pages may be whole in the log although they could not be synced, and whoever opens the store anew would find
    them there. Written over with one that changes nothing they are not, even if that can't be synced either.
    """
    c.execute("BEGIN IMMEDIATE")
    c.execute(f"PRAGMA user_version = {version_of(c)}")
    c.execute("COMMIT")
