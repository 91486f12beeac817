"""All that is known of models and prices: what providers say now, what the user wrote, what was shipped."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from deepchat.catalog.cache import Listing
from deepchat.catalog.model import Model
from deepchat.catalog.prices import is_priced
from deepchat.catalog.rows import read_rows
from deepchat.catalog.selection import holds
from deepchat.config.files import Complaint, read_toml
from deepchat.errors import ModelNotFound, UsageError

_SHIPPED: Final = Path(__file__).with_name("models.toml")
_MOST_CANDIDATES: Final = 8
_MOST_GUESSES: Final = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model that the user's words mean."""

    id_to_send: str
    """With the version or deployment that was asked for."""
    model: Model | None
    """None when nothing is known of it."""


class Catalog:
    """Every known model, once for each provider that serves it."""

    __slots__ = ("_gone", "_listed", "_models", "complaints")

    def __init__(
        self,
        models: Iterable[Model],
        listed: Iterable[str] = (),
        complaints: Iterable[Complaint] = (),
        gone: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Of several rows of one model the earliest that says something counts.

        `listed` are the providers whose models are all here, so that what is not here is a mistake. `gone` are those,
        as provider and id, that the provider no longer names: they are not shown, but still have prices.
        """
        self._models: dict[tuple[str, str], Model] = {}
        for model in models:
            key = (model.provider, model.id)
            self._models[key] = _joined(self._models[key], model) if key in self._models else model
        self._listed = frozenset(listed)
        self._gone = frozenset(gone)
        self.complaints = tuple(complaints)
        """What could not be used in the user's models.toml."""

    def models(self, provider: str = "") -> list[Model]:
        """The models of one provider, or of all, without those that were retired."""
        return [
            model
            for key, model in self._models.items()
            if provider in ("", model.provider) and not model.replaced_by and key not in self._gone
        ]

    def named(self, name: str, provider: str) -> Model | None:
        """The model with exactly this id, which may carry a `:VERSION`."""
        unversioned = name.rpartition(":")[0]
        return self._models.get((provider, name)) or self._models.get((provider, unversioned))

    def find(self, words: str, provider: str) -> Chosen:
        """The model of a provider that the words name: its id, its name after the slash, or any unique part.

        A version after a colon is kept, and `deploy_id:ID` goes through as it is. So does a name that fits nothing
        when it could still be an id: it has a slash, or the provider's list isn't known, and no blank in it.
        Raises UsageError when several models fit or it can be no name, and ModelNotFound when none can.
        """
        words = words.strip().removesuffix(":")
        if not words:
            raise UsageError("no model is named", "name one with -m; `deepchat models` shows what there is")
        exact = self.named(words, provider)
        if exact is not None:
            return Chosen(words, exact)
        if words.startswith("deploy_id:"):
            return Chosen(_one_name(words), None)
        models = self.models(provider)
        name, _, version = words.rpartition(":")
        for part, suffix in ((words, ""), (name, f":{version}")):
            match _fitting(models, part):
                case []:
                    continue
                case [model]:
                    return Chosen(model.id + suffix, model)
                case several:
                    raise _ambiguous(part, provider, several)
        if "/" in words or provider not in self._listed:
            return Chosen(_one_name(words), None)
        raise _not_found(words, provider, models)


def load_catalog(user_file: Path | None, cached: Iterable[Listing] = ()) -> Catalog:
    """The shipped models, and over them the user's rows, and over those what the providers said last.

    Never raises for what stands in the user's file: that is in `complaints`.
    """
    live: list[Model] = []
    for listing in cached:
        day = listing.fetched_at[:10]
        live.extend(replace(model, price_date=day) if is_priced(model.prices) else model for model in listing.models)
    users: list[Model] = []
    complaints: list[Complaint] = []
    if user_file is not None:
        file = read_toml(user_file)
        users, wrong = read_rows(file.values, "user")
        complaints = [*file.complaints, *(file.complain(each.names, each.message) for each in wrong)]
    shipped = shipped_models()
    told, named = {model.provider for model in live}, {(model.provider, model.id) for model in (*live, *users)}
    gone = {(model.provider, model.id) for model in shipped if model.provider in told} - named
    return Catalog([*live, *users, *shipped], {model.provider for model in (*live, *shipped)}, complaints, gone)


@cache
def shipped_models() -> tuple[Model, ...]:
    """The rows that came with the program; read once, however often the settings are read again."""
    with _SHIPPED.open("rb") as file:
        return tuple(read_rows(tomllib.load(file, parse_float=str), "shipped")[0])


def _joined(better: Model, other: Model) -> Model:
    """What both know of one model. Prices come from one of them as a set: nobody charges the mixture."""
    priced = better if is_priced(better.prices) else other
    return replace(
        better,
        context=better.context or other.context,
        max_output=better.max_output or other.max_output,
        prices=priced.prices,
        price_source=priced.price_source,
        price_date=priced.price_date,
        flags=better.flags | other.flags,
        description=better.description or other.description,
    )


def _fitting(models: Sequence[Model], words: str) -> list[Model]:
    """The models whose whole id the words are; if there are none whose name after the slash; if none whose part."""
    name = words.casefold()
    if not name:
        return []
    return (
        [model for model in models if model.id.casefold() == name]
        or [model for model in models if model.id.casefold().rpartition("/")[2] == name]
        or [model for model in models if holds(model, words)]
    )


def _one_name(words: str) -> str:
    """What could be an id; raises UsageError."""
    if words.isprintable() and len(words.split()) == 1:
        return words
    raise UsageError(
        f"“{words.split(maxsplit=1)[0]} …” is no model: no name has blanks, line ends or hidden characters in it",
        "`deepchat models` shows what there is",
    )


def _ambiguous(words: str, provider: str, models: Sequence[Model]) -> UsageError:
    shortest = sorted((model.id for model in models), key=lambda name: (len(name), name))
    shown, more = shortest[:_MOST_CANDIDATES], len(models) - _MOST_CANDIDATES
    hint = f"say which: {', '.join(shown)}{f' or {more} more' if more > 0 else ''}"
    return UsageError(f"“{words}” fits {len(models)} models of {provider}", hint)


def _not_found(words: str, provider: str, models: Sequence[Model]) -> ModelNotFound:
    import difflib

    ids = {model.id.casefold().rpartition("/")[2]: model.id for model in models}
    close = difflib.get_close_matches(words.casefold(), ids, n=_MOST_GUESSES, cutoff=0.5)
    guess = f"did you mean {' or '.join(ids[name] for name in close)}? " if close else ""
    hint = f"{guess}`deepchat models` shows what there is, `deepchat models --refresh` asks {provider} again"
    return ModelNotFound(f"{provider} has no model like “{words}”", hint)
