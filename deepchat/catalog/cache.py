"""A provider's last list of models, kept in the cache folder with the time it was fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from deepchat.catalog.fields import MOST_MODELS, table, text
from deepchat.catalog.model import Model
from deepchat.catalog.rows import read_rows, write_row
from deepchat.config import files

_LARGEST_FILE_BYTES: Final = 32 * 1024 * 1024
Mark = tuple[int, int, int]
"""Another one when another listing is kept."""
_MINUTE_S: Final = 60
_HOUR_S: Final = 60 * _MINUTE_S
_DAY_S: Final = 24 * _HOUR_S


@dataclass(frozen=True, slots=True)
class Listing:
    """What one provider said of its models, and when."""

    provider: str
    base_url: str
    """The server that said it: the same provider elsewhere may have other models at other prices."""
    fetched_at: str
    """ISO 8601, in UTC."""
    models: tuple[Model, ...]


def write_listing(cache_dir: Path, listing: Listing) -> None:
    """Keep a listing in place of the provider's last one; raises what `files.write_whole` does."""
    body = {
        "provider": listing.provider,
        "base_url": listing.base_url,
        "fetched_at": listing.fetched_at,
        "models": {model.id: write_row(model) for model in listing.models[:MOST_MODELS]},
    }
    files.write_whole(_path(cache_dir, listing.provider), json.dumps(body))


def read_listing(cache_dir: Path, provider: str, base_url: str) -> Listing | None:
    """The provider's last listing from this server; None when there is none, or it can't be read whole."""
    path = _path(cache_dir, provider)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_FILE_BYTES:
            return None
        body = table(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None
    fetched_at = text(body.get("fetched_at"))
    if (body.get("provider"), body.get("base_url")) != (provider, base_url) or _time(fetched_at) is None:
        return None
    models, wrong = read_rows({provider: body.get("models")}, "live")
    return None if wrong else Listing(provider, base_url, fetched_at, tuple(models))


def mark(cache_dir: Path, provider: str) -> Mark | None:
    """Tells the listing that is kept from the one before; None when there is none."""
    try:
        file = _path(cache_dir, provider).stat()
    except OSError:
        return None
    return file.st_mtime_ns, file.st_size, file.st_ino


def age(fetched_at: str, now: datetime) -> str:
    """How long ago that was, in words."""
    then = _time(fetched_at)
    if then is None:
        return "at an unknown time"
    seconds = int((now - then).total_seconds())
    for unit, length_s in (("day", _DAY_S), ("hour", _HOUR_S), ("minute", _MINUTE_S)):
        if (number := seconds // length_s) > 0:
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def _path(cache_dir: Path, provider: str) -> Path:
    return cache_dir / f"models-{quote(provider, safe='')}.json"


def _time(iso: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
