"""What an answer may still cost: each of its requests is allowed, bounded and watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from deepchat.catalog.model import Model
from deepchat.conversation.draft import Draft
from deepchat.conversation.events import NearLimit
from deepchat.conversation.usage import Cost
from deepchat.engine.affording import Question, least_nano, within
from deepchat.engine.limits import Limit, Watch

PriceList = Callable[[str, str], Model | None]
"""What is known of a provider's model: prices are those of whoever really answers."""


class Purse(Watch):
    """A watch that knows prices; without limits it lets everything through."""

    def __init__(self, limits: Sequence[Limit], price_list: PriceList, unpriced: str) -> None:
        super().__init__(limits, unpriced=unpriced)
        self._price_list = price_list

    def let_ask(self, question: Question, prompt: int, provider: str, so_far: Cost) -> None:
        """Raise BudgetReached when asking this provider alone would reach a limit, or its price is not known.

        `prompt` is how many tokens the question is at most.
        """
        if not self:
            return
        model = self._price_list(provider, question.model)
        asked = least_nano(question, prompt, model) if model else None
        if asked is None:
            raise self.need_prices(question.model)
        self.allow(asked, so_far.nano or 0)

    def bounded(self, question: Question, prompt: int, providers: Sequence[str], so_far: Cost) -> Question:
        """The question, with an answer no longer than the limits pay for, whoever of these gives it."""
        if not self:
            return question
        models = [self._price_list(provider, question.model) for provider in providers]
        return within(question, prompt, self.left(so_far.nano or 0), models)

    def has_cut(self, bounded: Question, question: Question, draft: Draft) -> bool:
        """Whether an answer was cut where more of it could not have been paid for."""
        longest, counted = bounded.parameters.max_tokens or 0, draft.usage
        is_bounded = longest != (question.parameters.max_tokens or 0)
        return is_bounded and draft.finish == "length" and (not counted or counted.completion_tokens >= longest)

    def heard(self, model: str, cost: Cost) -> Iterator[NearLimit]:
        """What is to be said of the limits now; raises BudgetReached, also when they can't be watched any more."""
        if not self:
            return
        if cost.nano is None:
            raise self.need_prices(model)
        yield from self.near(cost.nano)
        self.check(cost.nano)
