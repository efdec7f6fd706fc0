"""A random plugin that every test of the host may use."""

from pathlib import Path

import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import random_plugin


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
