"""The page of the network and a real engine: what is shown is what the network does."""

import json
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth.compiler.anatomy import anatomy_of
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.network import MIDDLE, NetworkState
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import PITCH
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer, description, tiered
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(tiers_plugin()) as playing:
        yield playing


@pytest.fixture
def shown(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    window = opened(engine, open_window, spin)
    QTest.mouseClick(window.transport.views["Network"], Qt.MouseButton.LeftButton)
    assert window.network.isVisible()
    spin(lambda: window.network.tiers and window.network.tiers[0].trace.mean is not None)
    return window


def wanting(engine: Live) -> int:
    """How many subscribers are sent networks."""
    notifier = engine.server.notifier
    return sum(each.wants("network") for each in notifier._subscribers.current())


@pytest.mark.system
def test_it_is_the_network_of_the_engine_and_moves(shown: Window, engine: Live, spin: Spin) -> None:
    page = shown.network
    voice = engine.host.slots[0].voice
    anatomy = anatomy_of(voice.compiled)
    assert [view.count for view in page.tiers] == [
        sum(len(x.shown) for x in anatomy.layers if x.tier == tier)
        for tier in ("motion", "timbre", "audio")
    ]
    names = [strips.names for view in page.tiers if (strips := view.strips) is not None]
    assert [len(each) for each in names] == [len(MOTION), len(TIMBRE)]
    before = page.tiers[2].maps[0].states.copy()
    spin(lambda: np.any(page.tiers[2].maps[0].states != before))
    spin(lambda: len(page.tiers[2].trace.numbers) > 5)
    most = np.log2(voice.compiled.plugin.manifest.audio_codec.levels)
    assert 0 < page.tiers[2].trace.numbers[-1] <= most
    assert "bits" in page.tiers[2].bits.text()
    # Overridden by hand, a value goes where it is held.
    engine.host.set(1, "centroid", engine.host.slots[0].spec("centroid").maximum)
    place = MOTION.index("centroid")
    spin(lambda: page.tiers[0].strips is not None and page.tiers[0].strips.shades[place, -1] > 250)
    engine.host.set(1, "centroid.take", 0.0)


@pytest.mark.system
def test_nothing_is_sent_while_it_is_not_visible(shown: Window, engine: Live, spin: Spin) -> None:
    spin(lambda: wanting(engine) == 1)
    shown.side.turn_to("Takes")
    spin(lambda: wanting(engine) == 0)
    shown.side.turn_to("Network")
    spin(lambda: wanting(engine) == 1)
    shown.side.turn_to("")
    spin(lambda: wanting(engine) == 0)


@pytest.mark.measure
def test_a_voice_is_chosen_and_another_plugin_is_shown(
    shown: Window, engine: Live, spin: Spin
) -> None:
    page = shown.network
    assert not page._voices.isVisible()  # there is one
    engine.host.voicing.set_voices(1, 3)
    spin(lambda: page.voice.count() == 4)
    assert page._voices.isVisible()
    page.voice.setFocus()
    QTest.keyClick(page.voice, Qt.Key.Key_Down)
    QTest.keyClick(page.voice, Qt.Key.Key_Down)
    spin(lambda: engine.host.network.read(1).voice == 2)
    QTest.keyClick(page.voice, Qt.Key.Key_Home)
    spin(lambda: engine.host.network.describe(1)["voice"] == 0)
    engine.host.load_into(1, "clarinet-trumpet")
    spin(lambda: [view.count for view in page.tiers] == [4 * 48])
    spin(lambda: np.any(page.tiers[0].maps[3].states != MIDDLE))
    engine.host.unload(1)
    spin(lambda: not page.tiers)
    assert page.about.text() == "No plugin is loaded."


@pytest.mark.system
def test_an_engine_without_it_is_said_so(window: Window, peer: Peer, spin: Spin) -> None:
    window.side.turn_to("Network")
    spin(lambda: peer.count("/slot/1/network/get"))
    peer.tell("/fail", "/slot/1/network/get", "unknown address")
    spin(lambda: "different version" in window.network.about.text())
    count = peer.count("/slot/1/network/get")
    peer.tell("/slot/1/network", "nonsense")
    spin(lambda: "unreadable" in window.network.about.text())
    assert peer.count("/slot/1/network/get") == count
    peer.tell("/slot/1/network")  # without anything
    peer.tell("/slot/1/network", "nonsense again")
    peer.tell("/slot/1/param/pitch", 66.0)
    spin(lambda: row(window, PITCH).value == pytest.approx(66.0))


@pytest.mark.system
def test_pictures_are_of_the_slot_in_front(
    qt: QApplication, open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer(describes=description(2)) as peer:
        window = open_window(peer.port)
        spin(lambda: len(window.panels) == 2 and peer.clients)

        def wanted() -> set[object]:
            """Those that the last subscription asks for."""
            asked = [m.arguments for m in list(peer.received) if m.address == "/notify"]
            return {word for word in asked[-1] if str(word).startswith("network")}

        assert wanted() == set()
        window.side.turn_to("Network")
        spin(lambda: wanted() == {"network/1"})
        window.deck.show_slot(2)
        spin(lambda: wanted() == {"network/2"})
        window.side.turn_to("")
        spin(lambda: wanted() == set())


@pytest.mark.measure
def test_a_frame_takes_less_than_three_milliseconds(
    qt: QApplication, open_window: Callable[[int], Window], spin: Spin
) -> None:
    """With as much as a plugin of three tiers that ships has: six layers, sixteen values."""
    described = tiered()
    values = [p["name"] for p in described["slots"][0]["parameters"] if p.get("generated")]
    tiers = {"motion": 64, "timbre": 96, "audio": 96}
    said = {
        "voices": 1,
        "voice": 0,
        "layers": [
            {"tier": tier, "name": f"GRU {n}", "units": units, "shown": units, "rate_hz": 1.0}
            for tier, units in tiers.items()
            for n in (1, 2)
        ],
        "draws": [
            {"tier": tier, "kind": "codes", "most_bits": 8.0, "rate_hz": 1.0} for tier in tiers
        ],
        "values": values,
    }
    random = np.random.default_rng(0)
    with Peer(describes=described) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels and peer.clients)
        window.side.turn_to("Network")
        page = window.network
        spin(lambda: peer.count("/slot/1/network/get"))
        peer.tell("/slot/1/network", json.dumps(said))
        spin(lambda: len(page.tiers) == 3)
        window.frame_timer.stop()
        qt.processEvents()
        taken = []
        for _ in range(100):
            state = NetworkState(
                1,
                random.integers(1, 256, 512).astype(np.uint8),
                random.uniform(0, 8, 3).astype(np.float32),
                random.uniform(0, 1, len(values)).astype(np.float32),
            )
            begin = time.thread_time()
            page.take(Batch(networks={1: [state]}))
            qt.sendPostedEvents()  # paints what was updated, and nothing else
            taken.append(time.thread_time() - begin)
    assert float(np.median(taken)) < 3e-3
