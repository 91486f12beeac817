"""The operating system's keyring, asked in a process of its own, since it may hang on a prompt that nobody sees.

Run as a program, this file is that process: it hears one request as JSON and prints one answer. Only keyrings that
encrypt are believed in.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Final, Protocol, cast

LIMIT_S: Final = 3.0
WRITING_LIMIT_S: Final = 30.0
"""Someone waits who asked for it, and a locked keyring wants its password first."""
SERVICE: Final = "deepchat"
_REAL: Final = tuple(f"keyring.backends.{name}" for name in ("macOS", "SecretService", "kwallet", "libsecret"))


class _Keyring(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def is_usable() -> bool:
    """Whether there is one that encrypts, and it answers; may take as long as a prompt that nobody sees."""
    return _ask({"do": "read", "users": []}, LIMIT_S) is not None


def read(users: list[str]) -> Mapping[str, str]:
    """What the keyring has for these users; nothing when there is none that can be used."""
    answer = _ask({"do": "read", "users": users}, LIMIT_S) or {}
    return {user: value for user, value in answer.items() if isinstance(value, str)}


def write(user: str, value: str) -> bool:
    """Keep a value there; False when there is no keyring that can be used."""
    return _ask({"do": "write", "users": [user], "value": value}, WRITING_LIMIT_S) is not None


def remove(user: str) -> bool:
    """Take it away; False when it was not there. Who keeps a key in a file waits for this too: so not for long."""
    return bool(_ask({"do": "remove", "users": [user]}, LIMIT_S))


def _ask(request: Mapping[str, object], limit_s: float) -> Mapping[str, object] | None:
    from deepchat.config.child import Printed, run

    # -P, and the file by its path: nothing in the working directory can take the place of a module.
    argv = (sys.executable, "-P", __file__)
    heard = run(argv, os.environ, limit_s, json.dumps(request).encode())
    if not isinstance(heard, Printed) or heard.status != 0:
        return None
    try:
        answer: object = json.loads(heard.output)
    except ValueError:
        return None
    return cast("Mapping[str, object]", answer) if isinstance(answer, dict) else None


def _serve() -> None:
    """Answer one request; whatever goes wrong here ends the process, which says enough."""
    import keyring

    backend = keyring.get_keyring()
    chained = cast("list[object]", getattr(backend, "backends", [backend]))
    real = cast("_Keyring", next(one for one in chained if type(one).__module__.startswith(_REAL)))
    request = json.load(sys.stdin)
    answer: dict[str, str] = {}
    for user in request["users"]:
        if request["do"] == "write":
            real.set_password(SERVICE, user, request["value"])
        elif value := real.get_password(SERVICE, user):
            answer[user] = value
            if request["do"] == "remove":
                real.delete_password(SERVICE, user)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _serve()
