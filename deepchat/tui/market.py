"""Models and money: what could answer, what it would cost, what was spent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from deepchat.catalog.model import Model
from deepchat.tui.clock import now_ms
from deepchat.workspace.first_listing import learn_models
from deepchat.workspace.outlook import prospects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.session.accounts import By, Standing, Used
    from deepchat.tui.bridge import Bridge
    from deepchat.tui.hearing import Hearing
    from deepchat.tui.held import Held
    from deepchat.workspace import Account
    from deepchat.workspace.outlook import Prospect

ASK_AGAIN_S: Final = 60.0
"""Who could not be asked for their models is not asked with every question: that would be no use while offline."""


class Market:
    """The catalogue and the ledger, asked from the screen's thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._asked_at: dict[str, float] = {}
        """When the models of each provider were last asked for, if none was known."""

    async def standing(self, streaming: Sequence[Hearing] = ()) -> list[Standing]:
        """What was spent today and this month, and what may be: known for sure, and without these answers."""
        budget = self._bridge.workspace.settings.budget

        async def there() -> list[Standing]:
            accounts = await self._bridge.workspace.keeping.accounts()
            turns = [one.answering.turn for one in streaming if one.answering]
            legs = [leg.id for turn in turns for leg in turn.legs]
            return await accounts.standing(budget.day, budget.month, now_ms(), legs)

        return await self._bridge.call(there)

    async def standing_in(self, conversation_id: str) -> Standing | None:
        """What was spent in that conversation, and what may be; None when it has no limit."""
        most_nano = self._bridge.workspace.settings.budget.conversation
        if most_nano is None:
            return None

        async def there() -> Standing:
            return await (await self._bridge.workspace.keeping.accounts()).standing_in(conversation_id, most_nano)

        return await self._bridge.call(there)

    async def used(self, by: By) -> Used:
        """What was spent."""

        async def there() -> Used:
            return await (await self._bridge.workspace.keeping.accounts()).used(by)

        return await self._bridge.call(there)

    async def beside(self, conversation_id: str) -> Used:
        """What was asked in a conversation for none of its messages."""

        async def there() -> Used:
            return await (await self._bridge.workspace.keeping.accounts()).beside(conversation_id)

        return await self._bridge.call(there)

    async def account(self) -> Account:
        """What the provider says of the account behind its key."""
        return await self._bridge.call(self._bridge.workspace.account)

    async def prospects(self, held: Held) -> list[Prospect]:
        """Every model that could answer next, and what that would mean."""

        async def there() -> list[Prospect]:
            usable = self._bridge.workspace.settings.providers
            self._bridge.workspace.shelf.look_again()
            models = [one for one in self._bridge.workspace.shelf.catalog.models() if one.provider in usable]
            whom = held.whom
            if whom and not any((one.provider, one.id) == (whom.provider, whom.model) for one in models):
                models.insert(0, Model(whom.model, whom.provider))
            return list(prospects(models, held.chat.tree.way))

        return await self._bridge.call(there)

    async def learn_models(self, provider: str) -> bool:
        """Ask for the models of a provider, or the chosen one, if none is known; whether there are any new to us.

        That is done once in a while, however often it is wanted.
        """
        whose, now = provider or self._bridge.workspace.settings.provider, time.monotonic()
        if now - self._asked_at.get(whose, -ASK_AGAIN_S) < ASK_AGAIN_S:
            return False
        self._asked_at[whose] = now
        return await self._bridge.call(lambda: learn_models(self._bridge.workspace, provider))

    async def refresh_models(self, provider: str) -> None:
        """Ask a provider for its models, or the chosen one; raises our errors."""
        await self._bridge.call(lambda: self._bridge.workspace.refresh_models(provider))
