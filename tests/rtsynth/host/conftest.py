"""A slot that plays three tiers, for tests that do not bring a host of their own."""

from collections.abc import Iterator

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.host.slot import Slot
from tests.rtsynth.plugins import tiers_plugin


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


@pytest.fixture
def slot(host: Host, three: Compiled) -> Slot:
    return host.load(three)
