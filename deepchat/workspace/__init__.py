"""Opens and closes everything: the one place where the parts are joined."""

from typing import TYPE_CHECKING

from deepchat.engine.shape import check_answer
from deepchat.workspace.workspace import Workspace

if TYPE_CHECKING:  # front ends name it, but loading it brings httpx
    from deepchat.engine.turn import Turn as Turn

__all__ = ["Workspace", "check_answer"]
