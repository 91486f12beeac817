"""What one simulator keeps between requests: its models and scenes, its memory of prompts, its bill."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from deepchat.simulator.answers import Refusal, refusal
from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import MODELS, SCENE_PREFIX, Model, scene_model
from deepchat.simulator.scene import PLAINLY, Manners, Scene, Speak, Step
from deepchat.simulator.speech_scenes import SPEECH_SCENES, speech_scene
from deepchat.simulator.tariff import Bill, PromptCache

MOST_AT_ONCE = 200
"""Requests that one key may have open on one model."""
EPOCH = 1_750_000_000
"""The simulator's time is made from the request, some way after this Unix second."""
YEAR_S = 31_536_000
LISTING_PREFIX = "listing-"
"""A server started with a scene of such a name plays it for the lists of models and answers the rest as ever."""
_DEPLOYED = "deploy_id:"


class UnknownSceneError(LookupError):
    """There is no scene of that name."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who an answer is: made from the request, so that two simulators agree."""

    id: str
    """Thirty-two hex digits."""
    created: int
    """A Unix second."""


class Shop:
    """One simulator's state."""

    def __init__(
        self,
        scenes: Mapping[str, Scene],
        scene: str,
        key: str,
        models: Sequence[Model] = MODELS,
        manners: Manners = PLAINLY,
    ) -> None:
        """Raises UnknownSceneError when `scene` is none of the scenes."""
        self.scenes: Mapping[str, Scene] = {row.name: row for row in SPEECH_SCENES} | dict(scenes)
        self.key = key
        self.url = ""
        self.cache = PromptCache()
        self.bill = Bill()
        self._models = {model.id: model for model in models}
        self._plainly = (Speak(manners),)
        self._forced = scene.removeprefix(SCENE_PREFIX)
        self._acts = Counter[str]()
        self._open = Counter[str]()
        self._heard = Counter[bytes]()
        if self._forced:
            self.scene(self._forced)

    def scene(self, name: str) -> Scene:
        """The scene of that name; raises UnknownSceneError."""
        scene = self.scenes.get(name) or speech_scene(name)
        if scene is None:
            raise UnknownSceneError(name)
        return scene

    def models(self) -> list[Model]:
        """Everything on offer, the withdrawn models too."""
        return [*self._models.values(), *(scene_model(scene.name, scene.about) for scene in self.scenes.values())]

    def model(self, name: str) -> Model:
        """The model that answers to this name, which may carry a version; raises the Refusal of one that is unknown."""
        base = name.partition(":")[0]
        if base.startswith(SCENE_PREFIX):
            try:
                scene = self.scene(base.removeprefix(SCENE_PREFIX))
            except UnknownSceneError:
                some = ", ".join(SCENE_PREFIX + row.name for row in SPEECH_SCENES[:4])
                raise _unknown(f"The model `{name}` does not exist; there are {some} and more") from None
            return scene_model(scene.name, scene.about)
        if name.startswith(_DEPLOYED) and name != _DEPLOYED:
            return replace(MODELS[0], id=name)
        model = self._models.get(base)
        if model is None:
            raise _unknown(f"The model `{name}` does not exist")
        return self._models[model.replaced_by] if model.replaced_by else model

    def act(self, model: Model) -> tuple[Step, ...]:
        """What happens on the connection for the next request for text by this model."""
        if self._forced and not self._forced.startswith(LISTING_PREFIX):
            return self._next_act(self._forced)
        if model.id.startswith(SCENE_PREFIX):
            return self._next_act(model.id.removeprefix(SCENE_PREFIX))
        return self._plainly

    def listing_act(self) -> tuple[Step, ...]:
        """What happens on the connection for the next request for a list of models."""
        return self._next_act(self._forced) if self._forced.startswith(LISTING_PREFIX) else (Speak(),)

    @contextmanager
    def seat(self, key: str, model: Model) -> Generator[None]:
        """A place among the requests served at once; raises the Refusal when there is none left."""
        owner = f"{key} {model.id}"
        if self._open[owner] >= MOST_AT_ONCE:
            raise refusal(429, "Rate limited", kind="rate_limit_error")
        self._open[owner] += 1
        try:
            yield
        finally:
            self._open[owner] -= 1

    def stamp(self, heard: Heard) -> Stamp:
        """The next identity for this request: the same request, asked again, gets another."""
        digest = hashlib.sha256(f"{heard.method} {heard.target}\n".encode() + heard.body).digest()
        self._heard[digest] += 1
        name = hashlib.sha256(digest + str(self._heard[digest]).encode()).hexdigest()[:32]
        return Stamp(name, EPOCH + int(name[:8], 16) % YEAR_S)

    def _next_act(self, name: str) -> tuple[Step, ...]:
        scene = self.scene(name)
        number = self._acts[name]
        self._acts[name] += 1
        return scene.acts[number % len(scene.acts)]


def _unknown(message: str) -> Refusal:
    return refusal(404, message, code="model_not_found")
