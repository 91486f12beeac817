"""Looking for keys, in the words of the tests."""

from __future__ import annotations

import dataclasses
import sys

from deepchat.config.keys import FoundKey, find_key
from deepchat.config.providers import BUILT_IN, Provider
from tests.config.homes import Home

DEEPINFRA = BUILT_IN["deepinfra"]
KEY = "SENTINELdeepinfra0123456789"


def printing(program: str) -> Provider:
    return dataclasses.replace(DEEPINFRA, key_command=(sys.executable, "-c", program))


def find(home: Home, provider: Provider = DEEPINFRA, **environ: str) -> FoundKey | None:
    return find_key(provider, {**home.environ, **environ}, home.paths, home.load())


def revealed(found: FoundKey | None) -> tuple[str, str]:
    assert found is not None
    return found.secret.reveal(), found.source
