"""A tier: every layer by its name and size, its entropy in bits, its values by their names."""

import numpy as np
from PySide6.QtWidgets import QApplication, QLabel

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.network import Draw, Layer
from rtsynth_gui.network.tier_view import TierView


def texts(view: TierView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel)]


def test_a_tier_of_codes(qt: QApplication) -> None:
    layers = [Layer("audio", "GRU 1", 48, 48), Layer("audio", "GRU 2", 1024, 256)]
    view = TierView(Draw("audio", "codes", 8.0, 16_000.0), layers, [])
    assert view.count == 304
    shown = texts(view)
    assert {"audio, 16 kHz", "GRU 1, 48 units", "GRU 2, 256 of 1024 units"} <= {*shown}
    assert view.strips is None
    hidden = np.arange(304, dtype=np.int64).astype(np.uint8)
    view.show_states(hidden)
    view.push(3.25, [])
    np.testing.assert_array_equal(view.maps[0].states, hidden[:48])
    np.testing.assert_array_equal(view.maps[1].states, hidden[48:])
    assert view.bits.text() == "3.2 of 8 bits"
    assert view.trace.limits == (0.0, 8.0)
    named = [each.accessibleName() for each in (*view.maps, view.trace)]
    assert named == ["audio GRU 1, hidden state", "audio GRU 2, hidden state", "audio, entropy"]
    assert "8 bits" in view.trace.toolTip()


def test_a_tier_of_values(qt: QApplication) -> None:
    controls = [Control("rmse", 0.0, 4.0, 0.0), Control("mfcc_1", -1.0, 1.0, 0.0)]
    view = TierView(Draw("motion", "normal", 0.0, 125.0), [], controls)
    view.push(-4.5, [1.0, 1.0])
    assert view.bits.text() == "−4.5 bits"
    assert view.strips is not None
    assert view.strips.names == ("RMS", "MFCC 1")
    expected = [round(255 * c.position_of(1.0)) for c in controls]
    assert view.strips.shades[:, -1].tolist() == expected
