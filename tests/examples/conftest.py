"""One engine for all examples of a file of tests, as good as new for each."""

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def staged(engine: SharedEngine, log: Path, folder: Path) -> Iterator[Stage]:
    """The engine as it was when it started, and who follows it."""
    with OscClient(engine.port) as client, OscClient(engine.port) as follower:
        engine.renew(client)
        client.send("/slot/1/pan", 0)
        client.send("/slot/1/gain", 0)
        client.send("/panic")
        client.sync()
        stage = Stage(engine, client, follower, folder, log)
        stage.follow()
        yield stage


@pytest.fixture
def stage(example_engine: SharedEngine, example_log: Path, tmp_path: Path) -> Iterator[Stage]:
    with staged(example_engine, example_log, tmp_path) as stage:
        yield stage


@pytest.fixture
def stage_ahead(tmp_path: Path) -> Iterator[Stage]:
    """An engine that computes 400 ms ahead."""
    engines, log = SharedEngines(), tmp_path / "take.events"
    engine = engines.get(PLUGIN, *FLAGS, "--ahead", "400", "--log", str(log))
    with staged(engine, log, tmp_path) as stage:
        yield stage
    engines.close()
