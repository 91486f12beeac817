"""The two ways to ask a model to go on with what it was saying."""

from __future__ import annotations

from typing import Literal

Form = Literal["prefill", "nudge"]
"""The answer so far is the last message, and the model goes on inside it; or it is asked in words to go on."""
