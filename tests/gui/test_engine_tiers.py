"""The window and the real engine playing a plugin of three tiers."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth import Host
from rtsynth.control.osc.server import OscServer
from rtsynth_gui.panels.generated_row import GeneratedRow
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system

CENTROID = "/slot/1/param/centroid"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host() -> Iterator[Host]:
    with Host(device="null", precision="float32") as engine:
        engine.load(tiers_plugin())
        engine.start()
        yield engine


@pytest.fixture
def window(host: Host, open_window: Callable[[int], Window], spin: Spin) -> Iterator[Window]:
    with OscServer(host, port=0) as server:
        opened = open_window(server.port)
        spin(lambda: opened.panels and server.notifier.count())
        yield opened


def generated(window: Window, name: str = "centroid") -> GeneratedRow:
    found = row(window, f"/slot/1/param/{name}")
    assert isinstance(found, GeneratedRow)
    return found


def test_every_tier_has_its_rows(window: Window) -> None:
    panel = window.current
    assert panel is not None
    names = [[box.row.control.name for box in tier.boxes] for tier in panel.tiers]
    assert [sorted(tier) for tier in names] == [sorted(MOTION), sorted(TIMBRE)]
    assert not isinstance(row(window, "/slot/1/param/fill"), GeneratedRow)
    assert "made by motion, 125 Hz" in generated(window).fader.toolTip()
    for part in ("centroid/offset", "centroid/scale", "mfcc7/scale", "motion/beta", "timbre/beta"):
        assert f"/slot/1/param/{part}" in panel.rows


def test_rows_follow_what_the_tiers_make(window: Window, spin: Spin) -> None:
    for name in ("centroid", "rmse", "pitch", "mfcc7"):
        made = generated(window, name)
        seen: set[float] = set()
        shown: set[str] = set()
        spin(
            lambda made=made, seen=seen, shown=shown: (
                seen.add(made.followed)
                or shown.add(made.entry.text())
                or min(len(seen), len(shown)) > 4
            )
        )
        assert made.fader.following
        assert not made.taken


def test_a_hand_takes_over_and_lets_go(window: Window, host: Host, spin: Spin) -> None:
    centroid = generated(window)
    QTest.keyClick(centroid.fader, Qt.Key.Key_End)
    spin(lambda: host.get(1, "centroid.take") == 1 and abs(host.get(1, "centroid") - 4000) < 1e-3)
    spin(lambda: abs(centroid.followed - 4000) < 1e-3)
    assert centroid.taken
    assert centroid.release_button.isVisible()
    assert centroid.entry.text() == "4000"
    QTest.mouseClick(centroid.release_button, LEFT)
    spin(lambda: host.get(1, "centroid.take") == 0)
    spin(lambda: abs(centroid.followed - 4000) > 1)
    spin(lambda: centroid.entry.text() != "4000")
    assert not centroid.taken


def test_other_surfaces_take_over_and_let_go(window: Window, host: Host, spin: Spin) -> None:
    centroid = generated(window)
    host.set(1, "centroid", 2000)
    spin(lambda: centroid.taken and centroid.entry.text() == "2000")
    host.set(1, "centroid.take", 0)
    spin(lambda: not centroid.taken)
    seen: set[str] = set()
    spin(lambda: seen.add(centroid.entry.text()) or len(seen) > 3)


def test_a_window_that_opens_late_shows_what_is_taken(
    host: Host, open_window: Callable[[int], Window], spin: Spin
) -> None:
    host.set(1, "centroid", 2000)
    with OscServer(host, port=0) as server:
        window = open_window(server.port)
        spin(lambda: window.panels and server.notifier.count())
        assert generated(window).taken
        assert generated(window).entry.text() == "2000"
        assert not generated(window, "rmse").taken


def test_offset_scale_and_beta_reach_the_engine(window: Window, host: Host, spin: Spin) -> None:
    panel = window.current
    assert panel is not None
    box = next(b for t in panel.tiers for b in t.boxes if b.row.control.name == "centroid")
    box.disclosure.click()
    for part, name, value in (
        ("centroid/offset", "centroid.offset", 3900), ("centroid/scale", "centroid.scale", 4),
        ("motion/beta", "motion.beta", 20),
    ):  # fmt: skip
        QTest.keyClick(row(window, f"/slot/1/param/{part}").fader, Qt.Key.Key_End)
        spin(lambda name=name, value=value: host.get(1, name) == value)
    assert not generated(window).taken
