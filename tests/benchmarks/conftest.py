"""The benchmark's own server and folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.ground import Ground, prepared


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    with prepared(runs=3) as made:
        yield made
