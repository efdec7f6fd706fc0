"""A random plugin that every test of the host may use, and an engine process that plays it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.plugin import Plugin
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.plugins import random_plugin
from tests.rtsynth.shared_engine import SharedEngine, SharedEngines


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """2 x 20 units (no multiple of a vector), 16 kHz, 256 levels; instrument, amplitude, pitch."""
    return random_plugin(tmp_path_factory.mktemp("plugin") / "random.safetensors")


@pytest.fixture(scope="session")
def compiled(plugin: Plugin) -> Compiled:
    return compile_plugin(plugin)


@pytest.fixture(scope="session")
def plugin_path(plugin: Plugin) -> Path:
    assert plugin.path is not None
    return plugin.path


@pytest.fixture(scope="session")
def shared_engines() -> Iterator[SharedEngines]:
    engines = SharedEngines()
    yield engines
    engines.close()


@pytest.fixture
def shared_engine(shared_engines: SharedEngines, plugin_path: Path) -> Iterator[SharedEngine]:
    """`rtsynth serve` with the random plugin, which other tests have used and will."""
    engine = shared_engines.get(plugin_path)
    yield engine
    with OscClient(engine.port) as client:
        engine.renew(client)
