"""A slot's panel is built from its description, and every control can be reached."""

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from rtsynth_gui.panels.paged_card import PagedCard
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.gestures import AMPLITUDE, PITCH, TOP_K
from tests.gui.peer import Peer, control, description

pytestmark = pytest.mark.system


def test_sliders_are_built_from_the_description(window: Window) -> None:
    panel = window.current
    assert panel is not None
    assert list(panel.rows) == [
        "/slot/1/param/instrument", AMPLITUDE, PITCH, "/slot/1/gain",
        "/slot/1/sampling/temperature", TOP_K, "/slot/1/sampling/top_p",
    ]  # fmt: skip
    pitch = panel.rows[PITCH]
    assert pitch.name.text() == "Pitch"
    assert pitch.entry.text() == "69.00"
    assert pitch.unit.text() == "A4"
    assert pitch.slider.position == pytest.approx(5 / 12)
    assert window.header.plugin.text() == "clarinet-trumpet"


def test_every_parameter_says_how_soon_it_reacts(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    """Beside its number and in its tool-tip, without tiers as well."""
    described = description()
    for number, parameter in enumerate(described["slots"][0]["parameters"]):
        parameter["reaction_ms"] = 10.0625 + number
    with Peer(describes=described) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels)
        panel = window.current
        assert panel is not None
        texts = [label.text() for label in panel.findChildren(QLabel)]
        assert [text for text in texts if text.startswith("≤")] == ["≤ 10 ms", "≤ 11 ms", "≤ 12 ms"]
        assert "reacts within 12 ms" in panel.rows[PITCH].slider.toolTip()
        assert "reacts within 12 ms" in panel.rows[PITCH].slider.accessibleDescription()


def test_every_control_can_be_reached_and_is_named(window: Window) -> None:
    panel = window.current
    assert panel is not None
    order: list[QWidget] = []
    widget: QWidget | None = panel.rows["/slot/1/param/instrument"].slider
    while len(order) < 14:
        assert widget is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget)
        widget = widget.nextInFocusChain()
    expected = [each for r in panel.rows.values() for each in (r.slider, r.entry)]
    assert order == expected
    assert all(each.accessibleName() for each in expected)


def test_the_page_of_a_modulator_says_what_it_moves(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    described = description()
    described["slots"][0]["controls"] += [
        control("attack", 0.0, 100.0, 0.0, unit="ms"),
        control("lfo1_rate", 0.01, 40.0, 5.0, unit="Hz", curve="exponential"),
        control("macro1", 0.0, 1.0, 0.0),
    ]
    with Peer(describes=described) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels)
        panel = window.current
        assert panel is not None
        peer.tell("/slot/1/modulate", "macro1", "pitch", 0.25)
        peer.tell("/slot/1/modulate", "macro1", "amplitude", 0.25)
        (card,) = (c for c in panel.findChildren(PagedCard) if c.tabs is not None)
        assert card.tabs is not None
        macros, tabs = card.titles.index("Macros"), card.tabs
        spin(lambda: "Macro 1 moves Pitch, Amplitude" in tabs.tabToolTip(macros))
        assert tabs.tabToolTip(card.titles.index("LFO 1")) == ""
        card.show_page("LFO 1")
        second = described["slots"][0] | {"slot": 2}
        more = described | {"slots": [*described["slots"], second]}
        peer.describes = more
        peer.tell("/describe.reply", json.dumps(more))
        spin(lambda: len(window.panels) == 2)
        cards = window.panels[1].findChildren(PagedCard)
        assert [c.page for c in cards if c.tabs is not None] == ["LFO 1"], "it stays in front"
