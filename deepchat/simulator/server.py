"""The simulator as a server on a loopback port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence

from deepchat.simulator.answers import Headers, Reply
from deepchat.simulator.connection import Connection
from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import MODELS, Model
from deepchat.simulator.routes import reply
from deepchat.simulator.scene import PLAINLY, Manners, Scene
from deepchat.simulator.shop import Shop
from deepchat.simulator.speech_scenes import SPEECH_SCENES
from deepchat.simulator.tariff import Charge

HOST = "127.0.0.1"
BACKLOG = 512


class Simulator:
    """A server that speaks DeepInfra's routes, deterministically, and plays scenes."""

    def __init__(
        self,
        *,
        scenes: Mapping[str, Scene] | None = None,
        scene: str = "",
        key: str = "",
        models: Sequence[Model] = MODELS,
        manners: Manners = PLAINLY,
    ) -> None:
        """`scene` plays for every request for text (a `listing-…` one: for lists of models); `key`, when not empty,
        is the only one accepted; `scenes` take the place of the wire faults that are built in, and `models` that of
        the dozen; `manners` are those of every model that plays no scene.

        Raises UnknownSceneError.
        """
        self._shop = Shop(built_in() if scenes is None else scenes, scene, key, models, manners)
        self._accepting: asyncio.Task[None] | None = None
        self._quiet = asyncio.Event()
        self.heard: list[Heard] = []
        self.open_connections = 0

    @property
    def url(self) -> str:
        """`http://127.0.0.1:N`, empty before the start."""
        return self._shop.url

    @property
    def bill_nano(self) -> int:
        """All costs charged so far, in nano-dollars."""
        return self._shop.bill.total_nano

    @property
    def charges(self) -> list[Charge]:
        """The bill, request by request."""
        return list(self._shop.bill.charges)

    async def start(self, port: int = 0) -> None:
        """Listen on the port, or on a free one; raises OSError when it is taken."""
        listening = socket.create_server((HOST, port), backlog=BACKLOG)
        listening.setblocking(False)
        self._shop.url = f"http://{HOST}:{listening.getsockname()[1]}"
        self._quiet.set()
        self._accepting = asyncio.create_task(self._accept(listening))

    async def stop(self) -> None:
        """Close the port and every connection; raises what went wrong inside, if anything did."""
        if self._accepting is None:
            return
        self._accepting.cancel()
        await asyncio.wait([self._accepting])
        if not self._accepting.cancelled():
            self._accepting.result()
        self._accepting = None

    async def wait_quiet(self) -> None:
        """Return once no connection is open."""
        await self._quiet.wait()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listening:
            async with asyncio.TaskGroup() as connections:
                while True:
                    client, _ = await loop.sock_accept(listening)
                    connections.create_task(self._serve(client))

    async def _serve(self, client: socket.socket) -> None:
        self.open_connections += 1
        self._quiet.clear()
        try:
            connection = await Connection.accepted(client)
            await connection.serve(self._reply)
        finally:
            self.open_connections -= 1
            if not self.open_connections:
                self._quiet.set()

    def _reply(self, heard: Heard) -> tuple[Reply, Headers]:
        self.heard.append(heard)
        return reply(self._shop, heard)


def built_in() -> Mapping[str, Scene]:
    """Every scene there is: the faults of the wire, and what is only said."""
    from deepchat.simulator.scenes import SCENES  # hundreds of rows: of no use to who brings their own

    return {**SCENES, **{scene.name: scene for scene in SPEECH_SCENES}}
