"""Models and prices as they are known here: shipped, written by the user, and heard from providers last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, get_args
from urllib.parse import urlsplit

from deepchat.catalog import cache, selection
from deepchat.catalog.cache import Listing, Mark
from deepchat.catalog.catalog import Catalog, load_catalog
from deepchat.catalog.model import Flag, Model, Prices

if TYPE_CHECKING:
    from deepchat.config.files import Complaint
    from deepchat.config.paths import Paths
    from deepchat.config.providers import Provider
    from deepchat.config.settings import Settings

_DEEPINFRA_HOST: Final = "api.deepinfra.com"
_FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)


@dataclass(frozen=True, slots=True)
class Found:
    """The models that were looked for, in order, told in words and as data."""

    models: tuple[Model, ...]

    heads = selection.COLUMNS
    """Of the rows."""

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return [selection.table_row(model) for model in self.models]

    @property
    def as_json(self) -> list[dict[str, object]]:
        """In the shape that `deepchat models --json` promises."""
        return [selection.as_json(model) for model in self.models]


class Shelf:
    """The catalogue, read when it is first needed."""

    def __init__(self, settings: Settings, paths: Paths) -> None:
        self._settings = settings
        self._paths = paths
        self._heard: dict[str, Listing] | None = None
        self._catalog: Catalog | None = None
        self._marks: dict[str, Mark | None] = {}
        """Which lists were kept when they were read."""
        self._unwritten: dict[str, Listing] = {}
        """Those that could not be kept on disk, and are known in this run alone."""

    @property
    def catalog(self) -> Catalog:
        if self._catalog is None:
            self._catalog = load_catalog(self._paths.models_file, self._listings().values())
        return self._catalog

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What could not be used in the user's models.toml, once it was read."""
        return self._catalog.complaints if self._catalog else ()

    def price_list(self, provider: str, model: str) -> Model | None:
        """What is known of this model at this provider; what runs on this machine is billed by nobody.

        Figures that tick ask for it, so once the catalogue is read it looks at no disk: `look_again` does.
        """
        known = self.catalog.named(model, provider) or self.catalog.named(model, self.known_as(provider))
        where = self._settings.providers.get(provider)
        if where and where.kind == "local" and (known is None or known.price_source == "unknown"):
            return replace(known or Model(model, provider), prices=Prices(0, 0, 0), price_source="shipped")
        return known

    def look_again(self) -> None:
        """Take what other programs have heard of providers meanwhile, if anything; whoever reads on finds it whole."""
        if self._heard is not None and self._marks != self._marks_now():
            self._heard = self._read()
            self._catalog = load_catalog(self._paths.models_file, self._heard.values())

    def known_as(self, provider: str) -> str:
        """Whose rows speak of this provider's models: DeepInfra's own routes share one list."""
        where = self._settings.providers.get(provider)
        return "deepinfra" if where and urlsplit(where.base_url).hostname == _DEEPINFRA_HOST else provider

    def find(self, provider: str, words: str, flags: Collection[str] = (), sort: selection.Sort = "name") -> Found:
        """The models of a provider, or of all, that have these words in their ids and can do all that."""
        wanted: list[Flag] = [flag for flag in _FLAGS if flag in flags]
        models = self.catalog.models(provider and self.known_as(provider))
        return Found(tuple(selection.select(models, words, wanted, sort)))

    def age(self, provider: str) -> str:
        """How long ago the provider told its models, in words; empty when it never did."""
        listing = self._listings().get(provider) or self._listings().get(self.known_as(provider))
        return cache.age(listing.fetched_at, datetime.now(UTC)) if listing else ""

    def keep(self, where: Provider, models: Collection[Model]) -> None:
        """Take what a provider said of its models, and keep it for later; ConfigError when it can't be kept."""
        known = self._settings.providers.get(self.known_as(where.name), where)
        told_at = datetime.now(UTC).isoformat(timespec="seconds")
        listing = Listing(known.name, known.base_url, told_at, tuple(models))
        self._listings()[known.name] = self._unwritten[known.name] = listing
        self._catalog = load_catalog(self._paths.models_file, self._listings().values())
        cache.write_listing(self._paths.cache, listing)
        del self._unwritten[known.name]
        self._marks[known.name] = cache.mark(self._paths.cache, known.name)

    def _listings(self) -> dict[str, Listing]:
        if self._heard is None:
            self._heard = self._read()
        return self._heard

    def _read(self) -> dict[str, Listing]:
        """What is kept, and what could not be, unless another program has kept what is newer."""
        self._marks = self._marks_now()
        places = self._settings.providers.values()
        kept = [cache.read_listing(self._paths.cache, where.name, where.base_url) for where in places]
        listings = [*(listing for listing in kept if listing), *self._unwritten.values()]
        return {listing.provider: listing for listing in sorted(listings, key=lambda one: one.fetched_at)}

    def _marks_now(self) -> dict[str, Mark | None]:
        return {name: cache.mark(self._paths.cache, name) for name in self._settings.providers}
