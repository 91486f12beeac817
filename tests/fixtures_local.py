"""A real llama.cpp server with a real small model, one for all tests, for whoever asks for `llama_server`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat import local_model
from deepchat.local_model import LocalModel

_MAX_SECONDS = 3600
"""Longer than any run of the tests; a server never outlives it."""


@pytest.fixture(scope="session")
def llama_server() -> Iterator[LocalModel]:
    obstacle = local_model.obstacle()
    if obstacle is not None:
        pytest.skip(f"{obstacle.message} {obstacle.hint}")
    with local_model.start(local_model.find_weights(), max_seconds=_MAX_SECONDS) as model:
        yield model
