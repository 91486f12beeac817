"""A small model on this machine: llama.cpp's own server in a child process that never outlives its parent."""

from deepchat.local_model.process import CONTEXT_TOKENS, MIN_CONTEXT_TOKENS, LocalModel, obstacle, start
from deepchat.local_model.weights import describe, find_weights, model_id

__all__ = [
    "CONTEXT_TOKENS",
    "MIN_CONTEXT_TOKENS",
    "LocalModel",
    "describe",
    "find_weights",
    "model_id",
    "obstacle",
    "start",
]
