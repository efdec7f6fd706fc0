"""A server on a real socket, an engine that records its calls, and a client."""

from collections.abc import Iterator

import pytest

from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine(slots=2)


@pytest.fixture
def quits() -> list[bool]:
    return []


@pytest.fixture
def server(engine: RecordingEngine, quits: list[bool]) -> Iterator[OscServer]:
    with OscServer(engine, port=0, on_quit=lambda: quits.append(True)) as server:
        yield server


@pytest.fixture
def client(server: OscServer) -> Iterator[OscClient]:
    with OscClient(server.port) as client:
        yield client
