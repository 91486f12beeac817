"""The last listing comes back whole, or not at all."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.catalog.cache import Listing, age, read_listing, write_listing
from deepchat.catalog.fields import FLAGS
from deepchat.catalog.listings import from_openai_models
from deepchat.catalog.model import Model, Prices
from deepchat.errors import ConfigError
from tests.catalog.hostile import JSON

URL = "https://api.example.com/v1"
MODEL = Model(
    "acme/m",
    "work",
    context=8192,
    max_output=4096,
    prices=Prices(380_000_001, 0, None, priority_percent=175, flex_percent=50),
    flags=frozenset(FLAGS),
    price_source="live",
    replaced_by="acme/n",
    description="Chats.",
)
LISTING = Listing("work", URL, "2026-11-21T10:00:00+00:00", (MODEL, Model("plain", "work")))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def only_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


def test_a_listing_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_listing(tmp_path / "cache", LISTING)
    assert read_listing(tmp_path / "cache", "work", URL) == LISTING
    path = only_file(tmp_path / "cache")
    assert path.name == "models-work.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@given(st.lists(st.builds(dict[str, object], id=st.text(), pricing=JSON, description=st.text(), meta=JSON), max_size=4))
def test_whatever_a_server_listed_can_be_kept(tmp_path_factory: pytest.TempPathFactory, rows: list[object]) -> None:
    folder = tmp_path_factory.mktemp("cache")
    listing = Listing("work", URL, LISTING.fetched_at, tuple(from_openai_models(rows, "work")))
    write_listing(folder, listing)
    assert read_listing(folder, "work", URL) == (listing if listing.models else None)


def test_a_newer_listing_takes_the_place_of_the_last(tmp_path: Path) -> None:
    write_listing(tmp_path, LISTING)
    newer = Listing("work", URL, "2026-11-22T10:00:00+00:00", (MODEL,))
    write_listing(tmp_path, newer)
    assert read_listing(tmp_path, "work", URL) == newer


def test_a_listing_of_another_server_is_as_none(tmp_path: Path) -> None:
    write_listing(tmp_path, LISTING)
    assert read_listing(tmp_path, "work", "https://other.example.com/v1") is None


@pytest.mark.parametrize("provider", ["../../escape", "a/b", "..", "ü b", "w\x00rk"])
def test_a_providers_name_can_not_lead_out_of_the_folder(tmp_path: Path, provider: str) -> None:
    listing = Listing(provider, URL, LISTING.fetched_at, (Model("m", provider),))
    write_listing(tmp_path / "cache", listing)
    assert read_listing(tmp_path / "cache", provider, URL) == listing
    assert only_file(tmp_path) == tmp_path / "cache"
    assert only_file(tmp_path / "cache").is_file()


def test_there_is_none_before_the_first(tmp_path: Path) -> None:
    assert read_listing(tmp_path / "missing", "work", URL) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{}",
        b"\x00" * 100,
        b"[" * 100_000,
        b"9" * 5000,
        b'{"provider": "work"}',
    ],
    ids=lambda content: repr(content[:12]),
)
def test_a_file_that_is_no_listing_is_as_none(tmp_path: Path, content: bytes) -> None:
    write_listing(tmp_path, LISTING)
    only_file(tmp_path).write_bytes(content)
    assert read_listing(tmp_path, "work", URL) is None


@pytest.mark.parametrize(
    "change",
    [
        *({"provider": "other"}, {"base_url": None}, {"fetched_at": "yesterday"}, {"fetched_at": 5}),
        *({"models": []}, {"models": {}}, {"models": None}, {"models": {"m": {}}}, {"models": {"m": 5}}),
        *({"models": {"m": {"input": "-1"}}}, {"models": {"m": {"context": "many"}}}, {"models": {"m": {"x": 1}}}),
        *({"models": {"\x1b[31m": {"context": 5}}}, {"models": {"m": {"flags": ["clever"]}}}),
    ],
    ids=repr,
)
def test_a_listing_with_anything_wrong_in_it_is_as_none(tmp_path: Path, change: dict[str, object]) -> None:
    write_listing(tmp_path, LISTING)
    path = only_file(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    assert read_listing(tmp_path, "work", URL) is None


def test_half_a_listing_is_as_none(tmp_path: Path) -> None:
    write_listing(tmp_path, LISTING)
    whole = only_file(tmp_path).read_bytes()
    for length in range(0, len(whole), 7):
        only_file(tmp_path).write_bytes(whole[:length])
        assert read_listing(tmp_path, "work", URL) is None


def test_a_file_too_large_to_be_ours_is_not_read(tmp_path: Path) -> None:
    write_listing(tmp_path, LISTING)
    with only_file(tmp_path).open("ab") as file:
        file.write(b" " * (32 << 20))
    assert read_listing(tmp_path, "work", URL) is None


def test_a_folder_in_the_files_place_is_as_none_and_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "models-work.json" / "x").mkdir(parents=True)
    assert read_listing(tmp_path, "work", URL) is None
    with pytest.raises(ConfigError):
        write_listing(tmp_path, LISTING)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-3600), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_an_age_is_said_in_words(before: timedelta, words: str) -> None:
    assert age((NOW - before).isoformat(), NOW) == words
    assert age((NOW - before).astimezone(timezone(timedelta(hours=-5))).isoformat(), NOW) == words
    assert age((NOW - before).replace(tzinfo=None).isoformat(), NOW) == words


@pytest.mark.parametrize("when", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59-23:59"])
def test_any_time_has_an_age(when: str) -> None:
    assert age(when, NOW).endswith(("at an unknown time", "ago", "just now"))
