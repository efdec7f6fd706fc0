"""Nothing in the window is dead: everything in it is operated against a real engine."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton, QWidget

from rtsynth.common.user_folders import data_folder
from rtsynth.engine.live import shared as sh
from rtsynth.host.mapping.monitor import Arrival
from rtsynth.plugin.file import save
from rtsynth_gui.activity.page import MIDI
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin
from tests.gui.walk import Walk
from tests.gui.walk_targets import has_handlers, is_interactive, place_of
from tests.rtsynth.control.osc_client import OscClient

pytestmark = [pytest.mark.system, pytest.mark.measure]

NAMES = ("small", "small too")
# Pages of the side panel.
PERFORMED = ("Browser", "Presets", "Takes")
OTHERS = ("Activity", "XY pad", "Network")
# What needs more than a click to be there, and the tests that operate it.
ELSEWHERE = {
    "Morph": "tests/gui/presets/test_page.py: between two presets that differ",
    "Slot 1, more … [1]": "tests/gui/rack: the first slot cannot move up",
    "Slot 2, more … [2]": "tests/gui/rack: the last slot cannot move down",
    "Preset at the … XYPage": "tests/gui/xy/test_presets.py: presets that differ are blended",
    "Control that X moves … XYPage": "tests/gui/xy/test_parameters.py: one of two at its choice",
    "NameLabel … XYPage": "tests/gui/xy/test_axis.py: the control is at its default",
    "Voice that is shown": "tests/gui/network: a slot with several voices",
    "MIDI messages": "a list to read, whose only line is marked",
    "Banner": "tests/gui/settings/test_trouble.py: something has to be wrong",
    "ListenButton": "tests/gui/browser/test_listen.py: a device for sound has to be there",
}
FOUND = "small as well.safetensors"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Plugins for the slots, and one to be found in the library."""
    folder = tmp_path_factory.mktemp("plugins")
    library = data_folder() / "plugins"
    library.mkdir(parents=True, exist_ok=True)
    plugin = small_plugin()
    paths = [*(folder / f"{name}.safetensors" for name in NAMES), library / FOUND]
    for path in paths:
        manifest = plugin.manifest.model_copy(update={"name": path.stem})
        save(path, manifest, plugin.tensors)
    return paths[:-1]


@pytest.fixture(scope="module")
def engine(files: list[Path]) -> Iterator[Live]:
    with live() as started:
        for number, path in enumerate(files, 1):
            started.host.load_into(number, path)
        for name, gain_db in (("loud", 0.0), ("soft", -20.0)):
            started.host.set(1, "gain", gain_db)
            started.host.presets.save(1, name)
        yield started


@pytest.fixture
def walk(
    engine: Live,
    files: list[Path],
    request: pytest.FixtureRequest,
    open_window: Callable[[int], Window],
    spin: Spin,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Walk]:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    window = opened(engine, open_window, spin)
    window.resize(1280, 720)
    window.activateWindow()
    spin(window.isActiveWindow)
    window.takes.open_url = lambda url: bool(asked_to_open.append(url) or True)
    asked_to_open: list[QUrl] = []

    def midi_is_shown() -> int:
        engine.host.mappings.monitor.put("cc", Arrival("keys", "cc 21 = 3", "unmapped"))
        return window.activity.monitors[MIDI].list.count()

    spin(midi_is_shown)

    def restore() -> None:
        for slot in [slot.number for slot in engine.host.slots if slot.number > len(NAMES)]:
            engine.host.unload(slot)
        described = {slot.number: slot.plugin for slot in engine.host.describe().slots}
        for number, name in enumerate(NAMES, 1):
            if described.get(number) != name:
                engine.host.load_into(number, files[number - 1])
        engine.host.lineup.arrange(list(range(1, len(NAMES) + 1)))

    sh.write_word(engine.host.core.words, sh.XRUNS, 3)
    spin(lambda: window.header.load.xruns >= 3)
    proofs = {
        "Reset the count of underruns": lambda: window.header.load.xruns,
        "Time span of the waveform": lambda: window.deck.scope.span.currentData(),
        "Format of takes": lambda: window.recorder.form,
        "Play": lambda: len(asked_to_open),
        "Show in folder": lambda: len(asked_to_open),
    }
    with OscClient(engine.server.port) as asked, OscClient(engine.server.port) as told:
        told.send("/notify", 1, "values", "events")
        spin(lambda: engine.server.notifier.count() == 2)
        yield Walk(window, asked, told, restore, request.param, request.param == OTHERS, proofs)


def is_elsewhere(place: str) -> bool:
    """Whether other tests operate it."""
    return any(all(word in place for word in each.split(" … ")) for each in ELSEWHERE)


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(PERFORMED, id="what is performed with", marks=pytest.mark.measure),
        pytest.param(OTHERS, id="the other pages"),
    ],
    indirect=True,
)
def test_everything_is_alive(walk: Walk) -> None:
    walk.run()
    left = [each for each in walk.left() if not is_elsewhere(each)]
    assert not left, "\n".join(left)
    kinds = Counter(walk.effects.values())
    assert kinds["engine"] > 0
    assert kinds["window"] > 2
    if not walk.pages_only:
        controls = walk.window.findChildren(ControlView)
        assert kinds["engine"] > 2 * len(controls) / len(NAMES)


@pytest.mark.parametrize("walk", [()], indirect=True)
def test_what_a_walk_finds(walk: Walk) -> None:
    """Nobody's list: a button that is put into the window is found, and one that does nothing is
    left."""
    dead = QPushButton("dead", walk.window.header)
    dead.setGeometry(walk.window.header.width() // 2, 0, 30, 20)
    dead.show()
    found = [target.widget for target in walk.targets(shown=True)]
    assert dead in found
    assert any(has_handlers(widget) for widget in found)
    assert not is_interactive(QWidget())
    assert any(place_of(dead) in left for left in walk.left())
