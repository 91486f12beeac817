"""Opens and closes everything: the one place where the parts are joined."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # front ends name it, but loading it brings httpx
    from deepchat.config.keys import KeyStatus as KeyStatus
    from deepchat.config.providers import Provider as Provider
    from deepchat.engine.shape import check_answer_in_time
    from deepchat.engine.turn import Turn as Turn
    from deepchat.session.accounts import Accounts as Accounts
    from deepchat.session.accounts import Standing as Standing
    from deepchat.session.accounts import Used as Used
    from deepchat.session.answering import Answering as Answering
    from deepchat.session.library import Library as Library
    from deepchat.session.summing import Summing as Summing
    from deepchat.store.ledger import Spent as Spent
    from deepchat.store.ledger import UsageRow as UsageRow
    from deepchat.store.search import Filter as Filter
    from deepchat.store.search import Hit as Hit
    from deepchat.tools.tool import Toolbox as Toolbox
    from deepchat.wire.account import Account as Account
    from deepchat.workspace.embedding import Embedding as Embedding
    from deepchat.workspace.keeping import Keeping as Keeping
    from deepchat.workspace.shelf import Found as Found
    from deepchat.workspace.workspace import Workspace

__all__ = ["Filter", "Keeping", "Workspace", "check_answer_in_time"]

_HOMES: Final = {
    "Filter": "deepchat.store.search",
    "Keeping": "deepchat.workspace.keeping",
    "Workspace": "deepchat.workspace.workspace",
    "check_answer_in_time": "deepchat.engine.shape",
}


def __getattr__(name: str) -> object:
    """Load what is asked for when it is: a list of conversations needs nothing of what asks a model."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
