"""An independent witness: DeepInfra's dialect on a loopback port, written from the facts and not from our client."""

from deepchat.simulator.http1 import Heard
from deepchat.simulator.running import SimulatorThread, run
from deepchat.simulator.scene import Scene
from deepchat.simulator.server import Simulator, built_in
from deepchat.simulator.shop import UnknownSceneError
from deepchat.simulator.tariff import Charge

__all__ = ["Charge", "Heard", "Scene", "Simulator", "SimulatorThread", "UnknownSceneError", "built_in", "run"]
