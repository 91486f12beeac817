"""What Lava's forward token can be composed of."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.config import readers
from deepchat.config.fields import setting, settings_of, with_values
from deepchat.secret import Secret


def _variable(value: object) -> str:
    return readers.variables(readers.text(value))[0]


@dataclass(frozen=True, slots=True)
class LavaParts:
    """What Lava's forward token is composed of besides the key; the names changed twice, so there are three sets."""

    customer_id: str = setting("", "Who pays; needs meter_slug", readers.word)
    meter_slug: str = setting("", "What is metered", readers.word)
    connection_id: str = setting("", "Who pays, as it was called before", readers.word)
    connection_secret: Secret | None = setting(None, "Who pays, in the oldest form", readers.secret)
    product_secret: Secret | None = setting(None, "What is metered, in the oldest form", readers.secret)
    provider_key_env: str = setting("", "The environment variable with your own key for the provider", _variable)
    disable_billing: bool | None = setting(None, "Only meter, charge nobody", readers.flag)


def read_parts(value: object) -> LavaParts:
    """The parts in that table; ValueError says what is wrong with it."""
    rows = {row.key: row for row in settings_of(LavaParts())}
    found: dict[str, object] = {}
    for key, part in readers.table(value).items():
        if key not in rows:
            raise ValueError(f"can only have {', '.join(rows)}")
        try:
            found[key] = rows[key].read(part)
        except ValueError as error:
            raise ValueError(f"has {key}, which {error}") from None
    if "customer_id" in found and "meter_slug" not in found:
        raise ValueError("has customer_id, which needs meter_slug beside it")
    return with_values(LavaParts(), found)
