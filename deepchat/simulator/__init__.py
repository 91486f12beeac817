"""An independent witness: DeepInfra's dialect on a loopback port, written from the facts and not from our client."""

from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import MODELS, Model
from deepchat.simulator.running import SimulatorThread, run
from deepchat.simulator.scene import Manners, Scene
from deepchat.simulator.server import Simulator, built_in
from deepchat.simulator.shop import UnknownSceneError
from deepchat.simulator.tariff import Charge, Tariff

__all__ = [
    "MODELS",
    "Charge",
    "Heard",
    "Manners",
    "Model",
    "Scene",
    "Simulator",
    "SimulatorThread",
    "Tariff",
    "UnknownSceneError",
    "built_in",
    "run",
]
