"""Every scene in which the wire misbehaves, by name; one module a subject."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes import (
    accounts,
    breaks,
    continuing,
    envelope,
    error_bodies,
    errors_in_stream,
    floods,
    lines,
    listings,
    meaning,
    reasoning,
    seams,
    statuses,
    tool_calls,
    waiting,
)

TABLES: tuple[tuple[Scene, ...], ...] = (
    statuses.SCENES,
    waiting.SCENES,
    error_bodies.SCENES,
    envelope.SCENES,
    lines.SCENES,
    floods.SCENES,
    breaks.SCENES,
    errors_in_stream.SCENES,
    meaning.SCENES,
    reasoning.SCENES,
    accounts.SCENES,
    tool_calls.SCENES,
    seams.SCENES,
    continuing.SCENES,
    listings.SCENES,
)

SCENES: dict[str, Scene] = {scene.name: scene for table in TABLES for scene in table}
"""By name, in the order of the tables."""
