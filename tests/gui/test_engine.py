"""The window and the real engine: OSC over loopback, the null device."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth import Host
from rtsynth.common.control_names import ENVELOPE_CONTROLS, MODULATION_CONTROLS
from rtsynth.control.osc.surface.server import OscServer
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.plugins import small_plugin

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host(device="null", precision="float32") as engine:
        engine.load(small_plugin())
        engine.start()
        yield engine


@pytest.fixture
def window(host: Host, open_window: Callable[[int], Window], spin: Spin) -> Iterator[Window]:
    with OscServer(host, port=0) as server:
        opened = open_window(server.port)
        spin(lambda: opened.panels and server.notifier.count())
        yield opened


def test_both_sides_follow_each_other(window: Window, host: Host, spin: Spin) -> None:
    panel = window.current
    assert panel is not None
    pitch = panel.rows["/slot/1/param/pitch"]
    temperature = panel.rows["/slot/1/sampling/temperature"]
    QTest.keyClick(pitch.slider, Qt.Key.Key_End)
    spin(lambda: host.get(1, "pitch") == 76.0)
    host.set(1, "temperature", 0.5)
    spin(lambda: temperature.value == 0.5)
    temperature.to_default()
    spin(lambda: host.get(1, "temperature") == 1.0)
    envelope = [f"/slot/1/envelope/{name}" for name in ENVELOPE_CONTROLS]
    modulators = [row for row in panel.rows if row.startswith("/slot/1/modulation/")]
    assert len(modulators) == len(MODULATION_CONTROLS) - 1  # the tempo is the engine's
    assert list(panel.rows) == [
        "/slot/1/param/amplitude", "/slot/1/param/pitch", *envelope, *modulators, "/slot/1/gain",
        "/slot/1/sampling/temperature", "/slot/1/sampling/top_k", "/slot/1/sampling/top_p",
        "/slot/1/sampling/min_p",
    ]  # fmt: skip


@pytest.mark.measure
def test_what_sounds_is_drawn_and_metered(window: Window, host: Host, spin: Spin) -> None:
    def height() -> float:
        drawn = window.deck.scope.drawn
        return 0.0 if drawn is None else float(np.ptp(drawn))

    spin(lambda: height() > 0.2)
    spin(lambda: window.deck.level.ballistics.level_db > -50)
    spin(lambda: window.header.load.load > 0)
    window.transport.buttons["panic"].click()
    spin(lambda: host.read_telemetry().meters[0].peak_db < -60)
    spin(lambda: window.deck.level.ballistics.level_db <= -60)
    window.transport.buttons["restart"].click()
    spin(lambda: window.deck.level.ballistics.level_db > -50)


def test_what_the_engine_refuses_is_shown(window: Window, spin: Spin, tmp_path: Path) -> None:
    window.loading.load(str(tmp_path / "missing.safetensors"), 1)
    spin(lambda: "missing.safetensors: no such file" in window.transport.message.toolTip())
    assert window.transport.message.objectName() == "failure"
