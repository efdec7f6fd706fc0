"""One engine for all examples of a file of tests, as good as new for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.stage import FLAGS, PLUGIN, Stage
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.shared_engine import SharedEngine, SharedEngines


@pytest.fixture(scope="package")
def example_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The event log of the engine."""
    return tmp_path_factory.mktemp("examples") / "take.events"


@pytest.fixture(scope="package")
def example_engine(example_log: Path) -> Iterator[SharedEngine]:
    engines = SharedEngines()
    yield engines.get(PLUGIN, *FLAGS, "--log", str(example_log))
    engines.close()


@pytest.fixture
def stage(example_engine: SharedEngine, example_log: Path, tmp_path: Path) -> Iterator[Stage]:
    with OscClient(example_engine.port) as client, OscClient(example_engine.port) as follower:
        example_engine.renew(client)
        client.send("/slot/1/pan", 0)
        client.send("/slot/1/gain", 0)
        client.send("/panic")
        client.sync()
        stage = Stage(example_engine, client, follower, tmp_path, example_log)
        stage.follow()
        yield stage
