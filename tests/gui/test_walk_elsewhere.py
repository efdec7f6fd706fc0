"""What a walk leaves to other tests: they are there, and here are those that were nowhere else."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.gestures import AMPLITUDE, LEFT, PITCH
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin
from tests.gui.walk_elsewhere import ELSEWHERE, Other

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("other", ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_the_other_test_is_there(other: Other) -> None:
    file, _, name = other.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def window(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Window:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    for name, amplitude in (("a", 0.1), ("b", 0.4), ("c", 0.9)):
        engine.host.set(1, "amplitude", amplitude)
        engine.host.presets.save(1, name)
    return opened(engine, open_window, spin)


@pytest.mark.system
@pytest.mark.measure
def test_a_morph_between_chosen_presets(window: Window, engine: Live, spin: Spin) -> None:
    window.side.turn_to("Presets")
    morph = window.presets.morph
    spin(lambda: [box.currentText() for box in morph.ends] == ["c", "a"])  # c was saved last
    keys = (Qt.Key.Key_Up, Qt.Key.Key_End)
    for box, key, name in zip(morph.ends, keys, ("b", "c"), strict=True):
        QTest.keyClick(box, key)
        assert box.currentText() == name
    for key, amplitude in ((Qt.Key.Key_End, 0.9), (Qt.Key.Key_Home, 0.4)):
        QTest.keyClick(morph.fader, key)
        spin(lambda at=amplitude: engine.host.get(1, "amplitude") == pytest.approx(at, abs=1e-3))


@pytest.mark.system
@pytest.mark.measure
def test_the_axes_of_the_pad_are_chosen(window: Window, engine: Live, spin: Spin) -> None:
    """Each moves what was chosen for it, whose name stands in its box alone; what the other one
    moved, they exchange."""
    window.side.turn_to("XY pad")
    page = window.xy
    page.modes["parameters"].click()
    spin(lambda: page.parameters.addresses == {"x": AMPLITUDE, "y": PITCH})
    for axis, chosen, point in (
        ("y", {"x": PITCH, "y": AMPLITUDE}, (0.25, 0.75)),
        ("x", {"x": AMPLITUDE, "y": PITCH}, (0.5, 0.5)),
    ):
        box = page.parameters.boxes[axis]
        assert box.currentData() == PITCH
        QTest.keyClick(box, Qt.Key.Key_Up)
        assert box.currentData() == AMPLITUDE
        assert page.parameters.addresses == chosen
        QTest.mouseClick(page.pad, LEFT, pos=page.pad.place(point).toPoint())
        place = dict(zip(chosen.values(), point, strict=True))
        pitch, amplitude = 64.0 + 12.0 * place[PITCH], place[AMPLITUDE]
        spin(lambda at=pitch: engine.host.get(1, "pitch") == pytest.approx(at, abs=0.1))
        spin(lambda at=amplitude: engine.host.get(1, "amplitude") == pytest.approx(at, abs=0.01))
    assert all(axis.view.name.isHidden() for axis in page.parameters.axes.values())
