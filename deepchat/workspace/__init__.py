"""Opens and closes everything: the one place where the parts are joined."""

from typing import TYPE_CHECKING

from deepchat.engine.shape import check_answer
from deepchat.workspace.workspace import Workspace

if TYPE_CHECKING:  # front ends name it, but loading it brings httpx
    from deepchat.config.keys import KeyStatus as KeyStatus
    from deepchat.config.providers import Provider as Provider
    from deepchat.engine.turn import Turn as Turn
    from deepchat.wire.account import Account as Account
    from deepchat.workspace.embedding import Embedding as Embedding
    from deepchat.workspace.shelf import Found as Found

__all__ = ["Workspace", "check_answer"]
