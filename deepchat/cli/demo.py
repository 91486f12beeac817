"""The tour: the app against the simulator, in a home that is thrown away."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.cli.tour import LLAMA, PROVIDER, R1, V3, conversations

if TYPE_CHECKING:
    from deepchat.simulator import Model
    from deepchat.tui.starting import Start

TOKENS_PER_S: Final = 60.0
FIRST_TOKEN_S: Final = 0.4
_PREFIX: Final = "deepchat-tour-"
_KEY: Final = "any-key-will-do"
_NAMES_OF_SECRETS: Final = ("_API_KEY", "_TOKEN", "_API_TOKEN")
_OURS: Final = ("DEEPCHAT_", "DEEPINFRA_", "LLM_")
_SETTINGS: Final = """\
provider = "{provider}"
model = "{model}"
keyring = false

[providers.deepinfra]
base_url = "{url}/v1/openai"

[providers.lava]
base_url = "{url}/v1/forward"

[budget]
day = 2.00
"""
_PICKED: Final = '[app]\nfavourites = [["{provider}", "{first}"], ["{provider}", "{second}"]]\n'
_TAGS: Final = {"tools": "tools", "json": "json", "reasoning": "reasoning", "vision": "multimodal"}
"""How DeepInfra calls what the catalogue knows."""

Show = Callable[[Mapping[str, object], str, "Start"], int]
"""A front end, until it is closed."""


def tour(overrides: Mapping[str, object], start: Start, show: Show) -> int:
    """Show the app until it is closed; no key is read, nothing leaves this machine, and nothing of it stays."""
    from deepchat.simulator import Manners, SimulatorThread

    if not (start.question or start.temporary or start.resume is not None):
        start = replace(start, go_on=True)
    manners = Manners(tokens_per_second=TOKENS_PER_S, first_token_s=FIRST_TOKEN_S)
    with _thrown_away() as home, _alone(home):
        models = _models()
        with SimulatorThread(scenes={}, models=models, manners=manners) as simulator:
            _furnish(Path(home), simulator.url, models)
            return show(overrides, "", start)


@contextmanager
def _thrown_away() -> Generator[str]:
    """A folder that is locked as long as it is in use; those of tours that were killed are swept up."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), _lock(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as home, _lock(Path(home)):
        yield home


@contextmanager
def _lock(folder: Path) -> Generator[None]:
    """Raises OSError when another program has it, or it is somebody else's."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(opened).st_uid != os.getuid():
            raise PermissionError(folder)
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)


@contextmanager
def _alone(home: str) -> Generator[None]:
    """Nothing of the user's own is read, or leads elsewhere, while this lasts."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(_OURS) or name.endswith(_NAMES_OF_SECRETS):
            del os.environ[name]
    os.environ.update({"DEEPCHAT_HOME": home, "DEEPINFRA_API_KEY": _KEY, "LAVA_API_KEY": _KEY})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _models() -> list[Model]:
    """All that are known to answer, each at its price; of a dozen the simulator knows more than the catalogue."""
    from deepchat.simulator import MODELS, Model, Tariff
    from deepchat.workspace import Workspace

    found = {model.id: model for model in MODELS}
    for one in Workspace().shelf.catalog.models():
        prices = one.prices
        if one.id in found or prices.input is None or prices.output is None:
            continue
        tags = tuple(tag for flag, tag in _TAGS.items() if flag in one.flags)
        tariff = Tariff(prices.input, prices.output, prices.cache_read)
        found[one.id] = Model(one.id, one.description, one.context or 32_768, tariff, tags=("openai", *tags))
    return list(found.values())


def _furnish(home: Path, url: str, models: list[Model]) -> None:
    """Settings that lead to the simulator, its prices, and conversations of the last days."""
    from deepchat.workspace import Workspace

    for folder, name, text in (
        ("config", "config.toml", _SETTINGS.format(provider=PROVIDER, model=V3, url=url)),
        ("state", "state.toml", _PICKED.format(provider=PROVIDER, first=LLAMA, second=R1)),
    ):
        (home / folder).mkdir(mode=0o700)
        (home / folder / name).write_text(text)

    async def keep() -> None:
        async with Workspace() as workspace:
            await workspace.refresh_models()
            library = await workspace.keeping.library()
            for one in conversations(time.time_ns() // 1_000_000, {model.id: model.tariff for model in models}):
                await library.add(one, is_imported=False)

    asyncio.run(keep())
