"""Looking for a device until it is there, or for a while."""

import time

import pytest

from rtsynth.host.audio import probe
from tests.requirements import require_portaudio

pytestmark = pytest.mark.system


def test_it_looks_again_and_again_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    require_portaudio()
    monkeypatch.setattr(probe, "EVERY_S", 0.05)
    monkeypatch.setattr(probe, "LIFE_S", 0.5)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")  # `main` sets it for good
    began_s = time.monotonic()
    assert probe.main("no such device", "ALSA") == 1
    assert time.monotonic() - began_s >= 0.5
