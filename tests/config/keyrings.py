"""Keyrings of every kind for the child process to meet."""

from __future__ import annotations

from pathlib import Path

import pytest

KEYRINGS = """
import os, time
from keyring.backend import KeyringBackend
class Empty(KeyringBackend):
    __module__ = "keyring.backends.SecretService"
    priority = 9
    def get_password(self, service, user): return None
    def set_password(self, service, user, value): raise RuntimeError(value)
    delete_password = get_password
class Good(Empty):
    __module__ = "keyring.backends.SecretService"
    path = FOLDER + "/ring."
    def name(self, user): return self.path + "".join(c for c in user if c.isalnum())
    def get_password(self, service, user):
        try: return open(self.name(user)).read()
        except FileNotFoundError: return None
    def set_password(self, service, user, value): open(self.name(user), "w").write(value)
    def delete_password(self, service, user): import os; os.unlink(self.name(user))
class Plaintext(Good):
    __module__ = "keyrings.alt.file"
class Newline(Empty):
    __module__ = "keyring.backends.macOS"
    def get_password(self, service, user): return "SENTINEL-in-keyring-01\\n"
class Malformed(Newline):
    __module__ = "keyring.backends.macOS"
    def get_password(self, service, user): return "SENTINEL in keyring"
class Number(Newline):
    __module__ = "keyring.backends.macOS"
    def get_password(self, service, user): return 7
class Noisy(Newline):
    __module__ = "keyring.backends.macOS"
    def get_password(self, service, user): print("hello"); return "SENTINEL-in-keyring-01"
class Raising(Empty):
    __module__ = "keyring.backends.kwallet"
    def get_password(self, service, user): raise RuntimeError("SENTINEL locked")
class Hanging(Empty):
    __module__ = "keyring.backends.libsecret"
    def get_password(self, service, user):
        for _ in range(3000):
            if os.path.exists(FOLDER + "/let-go"): return None
            time.sleep(0.02)
class Chained(Empty):
    __module__ = "keyring.backends.chainer"
    backends = [Plaintext(), Newline()]
"""


class Keyring:
    """Chooses which keyring the child process meets."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._folder = folder
        self._folder.mkdir()
        (folder / "rings.py").write_text(KEYRINGS.replace("FOLDER", repr(str(folder))))
        monkeypatch.setenv("PYTHONPATH", str(folder))
        self.use("Empty")

    def use(self, name: str) -> None:
        self._monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"rings.{name}" if name[0].isupper() else name)

    def let_go(self) -> None:
        """The one that hangs does so no longer."""
        (self._folder / "let-go").touch()

    def holds(self) -> list[str]:
        return [path.read_text() for path in self._folder.glob("ring.*")]
