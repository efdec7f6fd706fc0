"""A JACK server for the tests of MIDI input."""

from collections.abc import Iterator

import pytest

from tests.requirements import require_module
from tests.rtsynth.control.programs import jack_server


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    require_module("supriya_midi", "pip install 'rtsynth[midi]'")
    with jack_server(monkeypatch):
        yield
